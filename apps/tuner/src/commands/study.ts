import {
  acceptNextObjective,
  copyStudy as copy,
  objectiveOf,
  readAllTrials,
  deleteStudy as remove,
  systemClock,
  TuneError,
} from '@tune/core'
import { openStorage, redactStorageUrl } from '@tune/storage'
import { say } from '../text/output.ts'
import { openExisting, openExistingStorage } from '../wiring.ts'

/** Copies a study into another storage, or under another name. */
export async function copyStudy(
  name: string,
  from: string,
  to: string,
  as: string | undefined,
): Promise<void> {
  await using opened = await openExisting(name, from)
  await using storage = await openStorage(to)
  const leftOut: string[] = []
  const copied = await copy(opened.study.storage, name, {
    storage,
    ...(as !== undefined && { name: as }),
    onLeftOut: (number, what) => leftOut.push(`trial ${number}: ${what}`),
  })
  const { length } = await readAllTrials(storage, copied.id)
  say(`Copied ${length} trials as '${copied.name}' into ${redactStorageUrl(to)}.`)
  if (leftOut.length > 0) say(`Left out, since it cannot be read or kept:\n  ${leftOut.join('\n  ')}`)
}

/** Removes a study for good. @throws TuneError INVALID_ARGUMENT: the user is not sure */
export async function deleteStudy(name: string, url: string, isSure: boolean): Promise<void> {
  await using opened = await openExisting(name, url)
  const { length } = await opened.study.trials()
  if (!isSure) {
    throw new TuneError(
      'INVALID_ARGUMENT',
      `study delete: this removes '${name}' with its ${length} trials for good; say --yes if that is what you want`,
      { name },
    )
  }
  await using storage = await openExistingStorage(url)
  await remove(name, storage)
  say(`Deleted '${name}' with ${length} trials.`)
}

/** Shows what a study measures, or lets it take another objective: that of whoever tunes it next. */
export async function studyObjective(name: string, url: string, accept: boolean): Promise<void> {
  await using opened = await openExisting(name, url)
  const { storage } = opened.study
  const objective = objectiveOf(await storage.readStudy(name))
  const shown = objective === null ? 'not known: that of the next run' : JSON.stringify(objective)
  if (!accept) return say(`'${name}' measures: ${shown}`)
  await acceptNextObjective(name, storage, systemClock.now())
  say(`'${name}' takes the objective of its next run. It measured before: ${shown}.`)
}
