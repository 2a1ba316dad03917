import type { Runner, RunReference } from '../runner/runner.ts'
import { Measure, measured } from './measure.ts'
import { replacing } from './replacing.ts'

/** A runner whose runs are measured as `tune.run`, from when they are watched to their end; `tune.start` is their start. */
export function measuredRunner(runner: Runner): Runner {
  const attributes = { 'tune.runner': runner.name }
  return replacing(runner, {
    start: (request, signal) => measured('tune.start', attributes, () => runner.start(request, signal)),
    watch: async function* (reference, signal) {
      const measure = new Measure('tune.run', attributes, { 'tune.reference': textOf(reference) })
      let outcome: { readonly failure?: string } | undefined
      try {
        for await (const event of runner.watch(reference, signal)) {
          if (event.kind === 'end') outcome = event
          yield event
        }
      } finally {
        measure.end({ 'tune.outcome': outcome === undefined ? 'left' : 'ended' }, outcome?.failure)
      }
    },
  })
}

function textOf(reference: RunReference): string {
  return JSON.stringify(reference)
}
