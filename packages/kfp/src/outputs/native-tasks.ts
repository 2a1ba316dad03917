import type { IoParameter, JsonValue } from '../api/index.ts'
import type { KfpClient } from '../client/kfp-client.ts'
import { type DaySource, dayProfit } from './day-profits.ts'

/** Reads profits from the server itself, where it has the native task API. */
export function nativeTasks(client: KfpClient): DaySource {
  return {
    async *read({ run_id }, signal) {
      for await (const task of client.runs.tasks(run_id, signal && { signal })) {
        if (task.state !== 'SUCCEEDED' && task.state !== 'CACHED') continue
        const { name = '', inputs, outputs } = task
        const found = dayProfit(name, byKey(inputs?.parameters), byKey(outputs?.parameters))
        if (found) yield found
      }
    },
  }
}

function byKey(parameters: readonly IoParameter[] = []): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(parameters.map(({ parameter_key = '', value = null }) => [parameter_key, value]))
}
