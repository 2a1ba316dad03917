/** ⌊√n⌋ of a whole number up to 2^52, by Newton's method on whole numbers. */
export function integerRoot(n: number): number {
  if (n < 2) return n
  let x = n
  let next = Math.floor((x + 1) / 2)
  while (next < x) {
    x = next
    next = Math.floor((x + Math.floor(n / x)) / 2)
  }
  return x
}
