import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunEvent, Runner, RunReference, RunRequest } from '@tune/core'
import { describe, expect, it } from 'vitest'
import { processRunner } from '../src/index.ts'
import { type Place, place } from './place.ts'

const never = new AbortController().signal
const request: RunRequest = {
  study: 's',
  studyId: 'd0e5c6a2-3c1f-4f6e-9a57-0a0b54a7a1c1',
  number: 0,
  params: {},
  attempt: 0,
  slot: 0,
  mayExist: false,
}
const shell = (script: string) => place(['/bin/sh', '-c', script])

async function heard(runner: Runner, reference: RunReference): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const event of runner.watch(reference, never)) events.push(event)
  return events
}

/** Runs a shell script as a run of a tuner. */
async function run(
  script: string,
): Promise<{ readonly events: readonly RunEvent[]; readonly alive: number }> {
  await using here = shell(script)
  const runner = here.open()
  const events = await heard(runner, await runner.start(request, never))
  return { events, alive: here.alive().length }
}

const result = (m: number): RunEvent => ({ kind: 'result', metrics: { m } })
const end: RunEvent = { kind: 'end' }
const bad = (failure: string | RegExp): RunEvent => ({
  kind: 'end',
  failure: typeof failure === 'string' ? failure : expect.stringMatching(failure),
})

async function running(here: Place): Promise<void> {
  await expect.poll(() => existsSync(join(here.folder, 'ready'))).toBe(true)
}

describe('a process', () => {
  it('that ends without a metric ends well, and says nothing', async () => {
    expect((await run('true')).events).toEqual([end])
  })

  it('whose last line has no line break is heard, once it ended', async () => {
    expect((await run('printf m=0.2; sleep 0.1; printf 5')).events).toEqual([result(0.25), end])
  })

  it('that writes half a line and fails is not heard', async () => {
    expect((await run('printf m=0.2; exit 3')).events).toEqual([bad('exit code 3')])
  })

  it('that writes NaN is heard', async () => {
    expect((await run('echo step=1 m=nan; echo m=NaN')).events).toEqual([
      { kind: 'report', step: 1, metrics: { m: Number.NaN } },
      result(Number.NaN),
      end,
    ])
  })

  it('that fails says why, by its last words', async () => {
    const { events } = await run('echo one >&2; echo "ValueError: no such layer" >&2; echo >&2; exit 1')
    expect(events).toEqual([bad('exit code 1: ValueError: no such layer')])
  })

  it.each([
    ['kill -KILL $$', /^SIGKILL, as where memory runs out/],
    ['kill -SEGV $$', /^SIGSEGV/],
    ['exec /no/such/program', /^exit code 127, no such command: /],
  ])('that comes to a bad end names it: %s', async (script, failure) => {
    expect((await run(script)).events).toEqual([bad(failure)])
  })

  it('that cannot be executed fails', async () => {
    await using here = place(['/etc/passwd'])
    const runner = here.open()
    expect(await heard(runner, await runner.start(request, never))).toEqual([bad(/^exit code 126/)])
  })

  it('whose command is too long for the system fails, and leaves nothing', async () => {
    await using here = place(['/bin/true', 'x'.repeat(3_000_000)])
    await expect(here.open().start(request, never)).rejects.toMatchObject({ code: 'RUN_FAILED' })
    await expect(here.open().start(request, never)).rejects.toMatchObject({ code: 'RUN_FAILED' })
  })

  it('that floods its output is heard to the end, in little memory', async () => {
    const script =
      'awk \'BEGIN { for (i = 0; i < 1000000; i++) print "line " i " of a log that says nothing of any use"; print "m=7" }\''
    await using here = shell(script)
    const runner = here.open()
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    let most = 0
    const looked = setInterval(() => (most = Math.max(most, process.memoryUsage().heapUsed)), 20)
    const events = await heard(runner, await runner.start(request, never))
    clearInterval(looked)
    expect(events).toEqual([result(7), end])
    expect(most - before).toBeLessThan(150e6)
  })

  it('that writes a line without end is heard before and after it', async () => {
    const { events } = await run('echo m=1; head -c 3000000 /dev/zero | tr "\\0" x; printf " m=2\\nm=3\\n"')
    expect(events).toEqual([result(1), result(3), end])
  })

  it('that leaves children behind is over when they are ended', async () => {
    const { events, alive } = await run('sleep 1000 & sleep 1000 & echo m=1')
    expect(events).toEqual([result(1), end])
    expect(alive).toBe(0)
  })

  it('that ignores SIGTERM is killed after a grace', async () => {
    await using here = shell(`trap '' TERM; touch "$TUNE_DIR/../../ready"; while :; do sleep 0.05; done`)
    const runner = here.open({ grace: 100 })
    const reference = await runner.start(request, never)
    await running(here)
    await runner.stop(reference)
    expect(here.alive()).toEqual([])
    expect(await heard(runner, reference)).toEqual([{ ...bad('it was stopped'), retry: false }])
  })

  it('that is stopped can clean up', async () => {
    await using here = shell(
      `trap 'echo cleaned >"$TUNE_DIR/../../cleaned"; exit 0' TERM; touch "$TUNE_DIR/../../ready"; while :; do sleep 0.05; done`,
    )
    const runner = here.open()
    const reference = await runner.start(request, never)
    await running(here)
    await runner.stop(reference)
    expect(readFileSync(join(here.folder, 'cleaned'), 'utf8')).toBe('cleaned\n')
  })

  it('that forks out of its group is stopped with all it started', async () => {
    await using here = shell(
      'setsid sh -c "setsid sleep 1000 & sleep 1000" & touch "$TUNE_DIR/../../ready"; wait',
    )
    const runner = here.open()
    const reference = await runner.start(request, never)
    await running(here)
    await runner.stop(reference)
    await expect.poll(() => here.alive()).toEqual([])
  })

  it('that fills the disk fails, and is told apart', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'tune-full-'))
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', folder])
    if (mounted.status !== 0) context.skip('a small disk can only be made where file systems can be mounted')
    try {
      const command = [
        '/bin/sh',
        '-c',
        'echo m=1; head -c 1000000 /dev/zero >"$TUNE_DIR/data" || exit 4',
      ] as const
      const runner = processRunner({ command: [...command], metrics: ['m'], folder, interval: 20 })
      const reference = await runner.start(request, never)
      expect(await heard(runner, reference)).toEqual([result(1), bad(/^exit code 4/)])
      await expect(runner.start({ ...request, number: 1 }, never)).rejects.toThrow('ENOSPC')
    } finally {
      spawnSync('umount', ['-l', folder])
      rmdirSync(folder)
    }
  })
})

