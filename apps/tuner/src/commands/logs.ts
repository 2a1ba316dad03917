import { createReadStream } from 'node:fs'
import { TuneError } from '@tune/core'
import { type RunLog, runLogs } from '@tune/process'
import { failureOf } from '../progress/progress.ts'
import { bold, dim, readerGone, say, write } from '../text/output.ts'
import { printable } from '../text/printable.ts'
import { runLink } from '../text/run-link.ts'
import { openExisting } from '../wiring.ts'

/**
 * Shows what the runs of a trial printed, or where a cluster shows it.
 *
 * @throws TuneError TRIAL_NOT_FOUND: no such trial, or nothing is known of its output
 */
export async function showLogs(name: string, url: string, folder: string, number: number): Promise<void> {
  await using opened = await openExisting(name, url)
  const { study } = opened
  const trial = (await study.trials())[number]
  if (trial === undefined)
    throw new TuneError('TRIAL_NOT_FOUND', `study '${name}' has no trial ${number}`, { number })
  const logs = runLogs(folder, { study: name, studyId: study.id, number })
  const link = runLink(trial)
  if (logs.length === 0 && link === undefined)
    throw new TuneError('TRIAL_NOT_FOUND', `trial ${number} of '${name}' has no output in ${folder}`, {
      number,
    })
  const why = failureOf(trial)
  say(`${bold(`Trial ${number}`)} ${trial.state}${why === '' ? '' : `: ${why}`}`)
  for (const log of logs) await showLog(log)
  if (link !== undefined) say(`The output of its tasks is at ${link}`)
}

async function showLog({ name, folder, stdout, stderr }: RunLog): Promise<void> {
  say(dim(`── ${name === '' ? '' : `${name}, `}in ${folder}`))
  await copy(stdout)
  let hasErrors = false
  for await (const _ of createReadStream(stderr, { end: 0 })) hasErrors = true
  if (!hasErrors) return
  say(dim('── standard error'))
  await copy(stderr)
}

/** Writes a file of any length, a piece at a time. */
async function copy(path: string): Promise<void> {
  let last = '\n'
  for await (const piece of createReadStream(path, 'utf8')) {
    if (readerGone.aborted) return
    last = String(piece)
    write(printable(last))
  }
  if (!last.endsWith('\n')) say()
}
