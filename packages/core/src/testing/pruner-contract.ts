import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PruneRequest, Pruner } from '../pruners/pruner.ts'
import { createPruner } from '../pruners/registry.ts'
import { anyDirections, anyPruneRequest } from './any-prune-request.ts'

/** What a pruner under test can do beyond the contract. */
export interface PrunerTraits {
  /** How many directions it takes. Default: any number. */
  readonly directions?: number
  /** Whether `createPruner` knows it. Default: true. */
  readonly registered?: boolean
}

/** What every pruner must do. Call it in a vitest file; `make` gives a fresh instance. */
export function prunerContract(
  make: () => Pruner,
  { directions, registered = true }: PrunerTraits = {},
): void {
  const { name, options } = make()
  const anyRequest: fc.Arbitrary<PruneRequest> = anyDirections
    .filter(({ length }) => directions === undefined || length === directions)
    .chain((chosen) => anyPruneRequest({ directions: chosen, odd: true }))

  describe(`the pruner '${name}' with ${JSON.stringify(options)}`, () => {
    it('decides by the request alone: asked again, after another question, or through a structured clone', () => {
      fc.assert(
        fc.property(anyRequest, anyRequest, (request, other) => {
          const pruner = make()
          const decision = pruner.prune(request)
          pruner.prune(other)
          expect(pruner.prune(request)).toEqual(decision)
          expect(make().prune(structuredClone(request))).toEqual(decision)
        }),
      )
    })

    it('takes the other trials as sets', () => {
      fc.assert(
        fc.property(anyRequest, (request) => {
          const { finished, running } = request
          const shuffled = { ...request, finished: finished.toReversed(), running: running.toReversed() }
          expect(make().prune(shuffled).prune).toBe(make().prune(request).prune)
        }),
      )
    })

    it('leaves the request as it is', () => {
      fc.assert(
        fc.property(anyRequest, (request) => {
          const before = structuredClone(request)
          make().prune(request)
          expect(request).toEqual(before)
        }),
      )
    })

    it('keeps a trial that has reported nothing', () => {
      fc.assert(
        fc.property(anyRequest, (request) => {
          const values = request.directions.map(() => [])
          expect(make().prune({ ...request, reports: { steps: [], values } }).prune).toBe(false)
        }),
      )
    })

    it('gives a reason only where it prunes, and then one line', () => {
      fc.assert(
        fc.property(anyRequest, (request) => {
          const { prune, reason } = make().prune(request)
          expect(reason ?? 'none given').toMatch(prune ? /^.+$/ : /^none given$/)
        }),
      )
    })

    if (!registered) return
    it('is made again from its name and options', () => {
      fc.assert(
        fc.property(anyRequest, (request) => {
          const again = createPruner(name, structuredClone(options))
          expect(again.options).toEqual(options)
          expect(again.prune(request)).toEqual(make().prune(request))
        }),
      )
    })
  })
}
