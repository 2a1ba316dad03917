import { isTuneError, type RunRequest, TuneError } from '@tune/core'
import type { NewRun, Run } from '../api/index.ts'
import { repeat } from '../client/repeat.ts'
import { runName, runWord } from './run-name.ts'
import type { PipelineRunReference } from './run-reference.ts'
import type { RunnerParts } from './runner-parts.ts'

/** The longest pause between two attempts to start a run, in milliseconds. */
const LONGEST_PAUSE = 30_000
/** How often a failure of the server is met before it is no accident. */
const FAILURES = 3
/** What the server says of a specification that it cannot compile: with status 500, as of any failure of its own. */
const REFUSED = /fetching manifest|generate the ExecutionSpec|validate workflow/

/**
 * Starts the run of a request, or finds it where a process before this one started it. The server may be away meanwhile.
 *
 * @throws TuneError KFP_REFUSED the server does not take the pipeline or its arguments
 */
export async function startRun(
  parts: RunnerParts,
  request: RunRequest,
  signal: AbortSignal,
): Promise<PipelineRunReference> {
  const { client, experimentId, serviceAccount, ender } = parts
  let name: string | undefined
  let isNew = !request.mayExist
  const once = async () => {
    const wanted = parts.run(request, await client.server({ signal }))
    name = runName(request, wanted)
    const run: NewRun = {
      display_name: name,
      experiment_id: experimentId,
      description: `Trial ${request.number} of the study '${request.study}'`,
      ...wanted,
      ...(serviceAccount !== undefined && { service_account: serviceAccount }),
    }
    const first = isNew
    // Whatever becomes of this attempt, the next one looks first.
    isNew = false
    return { name, made: await client.runs.createOnce(run, { isNew: first, signal }) }
  }
  try {
    const { name: made, made: run } = await patiently(parts, once, signal)
    return referenceTo(made, run, request, parts)
  } catch (error) {
    // Nobody will ever know a reference to what may have been started.
    const isLeft = isTuneError(signal.reason, 'LEASE_LOST', 'STUDY_CLOSED')
    if (signal.aborted && !isLeft && name !== undefined) await ender.endByName(name)
    throw error
  }
}

function referenceTo(
  name: string,
  { run_id }: Run,
  request: RunRequest,
  { linkTo, metrics }: Pick<RunnerParts, 'linkTo' | 'metrics'>,
): PipelineRunReference {
  const { instances } = request
  return {
    run: run_id,
    name,
    ...(instances !== undefined && { instances }),
    ...(Object.values(metrics).some((source) => 'file' in source) && { word: runWord(request) }),
    ...(linkTo !== undefined && { url: linkTo(run_id) }),
  }
}

/** Tries again for as long as the server is away, and a few times where it says that it failed. */
async function patiently<T>(
  { clock, patienceMs }: Pick<RunnerParts, 'clock' | 'patienceMs'>,
  attempt: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const begun = clock.now()
  let failures = 0
  const mayPass = (error: TuneError) =>
    isTuneError(error, 'KFP_FAILED') ? ++failures < FAILURES : clock.now() - begun < patienceMs
  const once = async () => {
    try {
      return await attempt()
    } catch (error) {
      // A token that has expired is made anew by somebody.
      throw isTuneError(error, 'KFP_UNAUTHENTICATED') ? unavailable(error) : refused(error)
    }
  }
  const patience = { retries: Number.POSITIVE_INFINITY, longestPauseMs: LONGEST_PAUSE }
  return repeat(once, patience, signal, mayPass)
}

function unavailable(error: TuneError): TuneError {
  return new TuneError('KFP_UNAVAILABLE', error.message, error.details, error)
}

function refused(error: unknown): unknown {
  if (!isTuneError(error, 'KFP_FAILED') || !REFUSED.test(error.message)) return error
  return new TuneError('KFP_REFUSED', error.message, error.details, error)
}
