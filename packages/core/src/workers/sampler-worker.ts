import { isTuneError } from '../errors/tune-error.ts'
import { createSampler } from '../samplers/registry.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { SuggestMessage, SuggestReply } from './protocol.ts'

const samplers = new Map<string, Sampler>()

function samplerFor({ sampler, options }: SuggestMessage): Sampler {
  const key = JSON.stringify([sampler, options])
  const known = samplers.get(key)
  if (known !== undefined) return known
  const created = createSampler(sampler, options)
  samplers.set(key, created)
  return created
}

/** What Piscina calls in a worker thread. */
export default function suggest(message: SuggestMessage): SuggestReply {
  try {
    return { kind: 'decision', decision: samplerFor(message).suggest(message.request) }
  } catch (error) {
    const { stack } = error as Error
    return isTuneError(error)
      ? { kind: 'error', code: error.code, message: error.message, details: error.details, stack }
      : { kind: 'error', code: 'SAMPLER_FAILED', message: String(error), details: {}, stack }
  }
}
