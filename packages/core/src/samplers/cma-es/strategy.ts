/**
 * The constants of CMA-ES, which depend only on how many parameters there are and how large the population is.
 *
 * Source: N. Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772, appendix A; equation numbers are its.
 */
export interface Strategy {
  /** n */
  readonly dimensions: number
  /** λ: how many solutions make a generation. */
  readonly populationSize: number
  /** μ: how many of them the mean moves to. */
  readonly parents: number
  /** w_i, the best solution's first. */
  readonly weights: Float64Array
  /** Σ w_i */
  readonly weightSum: number
  /** μ_eff */
  readonly muEff: number
  readonly cSigma: number
  readonly dSigma: number
  readonly cC: number
  readonly c1: number
  readonly cMu: number
  /** E‖N(0, I)‖ */
  readonly chiN: number
}

/** λ = 4 + ⌊3 ln n⌋ (48). */
export function defaultPopulationSize(dimensions: number): number {
  return 4 + Math.floor(3 * Math.log(dimensions))
}

/** @param populationSize at least 2. */
export function strategyFor(n: number, populationSize: number): Strategy {
  const lambda = populationSize
  const parents = Math.floor(lambda / 2)
  // (49)
  const raw = Float64Array.from({ length: lambda }, (_, i) => Math.log((lambda + 1) / 2) - Math.log(i + 1))
  const muEff = effective(raw.subarray(0, parents))
  const muEffMinus = effective(raw.subarray(parents))
  // (57), (58) with α_cov = 2; a large population must leave something for the matrix of before.
  const c1 = 2 / ((n + 1.3) ** 2 + muEff)
  const cMu = Math.min(1 - c1 - 1e-8, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff))
  // (50), (51), (52)
  const alpha = Math.min(1 + c1 / cMu, 1 + (2 * muEffMinus) / (muEff + 2), (1 - c1 - cMu) / (n * cMu))
  // (53)
  const positive = raw.reduce((sum, w) => sum + Math.max(w, 0), 0)
  const negative = raw.reduce((sum, w) => sum + Math.max(-w, 0), 0)
  const weights = raw.map((w) => (w >= 0 ? w / positive : (alpha / negative) * w))
  // (55)
  const cSigma = (muEff + 2) / (n + muEff + 5)
  return {
    dimensions: n,
    populationSize,
    parents,
    weights,
    weightSum: weights.reduce((sum, w) => sum + w, 0),
    muEff,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma,
    // (56)
    cC: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
    c1,
    cMu,
    chiN: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  }
}

/** (Σ w)² / Σ w² */
function effective(weights: Float64Array): number {
  const sum = weights.reduce((a, w) => a + w, 0)
  return sum ** 2 / weights.reduce((a, w) => a + w * w, 0)
}
