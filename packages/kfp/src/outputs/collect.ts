import { TuneError } from '@tune/core'
import type { Run } from '../api/index.ts'
import type { KfpClient } from '../client/kfp-client.ts'
import type { DayProfit, DaySource } from './day-profits.ts'
import { nativeTasks } from './native-tasks.ts'

export interface DaySourceOptions {
  /** Where the simulations themselves write their profits. It goes before all else. */
  readonly sideChannel?: DaySource
  /** Where servers without the native task API keep what tasks gave: `metadataStore(…)`. */
  readonly metadata?: DaySource
}

/**
 * Where the profits of a server's runs can be read: the side channel, the server itself, or ML Metadata, in this
 * order.
 *
 * @throws TuneError KFP_UNSUPPORTED_VERSION when there is neither
 */
export async function daySource(
  client: KfpClient,
  { sideChannel, metadata }: DaySourceOptions = {},
  signal?: AbortSignal,
): Promise<DaySource> {
  if (sideChannel) return sideChannel
  const { nativeTasks: isNative, version = 'unknown' } = await client.server(signal && { signal })
  if (isNative) return nativeTasks(client)
  if (metadata) return metadata
  throw new TuneError(
    'KFP_UNSUPPORTED_VERSION',
    `outputs of runs: the server, version ${version}, does not show them; give a side channel or the address of its ML Metadata`,
    { server: version },
  )
}

/**
 * The profits of all days of a run, in the order of `days`: all of them, or an error.
 *
 * @throws TuneError KFP_OUTPUTS a day is missing, or its profit is no finite number; what the source throws
 */
export async function collect(
  run: Pick<Run, 'run_id' | 'display_name'>,
  days: readonly string[],
  source: DaySource,
  signal?: AbortSignal,
): Promise<readonly DayProfit[]> {
  const found = new Map<string, number>()
  for await (const { day, profit } of source.read(run, signal)) found.set(day, profit)
  const missing = days.filter((day) => !found.has(day))
  if (missing.length > 0) throw outputsError(run, `no profit of ${missing.join(', ')}`, { missing, days })
  const bad = days.filter((day) => !Number.isFinite(found.get(day)))
  if (bad.length > 0)
    throw outputsError(run, `the profit of ${bad[0]} is ${found.get(bad[0] as string)}; it must be finite`, {
      bad,
      days,
    })
  return days.map((day) => ({ day, profit: found.get(day) as number }))
}

function outputsError(
  { run_id, display_name }: Pick<Run, 'run_id' | 'display_name'>,
  problem: string,
  details: object,
): TuneError {
  return new TuneError('KFP_OUTPUTS', `run '${display_name}' (${run_id}): ${problem}`, { run_id, ...details })
}
