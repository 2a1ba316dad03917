import { sobolColumns } from './sobol-directions.ts'

/**
 * One coordinate of a point of Sobol's sequence, as 32 binary digits: the coordinate times 2^32.
 *
 * Source: I. M. Sobol', USSR Comput. Math. Math. Phys. 7(4), 1967, in the order of I. A. Antonov, V. M. Saleev, ibid.
 * 19(1), 1979: the columns that the Gray code of the index names are added without carry.
 *
 * @param index which point: 0 to 2^32 - 1; point 0 is the origin.
 * @param dimension which coordinate: 0 to SOBOL_DIMENSIONS - 1.
 */
export function sobolWord(index: number, dimension: number): number {
  const columns = sobolColumns[dimension] as Uint32Array
  let gray = (index ^ (index >>> 1)) >>> 0
  let word = 0
  for (let bit = 0; gray !== 0; bit++, gray >>>= 1) {
    if ((gray & 1) === 1) word ^= columns[bit] as number
  }
  return word >>> 0
}
