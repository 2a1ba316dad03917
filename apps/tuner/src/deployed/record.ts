import type { Study } from '@tune/core'
import type { Ending } from '../telling/ending.ts'
import type { Told } from '../telling/tell.ts'

/** The system attributes of a study in which the tasks of its deployed tuner leave word to each other. */
const ENDED = 'tune:ended'
const TOLD = 'tune:told'
const TUNER = 'tune:tuner'

/** Keeps where the tuner of a study runs. */
export async function recordTuner(
  { storage, id }: Study,
  run: string,
  url: string | undefined,
): Promise<void> {
  await storage.setStudyAttributes(id, 'system', { [TUNER]: { run, ...(url !== undefined && { url }) } })
}

/** Where people see the tuner that a study was deployed with last, where that is known. */
export async function tunerLink({ storage, name }: Study): Promise<string | undefined> {
  const { systemAttributes } = await storage.readStudy(name)
  const { url } = (systemAttributes[TUNER] ?? {}) as { readonly url?: string }
  return url
}

/** Keeps how the tuner ended in a run, for whoever tells it. */
export async function recordEnding({ storage, id }: Study, run: string, ending: Ending): Promise<void> {
  await storage.setStudyAttributes(id, 'system', { [ENDED]: { run, ...ending } })
}

/** How the tuner ended in a run, where it came to say so. */
export async function recordedEnding({ storage, name }: Study, run: string): Promise<Ending | undefined> {
  const { systemAttributes } = await storage.readStudy(name)
  const ended = systemAttributes[ENDED] as ({ readonly run: string } & Ending) | undefined
  if (ended?.run !== run) return undefined
  const { outcome, end, reason } = ended
  return { outcome, end, reason }
}

/** Who was told of a run: kept with the study, so that a task that is tried again tells nobody twice. */
export async function toldOf({ storage, name, id }: Study, run: string): Promise<Told> {
  const { systemAttributes } = await storage.readStudy(name)
  const before = systemAttributes[TOLD] as { readonly run: string; readonly channels: string[] } | undefined
  const channels = new Set(before?.run === run ? before.channels : [])
  return {
    has: (channel) => channels.has(channel),
    add: async (channel) => {
      channels.add(channel)
      await storage.setStudyAttributes(id, 'system', { [TOLD]: { run, channels: [...channels] } })
    },
  }
}
