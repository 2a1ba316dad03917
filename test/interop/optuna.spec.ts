import { categorical, createStudy, float, int, loadStudy, paramValues, type TrialParam } from '@tune/core'
import { openStorage } from '@tune/storage'
import { describe, expect, it } from 'vitest'
import { python } from './python.ts'
import { stores } from './stores.ts'

const params = new Map<string, TrialParam>([
  ['x', { distribution: float(-1, 1), internal: 0.1 + 0.2 }],
  ['rate', { distribution: float(1e-9, 1, { log: true }), internal: 1e-9 }],
  ['ratio', { distribution: float(0, 1, { step: 0.25 }), internal: 0.75 }],
  ['n', { distribution: int(-5, 2 ** 40), internal: 2 ** 40 }],
  ['even', { distribution: int(0, 8, { step: 2 }), internal: 6 }],
  ['width', { distribution: int(1, 64, { log: true }), internal: 7 }],
  ['choice', { distribution: categorical([null, true, 2.5, 'ä"🚕']), internal: 3 }],
])

/** What Python sees of each trial. */
const LOOK = `
study = optuna.load_study(study_name=name, storage=url)
def look(t):
    return dict(number=t.number, state=t.state.name, values=t.values and [str(v) if math.isinf(v) else v for v in t.values], params=t.params, user=t.user_attrs,
        distributions={k: repr(d) for k, d in t.distributions.items()}, constraints=t.constraints,
        steps=[[s, None if math.isnan(v) else v] for s, v in sorted(t.intermediate_values.items())])
`

interface Seen {
  readonly number: number
  readonly state: string
  readonly values: (number | string)[] | null
  readonly params: Record<string, unknown>
}

