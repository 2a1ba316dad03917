/**
 * How many combinations of discrete parameters are left, where the parameters of a trial may depend on its values.
 *
 * Finished trials are the leaves of a tree: at each inner node they are told apart by one parameter, below each of its
 * values stand the trials that have it. A value that no trial has is an open leaf: nobody knows what is below it.
 *
 * Which parameter a node has does not matter, as long as all trials below it have that parameter, in the same range: an
 * objective that takes the same way for the same values leaves the same leaves open whichever is taken first. So the
 * order in which trials suggested their parameters need not be known.
 */
import type { HistorySnapshot } from '../../history/index.ts'
import { cardinality, type Distribution } from '../../space/index.ts'
import { type Axis, everyValue } from '../finite/axis.ts'
import type { PendingTrial } from '../sampler.ts'

/** A place in the tree: the trials below it. */
export interface Node {
  /** Rows of finished trials. */
  readonly rows: readonly number[]
  readonly pending: readonly PendingTrial[]
}

/** The children of a node that some trial is below, by the index of the value on an axis. */
export function childrenOf({ rows, pending }: Node, axis: Axis, history: HistorySnapshot): Map<number, Node> {
  const children = new Map<number, { rows: number[]; pending: PendingTrial[] }>()
  const child = (internal: number | undefined) => {
    const index = axis.indexOf(internal ?? Number.NaN)
    const known = children.get(index) ?? { rows: [], pending: [] }
    children.set(index, known)
    return known
  }
  const column = history.params[axis.name]
  for (const row of rows) child(column?.[row]).rows.push(row)
  for (const trial of pending) child(trial.params[axis.name]).pending.push(trial)
  children.delete(-1)
  return children
}

/**
 * How many open leaves there are below a node, less those that running trials are on.
 *
 * @param axes parameters that every trial below the node will have.
 * @param known names of parameters that the way to the node has fixed.
 */
export function openLeaves(
  node: Node,
  axes: readonly Axis[],
  known: ReadonlySet<string>,
  history: HistorySnapshot,
): number {
  const [axis = sharedAxis(node.rows, known, history), ...rest] = axes
  if (axis === undefined) return node.rows.length + node.pending.length === 0 ? 1 : 0
  const children = childrenOf(node, axis, history)
  const belowEach = rest.reduce((product, { count }) => product * count, 1)
  let open = (axis.count - children.size) * belowEach
  const knownBelow = new Set(known).add(axis.name)
  for (const child of children.values()) open += openLeaves(child, rest, knownBelow, history)
  return open
}

/** A discrete parameter that all trials of the rows have, in one range; the first by name. */
function sharedAxis(
  rows: readonly number[],
  known: ReadonlySet<string>,
  history: HistorySnapshot,
): Axis | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  for (const name of Object.keys(history.distributions).sort()) {
    if (known.has(name)) continue
    const distribution = distributionIn(history, name, first)
    if (cardinality(distribution) === Number.POSITIVE_INFINITY) continue
    const column = history.params[name] as Float64Array
    const index = history.distributionIndices[name]
    if (rows.every((row) => !Number.isNaN(column[row]) && index?.[row] === index?.[first]))
      return everyValue(name, distribution)
  }
  return undefined
}

function distributionIn(history: HistorySnapshot, name: string, row: number): Distribution {
  return history.distributions[name]?.[history.distributionIndices[name]?.[row] ?? 0] as Distribution
}
