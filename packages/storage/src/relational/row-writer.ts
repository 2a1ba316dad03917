import type { Attributes, TrialParam } from '@tune/core'
import { distributionToJson } from '../optuna/distribution-json.ts'
import { encodeValue } from '../optuna/encoding.ts'
import { toPythonJson } from '../optuna/json.ts'
import { type Connection, type Dialect, places, type SqlValue } from './database.ts'

/** Writes what hangs on trials and studies: one statement for all rows of a kind, none where there are no rows. */
export class RowWriter {
  readonly #dialect: Dialect

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  async params(
    connection: Connection,
    trialId: number,
    params: ReadonlyMap<string, TrialParam>,
  ): Promise<void> {
    if (params.size === 0) return
    await connection.run(
      `INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
        VALUES ${places(params.size, 4)} ${this.#dialect.keepExisting('param_id')}`,
      [...params].flatMap(([name, { internal, distribution }]) => [
        trialId,
        name,
        internal,
        distributionToJson(distribution),
      ]),
    )
  }

  async values(connection: Connection, trialId: number, values: readonly number[]): Promise<void> {
    if (values.length === 0) return
    await connection.run(
      `INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES ${places(values.length, 4)}`,
      values.flatMap((value, objective): SqlValue[] => [trialId, objective, ...encodeValue(value)]),
    )
  }

  async intermediateValues(
    connection: Connection,
    trialId: number,
    values: ReadonlyMap<number, number>,
  ): Promise<void> {
    if (values.size === 0) return
    const columns = ['intermediate_value', 'intermediate_value_type']
    await connection.run(
      `INSERT INTO trial_intermediate_values (trial_id, step, ${columns.join(', ')}) VALUES ${places(values.size, 4)}
        ${this.#dialect.replaceExisting(['trial_id', 'step'], columns)}`,
      [...values].flatMap(([step, value]): SqlValue[] => [trialId, step, ...encodeValue(value)]),
    )
  }

  async attributes(
    connection: Connection,
    table: string,
    owner: 'study_id' | 'trial_id',
    id: number,
    attributes: Attributes,
  ): Promise<void> {
    const entries = Object.entries(attributes)
    if (entries.length === 0) return
    await connection.run(
      `INSERT INTO ${table} (${owner}, \`key\`, value_json) VALUES ${places(entries.length, 3)}
        ${this.#dialect.replaceExisting([owner, '`key`'], ['value_json'])}`,
      entries.flatMap(([key, value]) => [id, key, toPythonJson(value)]),
    )
  }
}
