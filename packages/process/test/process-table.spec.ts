import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { procTable, psTable } from '../src/run/process-table.ts'

const hasPs = spawnSync('ps', ['-o', 'lstart=', '-p', String(process.pid)]).status === 0

describe.each([
  ['/proc', procTable, process.platform === 'linux'],
  ['ps', psTable, hasPs],
] as const)('processes by %s', (name, table, isHere) => {
  it('are the same, seen by themselves and by others', async (context) => {
    if (!isHere) context.skip(`there is no ${name} on this machine`)
    const script = `${table.describeSelf}\necho "$self"; read -r line`
    const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] })
    const [self] = (await once(child.stdout, 'data')) as [Buffer]
    const seen = table.parse(table.describe(child.pid ?? 0) ?? '')
    expect(table.parse(String(self))).toEqual(seen)
    expect(seen).toMatchObject({ pid: child.pid, isZombie: false })
    expect(seen.start).not.toBe('')
    child.stdin.end()
    await once(child, 'exit')
    expect(table.describe(child.pid ?? 0)).toBeUndefined()
  })

  it('that have ended unnoticed are told apart', async (context) => {
    if (!isHere) context.skip(`there is no ${name} on this machine`)
    // A shell would take note of any child that ends, so this one has become another program by then: `cat`,
    // which says so by saying what it is told.
    const script = `cat <&3 >/dev/null & echo $!; exec cat 3<&-`
    const parent = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] })
    try {
      const lines = createInterface(parent.stdout as Readable)[Symbol.asyncIterator]()
      const pid = Number((await lines.next()).value)
      parent.stdin?.write('another program\n')
      expect((await lines.next()).value).toBe('another program')
      ;(parent.stdio[3] as Writable).end()
      await expect.poll(() => table.parse(table.describe(pid) ?? '').isZombie).toBe(true)
    } finally {
      parent.kill('SIGKILL')
    }
  })
})
