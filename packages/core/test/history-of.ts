import { History } from '../src/history/index.ts'
import type { FrozenTrial, HistorySnapshot, SearchSpace, TrialParam } from '../src/index.ts'

/** A finished trial as a test writes it. */
export interface Row {
  readonly number: number
  readonly state?: 'complete' | 'pruned'
  readonly values?: readonly number[] | null
  readonly params?: Readonly<Record<string, number>>
  readonly constraint?: number
  readonly steps?: readonly (readonly [number, number])[]
}

/** The history that a study has after these trials, told in this order. */
export function historyOf(space: SearchSpace, directions: number, rows: readonly Row[]): HistorySnapshot {
  const history = new History(directions)
  for (const row of rows) history.append(trialOf(space, row))
  return history.snapshot()
}

function trialOf(space: SearchSpace, row: Row): FrozenTrial {
  const params = new Map<string, TrialParam>()
  for (const [name, internal] of Object.entries(row.params ?? {})) {
    const distribution = space[name]
    if (distribution !== undefined) params.set(name, { distribution, internal })
  }
  return {
    id: row.number + 1,
    number: row.number,
    state: row.state ?? 'complete',
    values: row.values ?? null,
    params,
    intermediateValues: new Map(row.steps),
    userAttributes: {},
    systemAttributes: row.constraint === undefined ? {} : { 'constraints:c': row.constraint },
    startedAt: 0,
    completedAt: 0,
  }
}