/** A tuner that starts a run, says so, and waits to be killed. */
const tuner = `
  import { processRunner } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
  const [folder, script, requested] = process.argv.slice(1)
  const runner = processRunner({ command: ['/bin/sh', '-c', script], metrics: ['m'], folder, interval: 20 })
  const reference = await runner.start(JSON.parse(requested), new AbortController().signal)
  console.log(JSON.stringify(reference))
  setInterval(() => {}, 1000)
`

async function killedTuner(here: Place, script: string): Promise<RunReference> {
  const child = spawn(
    process.execPath,
    ['--input-type=module-typescript', '-e', tuner, here.folder, script, JSON.stringify(request)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  child.kill('SIGKILL')
  await once(child, 'exit')
  return JSON.parse(String(line)) as RunReference
}

describe('a tuner that was killed', () => {
  const wait = 'while [ ! -e "$TUNE_DIR/go" ]; do sleep 0.02; done'

  it('leaves its runs, which the next one follows to their end', async () => {
    const script = `echo x >>"$TUNE_DIR/begun"; ${wait}; echo m=4`
    await using here = shell(script)
    const reference = (await killedTuner(here, script)) as { readonly folder: string }
    expect(here.alive().length).toBeGreaterThan(0)
    const next = here.open()
    expect(await next.start(request, never)).toEqual(reference)
    const events = heard(next, reference)
    writeFileSync(join(reference.folder, 'go'), '')
    expect(await events).toEqual([result(4), end])
    expect(readFileSync(join(reference.folder, 'begun'), 'utf8')).toBe('x\n')
  })

  it('leaves what ended meanwhile, well or badly', async () => {
    await using here = shell('true')
    const reference = await killedTuner(here, 'echo m=4; exit 5')
    await expect.poll(() => here.alive()).toEqual([])
    expect(await heard(here.open(), reference)).toEqual([result(4), bad('exit code 5')])
  })

  it('leaves runs that somebody kills: they have no exit code', async () => {
    await using here = shell('true')
    const reference = await killedTuner(here, 'sleep 1000')
    for (const pid of here.alive()) process.kill(pid, 'SIGKILL')
    expect(await heard(here.open(), reference)).toEqual([
      bad('it was killed, or the machine restarted: there is no exit code'),
    ])
  })

  it('leaves what its runs left behind to be ended', async () => {
    await using here = shell('true')
    const reference = await killedTuner(here, 'sleep 1000 & echo m=4')
    expect(await heard(here.open(), reference)).toEqual([result(4), end])
    await expect.poll(() => here.alive()).toEqual([])
  })

  it('leaves its runs to be stopped', async () => {
    await using here = shell('true')
    const reference = await killedTuner(here, 'sleep 1000')
    await here.open().stop(reference)
    expect(here.alive()).toEqual([])
  })

  it('before it had begun a run leaves a folder, in which the next one begins', async () => {
    await using here = shell('echo m=2')
    const runner = here.open()
    const { folder } = (await runner.start({ ...request, number: 9 }, never)) as { folder: string }
    mkdirSync(folder.replace(/9$/, '0'))
    expect(await heard(runner, await runner.start(request, never))).toEqual([result(2), end])
  })
})

describe('a reference', () => {
  it('of a process whose number another one has now is not taken for it', async () => {
    await using here = shell('sleep 1000')
    const runner = here.open()
    const reference = (await runner.start(request, never)) as Record<string, unknown>
    for (const changed of [{ start: '1' }, { boot: 'other' }, { host: 'elsewhere' }]) {
      const foreign = { ...reference, ...changed, folder: join(here.folder, 'gone') } as RunReference
      const other = here.open()
      expect(await heard(other, foreign)).toEqual([bad(/no exit code/)])
      await other.stop(foreign)
    }
    expect(here.alive().length).toBeGreaterThan(0)
    await runner.stop(reference as RunReference)
  })

  it('of another runner is refused', async () => {
    await using here = shell('true')
    expect(() => here.open().watch({ run: 'x' }, never)).toThrow("is not what the runner 'process' stored")
  })

  it('is bound to this machine and folder', async () => {
    await using one = shell('true')
    await using two = shell('true')
    expect(one.open().location).toBe(one.open().location)
    expect(one.open().location).not.toBe(two.open().location)
  })
})

describe('a place that cannot be written', () => {
  it('starts nothing', async () => {
    await using here = shell('true')
    const file = join(here.folder, 'file')
    writeFileSync(file, '')
    chmodSync(file, 0o400)
    expect(() => processRunner({ command: ['true'], metrics: ['m'], folder: join(file, 'runs') })).toThrow(
      'ENOTDIR',
    )
  })
})
