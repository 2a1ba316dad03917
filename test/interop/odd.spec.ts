import { createStudy, type JsonValue, loadStudy, type Notice, randomSampler } from '@tune/core'
import { openStorage } from '@tune/storage'
import { describe, expect, it } from 'vitest'
import { python } from './python.ts'
import { stores } from './stores.ts'

describe.each(stores)('odd things in %s', (_, store) => {
  it('that we write are readable for Python', async () => {
    await using place = await store()
    await using storage = await openStorage(place.url)
    await using study = await createStudy({ name: 'odd', storage, sampler: randomSampler() })
    const odd = {
      lr: 1,
      note: undefined,
      when: new Date(0),
      list: [undefined, Number.NaN, -0],
      deep: { text: '"NaN", Infinity\u2028🚕', big: 2n ** 70n },
    } as unknown as JsonValue
    await study.setUserAttribute('odd', odd)
    await study.optimize(
      async (trial) => {
        await trial.setUserAttribute('odd', odd)
        return 1
      },
      { trials: 1 },
    )
    const seen = await python(
      `study = optuna.load_study(study_name=name, storage=url)
say([repr(study.user_attrs["odd"]), repr(study.trials[0].user_attrs["odd"])])`,
      place.pythonUrl,
      'odd',
    )
    const kept = `{'lr': 1, 'when': '1970-01-01T00:00:00.000Z', 'list': [None, nan, 0], 'deep': {'text': '"NaN", Infinity\\u2028🚕', 'big': 1180591620717411303424}}`
    expect(seen).toEqual([kept, kept])
  })

  it('that Python asks for fail alone, and what it leaves behind keeps no run for ever', async () => {
    await using place = await store()
    await python(
      `study = optuna.create_study(study_name=name, storage=url)
study.ask()
study.enqueue_trial({"c": "no"})
study.enqueue_trial({"x": 7})
study.enqueue_trial({"x": "text"})
study._storage.create_new_trial(study._study_id, template_trial=optuna.create_trial(state=TrialState.WAITING, system_attrs={"fixed_params": "x = 1"}))
say(0)`,
      place.pythonUrl,
      'asked',
    )
    const notices: Notice[] = []
    await using storage = await openStorage(place.url)
    await using study = await loadStudy('asked', {
      storage,
      sampler: randomSampler(),
      onNotice: (notice) => notices.push(notice),
    })
    await study.optimize(
      async (trial) => {
        await trial.suggestCategorical('c', ['yes', 'perhaps'])
        return trial.suggestFloat('x', 0, 1)
      },
      { trials: 4 },
    )
    const states = (await study.trials()).map(({ state }) => state)
    expect(states).toEqual([
      'running',
      ...Array<string>(4).fill('failed'),
      ...Array<string>(3).fill('complete'),
    ])
    expect(notices.at(-1)).toMatchObject({
      code: 'NOT_WAITING_FOR_OTHERS',
      message: expect.stringContaining('the trials that are left (0)'),
    })
    const seen = await python(
      'say([t.state.name for t in optuna.load_study(study_name=name, storage=url).trials])',
      place.pythonUrl,
      'asked',
    )
    expect(seen).toEqual(
      states.map(
        (state) => ({ running: 'RUNNING', failed: 'FAIL', complete: 'COMPLETE' })[state as 'failed'],
      ),
    )
  })
})
