import { Piscina } from 'piscina'
import { TuneError } from '../errors/tune-error.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { SuggestMessage, SuggestReply } from './protocol.ts'
import type { SamplerExecutor } from './sampler-executor.ts'

/** How long a worker thread without work lives, in milliseconds. */
const IDLE_MS = 30_000

/** The worker beside this file: `.ts` in the sources, `.js` where it was compiled. */
const worker = new URL(
  import.meta.url.endsWith('.ts') ? './sampler-worker.ts' : './sampler-worker.js',
  import.meta.url,
)

/**
 * Asks the sampler in worker threads. Any of them gives the same decision, since each makes the sampler anew
 * from its name and options, and reads the history in shared memory.
 *
 * @param threads how many worker threads there are at most.
 */
export function samplerPool(sampler: Sampler, threads: number): SamplerExecutor {
  const pool = new Piscina({
    filename: worker.href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
  })
  return {
    suggest: async (request) => {
      const { name, options, module } = sampler
      const message: SuggestMessage = { sampler: name, options, module, request }
      const reply: SuggestReply = await pool.run(message)
      if (reply.kind === 'decision') return reply.decision
      const cause = new Error(reply.message)
      if (reply.stack !== undefined) cause.stack = reply.stack
      throw new TuneError(reply.code, reply.message, reply.details, cause)
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}
