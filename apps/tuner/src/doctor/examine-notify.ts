import type { Finding } from '@tune/storage'
import { channelsOf } from '../telling/tell.ts'
import { look, type Patient } from './finding.ts'

/** Whether those who are to be told can be reached. Sends nothing. */
export async function* examineNotify({ config }: Patient): AsyncGenerator<Finding> {
  const { notify, folderOfFile } = config
  if (notify === undefined) return
  for (const { name, check } of channelsOf(notify, folderOfFile)) yield look(name, check)
}
