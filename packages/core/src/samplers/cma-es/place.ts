/**
 * From a generation to a trial's parameters, and from parameters back to where they were sampled.
 */
import { standardNormals } from '../../numeric/standard-normal.ts'
import { truncatedNormalQuantile } from '../../numeric/truncated-normal.ts'
import type { Cells } from './coordinates.ts'
import { multiply, type Solution } from './evolution.ts'
import { deviationsOf, type Generation } from './generation.ts'
import type { Setup } from './setup.ts'

/** How often a place outside of the cube is sampled again, for each parameter, before it is moved into it. */
const RESAMPLES = 10

/** How far apart two values may be, in the unit cube, and still be the same one after rounding. */
const ROUNDING = 1e-9

/** The place that a trial gets from a generation, N(m, σ² C): the same whenever it is asked for. */
export function sampledPlace(setup: Setup, generation: Generation, number: number): Float64Array {
  const { coordinates, source, purpose } = setup
  const { mean, sigma, root } = generation.evolution
  const stream = source.stream(number, purpose)
  // (38), (39), (40), with the symmetric root: it is the same however the axes are numbered and directed.
  const sample = () => {
    const step = multiply(root, standardNormals(stream, mean.length))
    return step.map((y, d) => (mean[d] as number) + sigma * y)
  }
  for (let attempt = 0; attempt < RESAMPLES * mean.length; attempt++) {
    const place = sample()
    if (place.every((x, d) => coordinates[d]?.cells !== null || (x >= 0 && x <= 1))) return place
  }
  return sample().map((x, d) => (coordinates[d]?.cells === null ? Math.min(Math.max(x, 0), 1) : x))
}

/** The internal value of each coordinate that a sampled place stands for. */
export function valuesAt({ coordinates }: Setup, generation: Generation, place: Float64Array): number[] {
  const { evolution, scales } = generation
  return coordinates.map((coordinate, d) => {
    const m = evolution.mean[d] as number
    return coordinate.toInternal(m + (scales[d] as number) * ((place[d] as number) - m))
  })
}

/**
 * Where the trial of that number was sampled.
 *
 * Where this generation would choose the very same parameters, it is where they come from. Otherwise they are taken as
 * given from outside, and for a discrete parameter some place in its cell is drawn, as likely as the generation has it:
 * the middle of the cell instead would look like a distribution without any width.
 *
 * @param params an internal value for each coordinate.
 */
export function placeOf(
  setup: Setup,
  generation: Generation,
  number: number,
  params: readonly number[],
): Solution {
  const { coordinates, source, purpose } = setup
  const own = sampledPlace(setup, generation, number)
  const values = valuesAt(setup, generation, own)
  const given = coordinates.map((coordinate, d) => coordinate.toUnit(params[d] as number))
  const isOwn = coordinates.every(
    (coordinate, d) => Math.abs(coordinate.toUnit(values[d] as number) - (given[d] as number)) < ROUNDING,
  )
  if (isOwn) return { x: own, injected: false }
  const stream = source.stream(number, `${purpose}:place`)
  const deviations = deviationsOf(generation.evolution)
  const x = Float64Array.from(coordinates, ({ cells }, d) => {
    if (cells === null) return given[d] as number
    const m = generation.evolution.mean[d] as number
    const deviation = deviations[d] as number
    const [low, high] = cellAround(cells, given[d] as number)
    const scaled = (edge: number) => (edge - m) / ((generation.scales[d] as number) * deviation)
    return m + deviation * truncatedNormalQuantile(stream.uniform(), scaled(low), scaled(high))
  })
  return { x, injected: true }
}

/** The ends of the cell that a place is in. */
function cellAround(cells: Cells, place: number): [number, number] {
  const index = cells.indexAt(place)
  return [
    index === 0 ? Number.NEGATIVE_INFINITY : cells.edge(index - 1),
    index === cells.count - 1 ? Number.POSITIVE_INFINITY : cells.edge(index),
  ]
}
