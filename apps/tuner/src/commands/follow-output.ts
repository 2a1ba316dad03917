import { globSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@tune/core'
import { Tail } from '@tune/process'
import { dim, say } from '../text/output.ts'

/** How often one looks for output, in milliseconds. */
const LOOK_MS = 100

/** Shows what runs print, as they do, until disposed. @param folder where their folders are */
export function followOutput(folder: string): Disposable {
  const tails = new Map<string, Tail>()
  const look = () => {
    for (const path of globSync('**/{stdout,stderr}.log', { cwd: folder })) {
      const tail = tails.get(path) ?? new Tail(join(folder, path))
      tails.set(path, tail)
      for (let text = tail.read(); text !== ''; text = tail.read())
        for (const line of text.trimEnd().split('\n')) say(`${dim('  │')} ${line}`)
    }
  }
  const timer = systemClock.every(LOOK_MS, look)
  return {
    [Symbol.dispose]: () => {
      timer[Symbol.dispose]()
      look()
      for (const tail of tails.values()) tail[Symbol.dispose]()
    },
  }
}
