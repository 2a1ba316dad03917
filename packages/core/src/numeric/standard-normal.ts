import type { RandomStream } from '../random/index.ts'

/**
 * Independent standard normal numbers.
 *
 * Source: G. E. P. Box, M. E. Muller, "A Note on the Generation of Random Normal Deviates", Ann. Math. Statist. 29(2),
 * 1958.
 */
export function standardNormals(stream: RandomStream, count: number): Float64Array {
  const normals = new Float64Array(count)
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - stream.uniform()))
    const angle = 2 * Math.PI * stream.uniform()
    normals[i] = radius * Math.cos(angle)
    if (i + 1 < count) normals[i + 1] = radius * Math.sin(angle)
  }
  return normals
}
