import type { ConfidenceSequence } from '../statistics/confidence-sequence.ts'
import { meanOf, type PairedGain, pairedGain } from '../statistics/paired-gain.ts'

/** Something to compare. */
export interface Candidate<P> {
  /** What to call it. */
  readonly name: string
  readonly parameters: P
}

/** How a candidate did. */
export interface Compared {
  readonly name: string
  /** Means over the instances that both saw. */
  readonly value: number
  readonly reference: number
  readonly gain: PairedGain
}

export interface ComparisonOptions<P> {
  readonly reference: P
  readonly candidates: readonly Candidate<P>[]
  /** What all are measured on, in this order, as far as is needed. */
  readonly instances: readonly number[]
  readonly sequence: ConfidenceSequence
  /** Measures on some instances, in their order. */
  readonly measure: (parameters: P, instances: readonly number[]) => Promise<readonly number[]>
  /** Hears on how many instances was measured. */
  readonly onLook: (count: number) => void
}

/** After how many instances one looks: a week. */
const LOOK = 7

/** Compares candidates with a reference, a few instances at a time: each until its answer is clear, or all were measured. */
export async function compareInTurn<P>({
  reference,
  candidates,
  instances,
  sequence,
  measure,
  onLook,
}: ComparisonOptions<P>): Promise<readonly Compared[]> {
  const ofReference: number[] = []
  const values = candidates.map((): number[] => [])
  const gainOf = (index: number) => pairedGain(values[index] as number[], ofReference, sequence)
  for (let from = 0; from < instances.length; from += LOOK) {
    const open = candidates.flatMap((_, i) =>
      from === 0 || gainOf(i).verdict === 'cannot tell yet' ? [i] : [],
    )
    if (open.length === 0) break
    const some = instances.slice(from, from + LOOK)
    ofReference.push(...(await measure(reference, some)))
    for (const i of open)
      values[i]?.push(...(await measure((candidates[i] as Candidate<P>).parameters, some)))
    onLook(from + some.length)
  }
  return candidates.map(({ name }, i) => {
    const own = values[i] as number[]
    return { name, value: meanOf(own), reference: meanOf(ofReference.slice(0, own.length)), gain: gainOf(i) }
  })
}
