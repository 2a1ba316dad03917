/** How many of the newest trials have full weight; older ones fade linearly down to 1/n. */
const FULL_WEIGHT_TRIALS = 25

/**
 * The weights of n trials by number, and of the prior, last; they sum to 1.
 *
 * Source: J. Bergstra et al., "Making a Science of Model Search", ICML 2013 (forgetting); the ramp as in Optuna 5.
 *
 * @param uniform whether all trials weigh the same, however old.
 */
export function mixtureWeights(trials: number, uniform: boolean): Float64Array {
  const weights = new Float64Array(trials + 1).fill(1)
  const fading = trials - FULL_WEIGHT_TRIALS
  if (!uniform) {
    for (let i = 0; i < fading; i++)
      weights[i] = fading === 1 ? 1 / trials : 1 / trials + ((1 - 1 / trials) * i) / (fading - 1)
  }
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}
