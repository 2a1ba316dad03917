/**
 * How far a set of points is from even: the centred L2 discrepancy, squared.
 *
 * Source: F. J. Hickernell, "A generalized discrepancy and quadrature error bound", Mathematics of Computation 67(221),
 * 1998.
 */
export function centredDiscrepancy(points: readonly (readonly number[])[]): number {
  const n = points.length
  const fromCentre = points.map((point) => point.map((x) => Math.abs(x - 0.5)))
  let single = 0
  let double = 0
  for (const [i, a] of fromCentre.entries()) {
    single += a.reduce((product, x) => product * (1 + x / 2 - (x * x) / 2), 1)
    for (const [j, b] of fromCentre.entries()) {
      double += a.reduce((product, x, d) => {
        const apart = Math.abs((points[i]?.[d] as number) - (points[j]?.[d] as number))
        return product * (1 + x / 2 + (b[d] as number) / 2 - apart / 2)
      }, 1)
    }
  }
  return (13 / 12) ** (points[0]?.length ?? 0) - (2 / n) * single + double / n ** 2
}
