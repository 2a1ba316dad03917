import { copyStudy as copy, readAllTrials, deleteStudy as remove, TuneError } from '@tune/core'
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
  const copied = await copy(opened.study.storage, name, { storage, ...(as !== undefined && { name: as }) })
  const { length } = await readAllTrials(storage, copied.id)
  say(`Copied ${length} trials as '${copied.name}' into ${redactStorageUrl(to)}.`)
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
