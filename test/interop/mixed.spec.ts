import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createStudy } from '@tune/core'
import { openStorage } from '@tune/storage'
import { describe, expect, it } from 'vitest'
import { python } from './python.ts'
import { stores } from './stores.ts'

const worker = fileURLToPath(new URL('mixed-worker.ts', import.meta.url))
const CREW = 4
const SHARE = 50
const TOTAL = 2 * CREW * SHARE

/** What one process sees in the end. */
interface Seen {
  readonly complete: number
  readonly best: number
  readonly numbers: readonly number[]
}

const theirs = (url: string): Promise<Seen> =>
  python(
    `
import time
study = optuna.load_study(study_name=name, storage=url)
for _ in range(${SHARE}):
    trial = study.ask()
    x, n = trial.suggest_float("x", -5, 5), trial.suggest_int("n", 1, 10)
    study.tell(trial, x * x + n)
def complete():
    return [t for t in study.get_trials(deepcopy=False) if t.state == TrialState.COMPLETE]
while len(complete()) < ${TOTAL}:
    time.sleep(0.05)
say(dict(complete=len(complete()), best=study.best_trial.number, numbers=[t.number for t in study.trials]))`,
    url,
    'mixed',
  )

async function ours(url: string): Promise<Seen> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    worker,
    url,
    'mixed',
    `${SHARE}`,
    `${TOTAL}`,
  ])
  return JSON.parse(stdout) as Seen
}

describe.each(stores.filter(([name]) => name !== 'SQLite'))('a study in %s', (_, store) => {
  it('is the same for four processes of Optuna and four of ours that work on it at once', async () => {
    await using place = await store()
    await using storage = await openStorage(place.url)
    await using _study = await createStudy({ name: 'mixed', storage })
    const crew = Array.from({ length: CREW }, () => [theirs(place.pythonUrl), ours(place.url)]).flat()
    const seen = await Promise.all(crew)
    const [first] = seen as [Seen]
    expect(first.numbers).toEqual(Array.from({ length: TOTAL }, (__, i) => i))
    expect(seen.map(({ complete, best, numbers }) => ({ complete, best, numbers }))).toEqual(
      seen.map(() => ({ complete: TOTAL, best: first.best, numbers: first.numbers })),
    )
  })
})
