export { categorical, sameChoice } from './categorical.ts'
export { assertCompatible, isCompatible, sameDistribution } from './compatible.ts'
export { describeDistribution } from './describe.ts'
export {
  type CategoricalDistribution,
  cardinality,
  type Distribution,
  type FloatDistribution,
  type IntDistribution,
  isSingle,
  type JsonScalar,
  type ParamValue,
} from './distribution.ts'
export { type FloatOptions, float } from './float.ts'
export { type IntOptions, int } from './int.ts'
export type { ParamsOf, SearchSpace, ValueOf } from './search-space.ts'
export { contains, nearestValue, singleValue, toExternal, toInternal } from './value.ts'
