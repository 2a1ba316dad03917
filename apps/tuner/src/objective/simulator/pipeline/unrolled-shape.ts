import { TuneError } from '@tune/core'
import type { Value } from '@tune/kfp'
import { type Shape, SIMULATE_TASK } from './shape.ts'

/** A task for each day. */
export function unrolledShape(days: readonly string[]): Shape {
  const each = <T>(of: (number: number, day: string) => readonly [string, T]): Readonly<Record<string, T>> =>
    Object.fromEntries(days.map((day, index) => of(index + 1, day)))
  return {
    days: each((number, day) => [`day_${number}`, { type: 'STRING', default: day }]),
    profits: each((number) => [`profit_${number}`, 'NUMBER_DOUBLE']),
    simulate: (scope, inputs, simulateDay) =>
      each((number) => {
        const day = inputs[`day_${number}`] as Value<'STRING'>
        return [`profit_${number}`, simulateDay(scope, day, `${SIMULATE_TASK}-${number}`)]
      }),
    profitList: (placeholders) => `[${Object.values(placeholders).join(',')}]`,
    parameters: (of) => {
      if (of.length !== days.length)
        throw new TuneError(
          'INVALID_ARGUMENT',
          `days: there are ${of.length}, and the pipeline is for ${days.length}`,
        )
      return Object.fromEntries(of.map((day, index) => [`day_${index + 1}`, day]))
    },
  }
}
