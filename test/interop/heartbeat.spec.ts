import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { loadStudy, randomSampler } from '@tune/core'
import { openStorage } from '@tune/storage'
import { describe, expect, inject, it } from 'vitest'
import { python } from './python.ts'
import { stores } from './stores.ts'

const STORAGE = `
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
import warnings; warnings.filterwarnings("ignore")
storage = RDBStorage(url, heartbeat_interval=1, grace_period=2, heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(max_retry=2))
`
/** A process whose heart beats, and that never ends its trial. */
const HANGING = `
import sys, time, optuna
url, name = sys.argv[1], sys.argv[2]
${STORAGE}
def objective(trial):
    trial.suggest_float("x", 0, 1)
    print("running", flush=True)
    time.sleep(1000)
optuna.load_study(study_name=name, storage=storage).optimize(objective, n_trials=1)
`

describe.each(stores)('a heart that beats in %s', (_, store) => {
  it('is left alone; once it stops, Optuna tries the trial again, and so do we', async () => {
    await using place = await store()
    await python(
      'optuna.create_study(study_name=name, storage=url, sampler=optuna.samplers.RandomSampler())\nsay(0)',
      place.pythonUrl,
      'beating',
    )
    await using storage = await openStorage(place.url)
    await using study = await loadStudy('beating', { storage, sampler: randomSampler(), retry: { lost: 1 } })
    const child = spawn(inject('python'), ['-c', HANGING, place.pythonUrl, 'beating'])
    await once(child.stdout, 'data')
    expect(await study.reap()).toEqual([])
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await study.reap()).toEqual([])
    await new Promise((resolve) => setTimeout(resolve, 3500))
    // It counts as dead after ten minutes here; Optuna, told so, does earlier, and puts its trial in the queue.
    expect(await study.reap()).toEqual([])
    await python(
      `${STORAGE}
study = optuna.load_study(study_name=name, storage=storage)
optuna.storages.fail_stale_trials(study)
say(0)`,
      place.pythonUrl,
      'beating',
    )
    const [lost, waiting] = await study.trials()
    expect([lost?.state, waiting?.state]).toEqual(['failed', 'waiting'])
    const again = await study.ask()
    expect(again.number).toBe(1)
    expect(await again.suggestFloat('x', 0, 1)).toBe(lost?.params.get('x')?.internal)
    await study.tell(again, { state: 'failed' })
  })

  it('that stopped for longer than it may is found dead by us, too', async () => {
    await using place = await store()
    await python('optuna.create_study(study_name=name, storage=url)\nsay(0)', place.pythonUrl, 'stopped')
    await using storage = await openStorage(place.url)
    const options = { storage, sampler: randomSampler(), retry: { lost: 1 } }
    await using patient = await loadStudy('stopped', options)
    await using strict = await loadStudy('stopped', { ...options, heartbeatGrace: '3 s' })
    const child = spawn(inject('python'), ['-c', HANGING, place.pythonUrl, 'stopped'])
    await once(child.stdout, 'data')
    expect(await patient.owners()).toEqual([{ number: 0, sign: 'heartbeat' }])
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await patient.reap()).toEqual([])
    await expect.poll(() => strict.reap(), { interval: 200 }).toEqual([0])
    const seen = await python(
      'say([[t.state.name, sorted(t.params)] for t in optuna.load_study(study_name=name, storage=url).trials])',
      place.pythonUrl,
      'stopped',
    )
    expect(seen).toEqual([
      ['FAIL', ['x']],
      ['WAITING', ['x']],
    ])
  })

  it('of ours stops likewise: Optuna reads which trial was tried again', async () => {
    await using place = await store()
    await using storage = await openStorage(place.url)
    const options = { storage, sampler: randomSampler(), retry: { lost: 2 }, lease: 1 } as const
    await python('optuna.create_study(study_name=name, storage=url)\nsay(0)', place.pythonUrl, 'retried')
    for (let i = 0; i < 3; i++) {
      const dying = await loadStudy('retried', options)
      const trial = await dying.ask()
      await trial.suggestFloat('x', 0, 1)
      await trial.saved()
      await dying[Symbol.asyncDispose]()
      await new Promise((resolve) => setTimeout(resolve, 20))
      await using living = await loadStudy('retried', options)
      expect(await living.reap()).toEqual([i])
    }
    const seen = await python(
      `
from optuna.storages import RetryHeartbeatStaleTrialCallback as Retry
study = optuna.load_study(study_name=name, storage=url)
say([[t.state.name, Retry.retried_trial_number(t), Retry.retry_history(t), len(set(s.params["x"] for s in study.trials))] for t in study.trials])`,
      place.pythonUrl,
      'retried',
    )
    expect(seen).toEqual([
      ['FAIL', null, [], 1],
      ['FAIL', 0, [0], 1],
      ['FAIL', 0, [0, 1], 1],
    ])
  })
})
