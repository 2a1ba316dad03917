/** How Optuna's tables spell states, directions, values and times. */
import type { Direction, TrialState } from '@tune/core'

const STATES = {
  waiting: 'WAITING',
  running: 'RUNNING',
  complete: 'COMPLETE',
  pruned: 'PRUNED',
  failed: 'FAIL',
} as const satisfies Record<TrialState, string>

const STATE_OF = new Map<string, TrialState>(
  Object.entries(STATES).map(([state, text]) => [text, state as TrialState]),
)

export function encodeState(state: TrialState): string {
  return STATES[state]
}

export function decodeState(text: string): TrialState {
  return STATE_OF.get(text) ?? 'failed'
}

export function encodeDirection(direction: Direction): string {
  return direction.toUpperCase()
}

/** `NOT_SET` is what very old studies have; Optuna takes it for `MINIMIZE`. */
export function decodeDirection(text: string): Direction {
  return text === 'MAXIMIZE' ? 'maximize' : 'minimize'
}

/** A value and its type: numbers that a database column cannot hold are told by the type alone. */
export function encodeValue(value: number): readonly [number | null, string] {
  if (Number.isFinite(value)) return [value, 'FINITE']
  if (Number.isNaN(value)) return [null, 'NAN']
  return [null, value > 0 ? 'INF_POS' : 'INF_NEG']
}

export function decodeValue(value: number | null, type: string): number {
  if (type === 'INF_POS') return Number.POSITIVE_INFINITY
  if (type === 'INF_NEG') return Number.NEGATIVE_INFINITY
  return type === 'NAN' || value === null ? Number.NaN : value
}

/** A time as text without a zone, in UTC, as Optuna 5 writes it; `digits` of a second's fraction. */
export function encodeTime(ms: number, digits: 0 | 6): string {
  const text = new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
  return digits === 0 ? text.slice(0, 19) : `${text}000`
}

export function decodeTime(text: string | null): number | null {
  return text === null ? null : Date.parse(`${text.replace(' ', 'T')}Z`)
}
