import type { Value } from '@tune/kfp'
import type { Shape } from './shape.ts'

/** A loop over a list of days. */
export function parallelForShape(days: readonly string[], parallelism: number | undefined): Shape {
  return {
    days: { days: { type: 'LIST', default: days } },
    profits: { profits: 'LIST' },
    simulate: (scope, inputs, simulateDay) => {
      const items = inputs['days'] as Value<'LIST'>
      const limit = parallelism !== undefined && { parallelism }
      const loop = scope.parallelFor({ items, itemType: 'STRING', ...limit }, (body, day) => ({
        profit: simulateDay(body, day),
      }))
      return { profits: loop.outputs.profit }
    },
    profitList: (placeholders) => placeholders['profits'] as string,
    parameters: (of) => ({ days: of }),
  }
}
