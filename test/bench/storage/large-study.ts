import { createStudy } from '@tune/core'
import { openStorage } from '@tune/storage'
import mysql, { type RowDataPacket } from 'mysql2/promise'

/** How many rows one statement writes. */
const ROWS = 5000

/** Writes a study with so many complete trials of so many parameters, faster than any tuner could. */
export async function writeLargeStudy(
  url: string,
  name: string,
  trials: number,
  params: number,
): Promise<void> {
  await using storage = await openStorage(url)
  await using study = await createStudy({ name, storage })
  const connection = await mysql.createConnection(url)
  const [rows] = await connection.query('SELECT COALESCE(MAX(trial_id), 0) + 1 AS first FROM trials')
  const [{ first }] = rows as [{ readonly first: number }]
  const now = '2026-01-02 03:04:05'
  const [[row]] = await connection.query<RowDataPacket[]>(
    'SELECT study_id FROM studies WHERE study_name = ?',
    [study.name],
  )
  const distribution =
    '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}'
  const x = (number: number, param: number) => ((number * 7919 + param * 104_729) % 99_991) / 99_991
  const insert = async (table: string, columns: string, rows: readonly unknown[][]) => {
    for (let i = 0; i < rows.length; i += ROWS)
      await connection.query(`INSERT INTO ${table} (${columns}) VALUES ?`, [rows.slice(i, i + ROWS)])
  }
  for (let begin = 0; begin < trials; begin += ROWS) {
    const numbers = Array.from({ length: Math.min(ROWS, trials - begin) }, (_, i) => begin + i)
    await connection.beginTransaction()
    await insert(
      'trials',
      'trial_id, number, study_id, state, datetime_start, datetime_complete',
      numbers.map((number) => [first + number, number, row?.['study_id'], 'COMPLETE', now, now]),
    )
    await insert(
      'trial_values',
      'trial_id, objective, value, value_type',
      numbers.map((number) => [first + number, 0, x(number, 0), 'FINITE']),
    )
    await insert(
      'trial_params',
      'trial_id, param_name, param_value, distribution_json',
      numbers.flatMap((number) =>
        Array.from({ length: params }, (_, p) => [first + number, `x${p}`, x(number, p), distribution]),
      ),
    )
    await connection.commit()
  }
  await connection.end()
}
