import { isMainThread } from 'node:worker_threads'
import type { Sampler } from '../src/index.ts'

/** A sampler of somebody else's: always the same part of each range, but for a sign of the thread that it ran in. */
export default function theirs({ part = 0.5, fails = false }: { part?: number; fails?: boolean }): Sampler {
  return {
    name: 'theirs',
    options: { part, fails },
    threaded: true,
    suggest: ({ space }) => {
      if (fails || isMainThread) throw new Error('asked on the calling thread')
      const params: Record<string, number> = {}
      for (const [name, distribution] of Object.entries(space))
        params[name] =
          distribution.kind === 'categorical'
            ? 0
            : distribution.low + part * (distribution.high - distribution.low)
      return { params }
    },
  }
}
