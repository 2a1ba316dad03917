/** How many successors a segment has room for: a crossing of a grid has no more. */
export const DEGREE = 4

/**
 * A city's roads. Its states are directed segments, from one crossing to the next; a driver at the end of a segment
 * turns into one of its successors. Every segment can be reached from every other.
 */
export interface RoadGraph {
  /** How many segments there are. They are sorted by zone. */
  readonly segments: number
  readonly zones: number
  /** Length in metres. */
  readonly length: Int32Array
  /** Time to drive through, in whole seconds, the crossing included. */
  readonly seconds: Int32Array
  readonly isArterial: Uint8Array
  /** Middle of the segment, in metres. */
  readonly x: Int32Array
  readonly y: Int32Array
  readonly zone: Int32Array
  /** Successors of segment i at `DEGREE * i`, the places left over filled with the first one. */
  readonly successors: Int32Array
  /** How many of these places differ. */
  readonly degree: Uint8Array
  /** The segments of zone z are those from `zoneStart[z]` up to `zoneStart[z + 1]`. */
  readonly zoneStart: Int32Array
  /** Width and height of the city, in metres. */
  readonly extent: number
}