describe.each(stores)('a study in %s', (_, store) => {
  it('written here is read in Python as it was written', async () => {
    await using place = await store()
    await using storage = await openStorage(place.pythonUrl)
    await using study = await createStudy({ name: 'sträße', storage, direction: 'maximize' })
    await study.setUserAttribute('note', { deep: [1, null, 'é'] })
    await study.add({
      state: 'complete',
      values: [1.5],
      params,
      intermediateValues: new Map([
        [0, 1],
        [3, Number.NaN],
      ]),
      userAttributes: { who: 'tune' },
      systemAttributes: { 'constraints:weight': -1 },
    })
    await study.add({ state: 'complete', values: [Number.NEGATIVE_INFINITY] })
    await study.add({ state: 'pruned', values: [7] })
    await study.add({ state: 'failed' })
    await study.enqueue({ x: 0.5 })
    const seen = await python<{ trials: Seen[]; best: number; direction: string; attrs: unknown }>(
      `${LOOK}
say(dict(trials=[look(t) for t in study.trials], best=study.best_value, direction=study.direction.name, attrs=study.user_attrs))`,
      place.pythonUrl,
      'sträße',
    )
    expect(seen).toMatchObject({
      best: 1.5,
      direction: 'MAXIMIZE',
      attrs: { note: { deep: [1, null, 'é'] } },
    })
    expect(seen.trials.map(({ state }) => state)).toEqual([
      'COMPLETE',
      'COMPLETE',
      'PRUNED',
      'FAIL',
      'WAITING',
    ])
    expect(seen.trials[1]?.values).toEqual(['-inf'])
    expect(seen.trials[0]).toEqual({
      number: 0,
      state: 'COMPLETE',
      values: [1.5],
      params: { x: 0.1 + 0.2, rate: 1e-9, ratio: 0.75, n: 2 ** 40, even: 6, width: 7, choice: 'ä"🚕' },
      user: { who: 'tune' },
      constraints: { weight: -1 },
      steps: [
        [0, 1],
        [3, null],
      ],
      distributions: {
        x: 'FloatDistribution(high=1.0, log=False, low=-1.0, step=None)',
        rate: 'FloatDistribution(high=1.0, log=True, low=1e-09, step=None)',
        ratio: 'FloatDistribution(high=1.0, log=False, low=0.0, step=0.25)',
        n: 'IntDistribution(high=1099511627776, log=False, low=-5, step=1)',
        even: 'IntDistribution(high=8, log=False, low=0, step=2)',
        width: 'IntDistribution(high=64, log=True, low=1, step=1)',
        choice: "CategoricalDistribution(choices=(None, True, 2.5, 'ä\"🚕'))",
      },
    })
  })

  it('begun here goes on in Python with its sampler, and here again', async () => {
    await using place = await store()
    await using storage = await openStorage(place.url)
    const space = { x: float(-3, 3), n: int(1, 9), mode: categorical(['a', 'b']) }
    await using study = await createStudy({ name: 's', storage, space, seed: 4 })
    await study.optimize(({ params: p }) => p.x ** 2 + p.n + (p.mode === 'a' ? 1 : 0), {
      trials: 15,
      parallel: 3,
    })
    await study.enqueue({ x: 0, n: 1, mode: 'b' })
    const best = await study.bestTrial()
    const seen = await python<{ before: number; params: unknown; after: Seen[] }>(
      `${LOOK}
before, params = study.best_value, study.best_params
def objective(trial):
    x = trial.suggest_float("x", -3, 3)
    return x ** 2 + trial.suggest_int("n", 1, 9) + (1 if trial.suggest_categorical("mode", ["a", "b"]) == "a" else 0)
study.optimize(objective, n_trials=6)
say(dict(before=before, params=params, after=[look(t) for t in study.trials]))`,
      place.pythonUrl,
      's',
    )
    expect(seen.before).toBe(best.values?.[0])
    expect(seen.params).toEqual(paramValues(best))
    expect(seen.after).toHaveLength(21)
    // The waiting trial was the first that Python ran.
    expect(await study.bestTrial()).toMatchObject({ number: 15, values: [1] })
    await study.optimize(({ params: p }) => p.x ** 2 + p.n + (p.mode === 'a' ? 1 : 0), {
      trials: 30,
      parallel: 3,
    })
    const trials = await study.trials()
    expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (__, i) => i))
    expect(seen.after.map(({ values }) => values)).toEqual(trials.slice(0, 21).map(({ values }) => values))
  })

  it('begun in Python goes on here, and in Python again', async () => {
    await using place = await store()
    await python(
      `
study = optuna.create_study(study_name=name, storage=url, directions=["minimize", "maximize"])
study.set_user_attr("nan", float("nan"))
def objective(trial):
    lr = trial.suggest_float("lr", 1e-5, 1e-1, log=True)
    layers = trial.suggest_int("layers", 1, 3)
    trial.suggest_categorical("opt", ["adam", None, True, 1.5])
    trial.set_user_attr("inf", float("inf"))
    return lr, layers
study.optimize(objective, n_trials=12)
study.enqueue_trial({"lr": 0.01})
say(None)`,
      place.pythonUrl,
      'py',
    )
    await using storage = await openStorage(place.url)
    await using study = await loadStudy('py', { storage })
    expect(study.directions).toEqual(['minimize', 'maximize'])
    expect(study.userAttributes).toEqual({ nan: Number.NaN })
    const [first] = await study.trials()
    expect(first).toMatchObject({ state: 'complete', userAttributes: { inf: Number.POSITIVE_INFINITY } })
    expect(first?.params.get('opt')?.distribution).toEqual(categorical(['adam', null, true, 1.5]))
    await study.optimize(
      async (trial) => {
        const lr = await trial.suggestFloat('lr', 1e-5, 1e-1, { log: true })
        const layers = await trial.suggestInt('layers', 1, 3)
        await trial.suggestCategorical('opt', ['adam', null, true, 1.5])
        return [lr, layers]
      },
      { trials: 20, parallel: 2 },
    )
    const trials = await study.trials()
    expect(trials[12]?.params.get('lr')?.internal).toBe(0.01)
    const fronts = await python<number[]>(
      `${LOOK}
study.optimize(lambda t: (t.suggest_float("lr", 1e-5, 1e-1, log=True), t.suggest_int("layers", 1, 3)), n_trials=3)
say([t.number for t in study.best_trials])`,
      place.pythonUrl,
      'py',
    )
    expect((await study.trials()).length).toBe(23)
    expect((await study.bestTrials()).map(({ number }) => number)).toEqual(fronts)
  })

  it('has the names of its metrics in Python, which reads choices that were appended and goes on', async () => {
    await using place = await store()
    await using storage = await openStorage(place.url)
    const metrics = { auc: 'maximize', size: 'minimize' } as const
    for (const choices of [
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]) {
      const space = { c: categorical(choices), x: float(0, 1) }
      await using study = await createStudy({
        name: 'named',
        storage,
        metrics,
        space,
        loadIfExists: true,
        onNotice: () => {},
      })
      await study.enqueue({ c: choices.at(-1) ?? '', x: 0.5 })
      await study.optimize(({ params: p }) => [p.x, p.c.length], { trials: choices.length * 6 })
    }
    const seen = await python<{ names: string[]; chosen: string[]; states: string[] }>(
      `
study = optuna.load_study(study_name=name, storage=url, sampler=optuna.samplers.TPESampler(seed=1))
chosen = [t.params["c"] for t in study.trials]
study.optimize(lambda t: (t.suggest_float("x", 0, 1), 1), n_trials=3)
say(dict(names=study.metric_names, chosen=chosen, states=[t.state.name for t in study.trials]))`,
      place.pythonUrl,
      'named',
    )
    expect(seen.names).toEqual(['auc', 'size'])
    expect(seen.chosen[0]).toBe('b')
    expect(seen.chosen[12]).toBe('c')
    expect(seen.states).toEqual(Array(21).fill('COMPLETE'))
  })

  it('is no smaller when both write at once', async () => {
    await using place = await store()
    await using storage = await openStorage(place.url)
    await using study = await createStudy({ name: 'both', storage, space: { x: float(0, 1) } })
    const [seen] = await Promise.all([
      python<number>(
        `
study = optuna.load_study(study_name=name, storage=url, sampler=optuna.samplers.RandomSampler())
study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=25)
say(len(study.trials))`,
        place.pythonUrl,
        'both',
      ),
      study.optimize(({ params: p }) => p.x, { trials: 60, parallel: 4 }),
    ])
    expect(seen).toBeGreaterThanOrEqual(25)
    const trials = await study.trials()
    expect(trials.map(({ number }) => number)).toEqual(trials.map((__, i) => i))
    expect(trials.every(({ state, params: p }) => state === 'complete' && p.size === 1)).toBe(true)
    expect(trials.length).toBeGreaterThanOrEqual(60)
  })
})
