import { expect } from 'vitest'

/** Expects each number within a relative error; infinities must be equal. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, relative: number): void {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i] as number, expected[i] as number]
    if (a === e) continue
    expect(Math.abs(a - e) / Math.abs(e), `[${i}]: ${a} should be ${e}`).toBeLessThanOrEqual(relative)
  }
}
