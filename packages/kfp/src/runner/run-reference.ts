import { TuneError } from '@tune/core'

/** How to find a run again: plain JSON. */
export type PipelineRunReference = {
  /** The server's identity of it. */
  readonly run: string
  readonly name: string
  /** The instances that it evaluates; absent where it evaluates the whole. */
  readonly instances?: readonly string[]
  /** What its result files are called after: see `runWord`. */
  readonly word?: string
  /** Where people see it. */
  readonly url?: string
}

/** @throws TuneError INVALID_ARGUMENT what is stored with the trial is of another runner */
export function asRunReference(reference: unknown): PipelineRunReference {
  const given = reference as Partial<PipelineRunReference> | null
  if (typeof given === 'object' && typeof given?.name === 'string' && typeof given.run === 'string')
    return given as PipelineRunReference
  throw new TuneError(
    'INVALID_ARGUMENT',
    `run: ${JSON.stringify(reference)} is not what the runner 'kfp' stored; was the trial begun by another runner?`,
  )
}
