/**
 * The positions of the `count` smallest keys, in increasing order of the keys; the first position wins a tie.
 *
 * One pass over the keys, with the best so far kept sorted: fast where `count` is small, or few keys get in.
 *
 * @param keys none is NaN.
 */
export function selectSmallest(keys: Float64Array, count: number): Uint32Array {
  const chosen = new Uint32Array(Math.min(Math.max(count, 0), keys.length))
  let size = 0
  for (let i = 0; i < keys.length && chosen.length > 0; i++) {
    const key = keys[i] as number
    if (size === chosen.length && !(key < (keys[chosen[size - 1] as number] as number))) continue
    const at = placeOf(key, keys, chosen, size)
    size = Math.min(size + 1, chosen.length)
    chosen.copyWithin(at + 1, at, size - 1)
    chosen[at] = i
  }
  return chosen
}

/** Where the key belongs among the first `size` chosen ones: behind all that are not larger. */
function placeOf(key: number, keys: Float64Array, chosen: Uint32Array, size: number): number {
  let [low, high] = [0, size]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (key < (keys[chosen[middle] as number] as number)) high = middle
    else low = middle + 1
  }
  return low
}
