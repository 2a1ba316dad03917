import { describe, expect, it } from 'vitest'
import { hash32, philox4x32, randomSource } from '../src/random/index.ts'

describe('Philox 4x32-10', () => {
  // Random123, kat_vectors: counter and key of zeros, of ones, and of the digits of π.
  it.each([
    [
      [0, 0, 0, 0, 0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [Array(6).fill(0xffffffff) as number[], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the known answer (%#)', (input, answer) => {
    const [c0, c1, c2, c3, k0, k1] = input as [number, number, number, number, number, number]
    const out = new Uint32Array(4)
    philox4x32(c0, c1, c2, c3, k0, k1, out)
    expect([...out]).toEqual(answer)
  })
})

describe('a random source', () => {
  it('gives each address its own stream, whatever was drawn elsewhere', () => {
    const draw = (seed: number, trial: number, purpose: string) => {
      const stream = randomSource(seed).stream(trial, purpose)
      return [stream.uniform(), stream.uniform(), stream.uniform()]
    }
    const here = draw(1, 2, 'x')
    draw(1, 3, 'x')
    expect(draw(1, 2, 'x')).toEqual(here)
    for (const other of [draw(2, 2, 'x'), draw(1, 3, 'x'), draw(1, 2, 'y'), draw(1 + 2 ** 32, 2, 'x')]) {
      expect(other).not.toEqual(here)
    }
  })

  it('is uniform', () => {
    const stream = randomSource(7).stream(0, 'uniform')
    const bins = new Float64Array(20)
    const n = 100_000
    for (let i = 0; i < n; i++) {
      const bin = stream.below(20)
      bins[bin] = (bins[bin] as number) + 1
    }
    const chiSquare = bins.reduce((sum, count) => sum + (count - n / 20) ** 2 / (n / 20), 0)
    // The 99.9 % point of χ² with 19 degrees of freedom.
    expect(chiSquare).toBeLessThan(43.8)
  })

  it('hashes names to words that differ', () => {
    expect(new Set(Array.from({ length: 10_000 }, (_, i) => hash32(`p${i}`))).size).toBeGreaterThan(9_990)
  })
})
