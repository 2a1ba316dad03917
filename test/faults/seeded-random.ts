import { randomSource } from '@tune/core/random'

/** A sequence of uniform numbers that a seed fixes. */
export function seededRandom(seed: number): () => number {
  const stream = randomSource(seed).stream(0, 'faults')
  return () => stream.uniform()
}
