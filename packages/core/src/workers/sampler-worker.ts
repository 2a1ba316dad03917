import { isTuneError } from '../errors/tune-error.ts'
import { createSampler, registerSampler } from '../samplers/registry.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { SuggestMessage, SuggestReply } from './protocol.ts'

const samplers = new Map<string, Sampler>()

async function samplerFor({ sampler, options, module }: SuggestMessage): Promise<Sampler> {
  const key = JSON.stringify([sampler, options, module])
  const known = samplers.get(key)
  if (known !== undefined) return known
  if (module !== undefined) await registerSampler(sampler, module)
  const created = createSampler(sampler, options)
  samplers.set(key, created)
  return created
}

/** What Piscina calls in a worker thread. */
export default async function suggest(message: SuggestMessage): Promise<SuggestReply> {
  try {
    return { kind: 'decision', decision: (await samplerFor(message)).suggest(message.request) }
  } catch (error) {
    const { stack } = error as Error
    return isTuneError(error)
      ? { kind: 'error', code: error.code, message: error.message, details: error.details, stack }
      : { kind: 'error', code: 'SAMPLER_FAILED', message: String(error), details: {}, stack }
  }
}
