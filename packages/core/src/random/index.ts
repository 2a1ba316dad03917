export { hash32 } from './hash.ts'
export { philox4x32 } from './philox.ts'
export { type RandomSource, type RandomStream, randomSource } from './random-source.ts'
