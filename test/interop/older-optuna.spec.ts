import { loadStudy, paramValues, randomSampler } from '@tune/core'
import { openStorage } from '@tune/storage'
import { describe, expect, inject, it } from 'vitest'
import { python } from './python.ts'
import { stores } from './stores.ts'

const versions = Object.entries(inject('olderPythons'))

/** A study with every kind of parameter, odd attributes, all states, and a trial that another sampler's notes hang on. */
const CREATE = `
import warnings
warnings.filterwarnings("ignore")
study = optuna.create_study(study_name=name, storage=url, direction="maximize")
study.set_user_attr("big", 2**70)
study.set_user_attr("odd", [float("nan"), float("inf"), -2**63, 1.0, True, None])
study.set_system_attr("note", "x" * 2045)
def objective(trial):
    x = trial.suggest_float("x", -1, 1)
    trial.suggest_float("log", 1e-9, 1, log=True)
    trial.suggest_float("step", 0, 1, step=0.25)
    trial.suggest_int("n", 1, 2**40, log=True)
    trial.suggest_int("even", 0, 8, step=2)
    trial.suggest_categorical("choice", [None, True, 1.5, "ä"])
    for step in range(3):
        trial.report(float("nan") if step == 1 else x, step)
    trial.set_user_attr("chunk", {"nan": float("nan"), "n": 2**70})
    if trial.number == 3:
        raise optuna.TrialPruned()
    if trial.number == 4:
        raise ValueError
    return float("-inf") if trial.number == 5 else x
study.optimize(objective, n_trials=6, catch=(ValueError,))
study.enqueue_trial({"x": 0.125})
`
const LOOK = `
study = optuna.load_study(study_name=name, storage=url)
say([[t.number, t.state.name, None if t.value is None else str(t.value), {k: str(v) for k, v in t.params.items()}] for t in study.trials])
`

describe.each(versions)('a study that Optuna %s began', (_, program) => {
  describe.each(stores)('in %s', (__, store) => {
    it('goes on here, and there again', async () => {
      await using place = await store()
      await python(`${CREATE}\nsay(0)`, place.pythonUrl, 'older', program)
      await using storage = await openStorage(place.url)
      await using study = await loadStudy('older', { storage, sampler: randomSampler() })
      expect(study.userAttributes).toEqual({
        big: 2n ** 70n,
        odd: [Number.NaN, Number.POSITIVE_INFINITY, -(2n ** 63n), 1, true, null],
      })
      const trials = await study.trials()
      expect(trials.map(({ state }) => state)).toEqual([
        'complete',
        'complete',
        'complete',
        'pruned',
        'failed',
        'complete',
        'waiting',
      ])
      expect(trials[5]?.values).toEqual([Number.NEGATIVE_INFINITY])
      expect(trials[0]?.userAttributes).toEqual({ chunk: { nan: Number.NaN, n: 2n ** 70n } })
      expect(trials[0]?.intermediateValues.get(1)).toBeNaN()
      expect(trials.some(({ systemAttributes }) => 'tune:unreadable' in systemAttributes)).toBe(false)
      await study.optimize(
        async (trial) => {
          const x = await trial.suggestFloat('x', -1, 1)
          await trial.suggestCategorical('choice', [null, true, 1.5, 'ä'])
          return x
        },
        { trials: 8 },
      )
      const ours = await study.trials()
      expect(paramValues(ours[6] as (typeof ours)[number])['x']).toBe(0.125)
      const theirs = await python<[number, string, string | null, Record<string, string>][]>(
        LOOK,
        place.pythonUrl,
        'older',
        program,
      )
      expect(theirs).toHaveLength(ours.length)
      for (const [number, , value, params] of theirs) {
        const trial = ours[number]
        // Their order is Optuna's since 3.2.
        expect(Object.keys(params).toSorted()).toEqual([...(trial?.params.keys() ?? [])].toSorted())
        expect(value === null ? null : Number(value.replace('inf', 'Infinity'))).toEqual(
          trial?.values?.[0] ?? null,
        )
      }
      // And it goes on there, on what was written here.
      const more = await python<number>(
        `${LOOK.split('\n')[1]}\nstudy.optimize(lambda t: t.suggest_float("x", -1, 1), n_trials=2)\nsay(len(study.trials))`,
        place.pythonUrl,
        'older',
        program,
      )
      expect(more).toBe(ours.length + 2)
    })
  })
})
