import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createStudy,
  evaluateWith,
  type FrozenTrial,
  isTuneError,
  nearestValue,
  noPruner,
  type ParamValue,
  type RunEvent,
  type Runner,
  type SearchSpace,
  toExternal,
} from '@tune/core'
import type { StudyConfig } from '../config/study-config.ts'
import { EXIT } from '../exit-code.ts'
import { objectiveOf } from '../objective/objective.ts'
import { failureOf } from '../progress/progress.ts'
import { formatParam, formatValue, table } from '../text/format.ts'
import { bold, dim, green, readerGone, red, say } from '../text/output.ts'
import { directionsOf, evaluation } from '../wiring.ts'
import { followOutput } from './follow-output.ts'

/**
 * Evaluates one trial, with the current parameters or those in the middle of the space, and shows everything: what it is
 * given, what it prints, what is understood of that, what comes out. Nothing is kept.
 *
 * @returns the exit code: 0 where the trial has a value.
 */
export async function tryStudy(config: StudyConfig): Promise<number> {
  const objective = await objectiveOf(config)
  objective.check()
  const folder = mkdtempSync(join(tmpdir(), 'tune-try-'))
  const abort = new AbortController()
  const interrupt = (name: NodeJS.Signals) =>
    abort.abort(name === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted)
  const signal = AbortSignal.any([abort.signal, readerGone])
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  try {
    say(`${bold(`Trying ${config.study}`)} ${dim(objective.description)}`)
    await using runner = await objective.open(folder)
    using _output = followOutput(folder)
    await using study = await createStudy({
      name: config.study,
      metrics: directionsOf(objective),
      pruner: noPruner(),
      ...(objective.space && { space: objective.space }),
    })
    await study.enqueue(objective.current ?? middleOf(objective.space ?? {}))
    const evaluate = evaluateWith({ ...evaluation(config, objective, told(runner)), retries: 0 })
    await study
      .optimize(
        async (trial) => {
          say(
            table(
              Object.entries(await objective.params(trial)).map(([name, value]) => [
                `  ${name}`,
                formatParam(value),
              ]),
            ),
          )
          return evaluate(trial)
        },
        { trials: 1, catch: true, maxConsecutiveFailures: 2, maxFailed: 1, signal },
      )
      .catch((error: unknown) => {
        // What the trial says of itself is shown below.
        if (!isTuneError(error, 'TOO_MANY_FAILURES')) throw error
      })
    const [trial] = await study.trials()
    if (abort.signal.aborted) return Number(abort.signal.reason)
    return readerGone.aborted ? EXIT.pipe : conclude(trial, study.metricNames ?? [])
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The parameters in the middle of each range, and the first of all choices. */
function middleOf(space: SearchSpace): Readonly<Record<string, ParamValue>> {
  return Object.fromEntries(
    Object.entries(space).map(([name, distribution]) => {
      if (distribution.kind === 'categorical') return [name, distribution.choices[0] ?? null]
      const { low, high, log } = distribution
      const middle = log ? Math.sqrt(low) * Math.sqrt(high) : low / 2 + high / 2
      return [name, toExternal(distribution, nearestValue(distribution, middle))]
    }),
  )
}

/** A runner that says what it hears. */
function told(runner: Runner): Runner {
  return {
    name: runner.name,
    ...(runner.takesAllInstances !== undefined && { takesAllInstances: runner.takesAllInstances }),
    start: (request, signal) => runner.start(request, signal),
    stop: (reference) => runner.stop(reference),
    watch: async function* (reference, signal) {
      for await (const event of runner.watch(reference, signal)) {
        sayEvent(event)
        yield event
      }
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

function sayEvent(event: RunEvent): void {
  if (event.kind === 'end') return
  const values = Object.entries(event.metrics).map(([name, value]) => `${name} ${formatValue(value)}`)
  const place = event.kind === 'report' ? `step ${event.step}` : (event.instance ?? 'result')
  say(dim(`  ▸ ${place}: ${values.join(', ')}`))
}

function conclude(trial: FrozenTrial | undefined, names: readonly string[]): number {
  if (trial?.state === 'complete') {
    say(green(names.map((name, i) => `${name} ${formatValue(trial.values?.[i] ?? Number.NaN)}`).join(', ')))
    for (const [key, value] of Object.entries(trial.systemAttributes))
      if (key.startsWith('constraints:') && typeof value === 'number')
        say(
          value > 0
            ? red(`${key.slice(12)} breaks its constraint by ${formatValue(value)}`)
            : `${key.slice(12)} keeps its constraint`,
        )
    say(dim('Nothing is kept of this trial. To tune: tuner run'))
    return EXIT.done
  }
  const why = trial === undefined ? '' : failureOf(trial)
  say(red(`The trial failed: ${why === '' ? 'it came to no value' : why}`))
  return EXIT.failures
}
