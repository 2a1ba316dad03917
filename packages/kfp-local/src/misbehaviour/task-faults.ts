import { once } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import type { JsonValue } from '@tune/kfp/api'
import type { TaskRule } from './misbehaviour.ts'

/** Lets containers fail or hang as it has been told. */
export class TaskFaults {
  #rules: { readonly rule: TaskRule; left: number }[] = []

  set(rules: readonly TaskRule[]): void {
    this.#rules = rules.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }))
  }

  /** What happens to a container before it does anything. */
  async before(
    { task, inputs }: { readonly task: string; readonly inputs: Readonly<Record<string, JsonValue>> },
    signal: AbortSignal,
  ): Promise<void> {
    const found = this.#rules.find(
      ({ rule, left }) =>
        left > 0 &&
        (rule.task === '*' || rule.task === task) &&
        Object.entries(rule.inputs ?? {}).every(([name, value]) => isDeepStrictEqual(inputs[name], value)),
    )
    if (found === undefined) return
    found.left--
    if (found.rule.how === 'fail') throw new Error('main: exit code 1 (as it was told to)')
    if (!signal.aborted) await once(signal, 'abort')
    signal.throwIfAborted()
  }
}
