import type {
  CategoricalDistribution,
  Distribution,
  FloatDistribution,
  IntDistribution,
} from './distribution.ts'

/** Parameter names and their distributions, in the order in which they are suggested and stored. */
export type SearchSpace = Readonly<Record<string, Distribution>>

/** The type of one parameter's value: a number, or one of the choices. */
export type ValueOf<D extends Distribution> =
  D extends CategoricalDistribution<infer Choice>
    ? Choice
    : D extends FloatDistribution | IntDistribution
      ? number
      : never

/** The type of all parameters of a space: `{ rate: number, mode: 'mean' | 'max' }`. */
export type ParamsOf<S extends SearchSpace> = { readonly [Name in keyof S]: ValueOf<S[Name]> }
