import type { StudyConfig } from '../../config/study-config.ts'
import type { WrittenSource } from './pipeline-config.ts'

/** What a file says of where each metric is. */
export function writtenSources({
  objective: { value, reports },
  metrics = {},
}: StudyConfig): Readonly<Record<string, WrittenSource>> {
  const written = reports ?? value ?? {}
  if (!isSingle(written)) return written
  const [name = ''] = Object.keys(metrics)
  return { [name]: written }
}

/** Whether it is one source, and not one for each metric. */
export function isSingle(written: object | undefined): written is WrittenSource {
  return written !== undefined && Object.values(written).some((each) => typeof each === 'string')
}
