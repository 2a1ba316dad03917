import { type ParamValue, type SearchSpace, toInternal } from '../../space/index.ts'
import type { Sampler } from '../sampler.ts'

type Values = Readonly<Record<string, ParamValue>>

/**
 * Keeps some parameters at given values and lets another sampler choose the rest.
 *
 * @param params the values by parameter name, as an objective sees them. Names that a study does not have are without
 * effect.
 * @returns a sampler whose `suggest` throws TuneError INVALID_PARAMS where a value is not in its distribution.
 */
export function partialFixed(sampler: Sampler, params: Values): Sampler {
  const fixed: Sampler = {
    name: 'partialFixed',
    options: { sampler: { ...sampler.options, name: sampler.name }, params },
    threaded: sampler.threaded,
    suggest: (request) => {
      const internals = internalsOf(request.space, params)
      const space = without(request.space, params)
      if (Object.keys(space).length === 0) return { params: internals }
      const chosen = { ...request.chosen, ...internals }
      return { params: { ...sampler.suggest({ ...request, space, chosen }).params, ...internals } }
    },
  }
  const remaining = sampler.remaining?.bind(sampler)
  if (remaining === undefined) return fixed
  return {
    ...fixed,
    remaining: (request) => {
      const { space, history } = request
      const known = space ?? Object.fromEntries(firstSeen(history.distributions))
      const chosen = { ...request.chosen, ...internalsOf(known, params) }
      return remaining({ ...request, space: space && without(space, params), chosen })
    },
  }
}

/** The internal values of those fixed parameters that the space has. */
function internalsOf(space: SearchSpace, params: Values): Record<string, number> {
  const internals: Record<string, number> = {}
  for (const [name, value] of Object.entries(params)) {
    const distribution = space[name]
    if (distribution !== undefined) internals[name] = toInternal(distribution, value, name)
  }
  return internals
}

function without(space: SearchSpace, params: Values): SearchSpace {
  return Object.fromEntries(Object.entries(space).filter(([name]) => !Object.hasOwn(params, name)))
}

function firstSeen(
  seen: Readonly<Record<string, readonly SearchSpace[string][]>>,
): [string, SearchSpace[string]][] {
  return Object.entries(seen).flatMap(([name, [first]]) => (first === undefined ? [] : [[name, first]]))
}
