import type { Decision, Sampler, SuggestRequest } from '../samplers/sampler.ts'

/** Asks a sampler, wherever it runs. The answer never depends on where. */
export interface SamplerExecutor extends AsyncDisposable {
  /** @throws TuneError SAMPLER_FAILED */
  suggest(request: SuggestRequest): Promise<Decision>
}

/** Asks the sampler on the calling thread. */
export function inProcess(sampler: Sampler): SamplerExecutor {
  return {
    suggest: async (request) => sampler.suggest(request),
    [Symbol.asyncDispose]: async () => {},
  }
}
