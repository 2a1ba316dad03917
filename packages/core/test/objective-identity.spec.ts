import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  acceptNextObjective,
  type CreateStudyOptions,
  createStudy,
  InMemoryStorage,
  loadStudy,
  type Notice,
  objectiveOf,
  randomSampler,
  Secret,
} from '../src/index.ts'

/** A study of one storage, opened again and again, and what it says. */
function place() {
  const storage = new InMemoryStorage()
  const notices: Notice[] = []
  const open = (objective: CreateStudyOptions['objective'], name = 's') =>
    createStudy({
      name,
      storage,
      loadIfExists: true,
      sampler: randomSampler(),
      onNotice: (notice) => notices.push(notice),
      ...(objective !== undefined && { objective }),
    })
  return { storage, notices, open }
}

describe('what a study measures', () => {
  it('is remembered, and another one is refused with the keys that differ', async () => {
    const { storage, notices, open } = place()
    await using _study = await open({ week: 'train', city: { area: 'suburb', size: 'm' }, days: [1, 2] })
    await using _again = await open({ days: [1, 2], city: { size: 'm', area: 'suburb' }, week: 'train' })
    await expect(
      open({ week: 'final', city: { area: 'suburb' }, days: [1, 3], seed: 1 }),
    ).rejects.toMatchObject({
      code: 'STUDY_MISMATCH',
      message:
        `study 's' measures something else: week: was "train", is "final", city.size: was "m", is none, ` +
        'days: was [1,2], is [1,3], seed: was none, is 1; use another study name, or accept the new objective',
    })
    await expect(loadStudy('s', { storage, objective: { week: 'final' } })).rejects.toMatchObject({
      code: 'STUDY_MISMATCH',
    })
    // Whoever does not say what it comes with may look, and go on.
    await using _looking = await loadStudy('s', { storage })
    expect(notices).toEqual([])
  })

  it('is taken from the first that says so where the study does not know, and told', async () => {
    const { storage, notices, open } = place()
    await using _old = await open(undefined)
    const opened = await Promise.allSettled([open({ week: 'train' }), open({ week: 'final' })])
    expect(opened.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(notices[0]).toEqual({
      code: 'OBJECTIVE_TAKEN',
      message: `study 's': it did not say what it measures; from now on it is {"week":"train"}`,
    })
    expect(objectiveOf(await storage.readStudy('s'))).toEqual({ week: 'train' })
  })

  it('can be accepted, which is recorded', async () => {
    const { storage, open } = place()
    {
      await using study = await open({ week: 'train' })
      await study.optimize(() => 1, { trials: 3 })
    }
    await acceptNextObjective('s', storage, 0)
    await using _study = await open({ week: 'final' })
    await expect(open({ week: 'train' })).rejects.toMatchObject({ code: 'STUDY_MISMATCH' })
    expect((await storage.readStudy('s')).systemAttributes['tune:earlier-objectives']).toEqual([
      { objective: { week: 'train' }, trials: 3, until: '1970-01-01T00:00:00.000Z' },
    ])
  })

  it('is as it was when it was handed over', async () => {
    const { storage, open } = place()
    const objective = { days: [1] }
    const opening = open(objective)
    objective.days.push(2)
    await using _study = await opening
    expect(objectiveOf(await storage.readStudy('s'))).toEqual({ days: [1] })
  })

  it('keeps secrets as hashes of the study alone', async () => {
    const { storage, open } = place()
    const objective = (secret: string) => ({ data: { token: new Secret(secret) } })
    await using _one = await open(objective('hunter2'))
    await using _same = await open(objective('hunter2'))
    await using _two = await open(objective('hunter2'), 'other')
    await expect(open(objective('hunter3'))).rejects.toMatchObject({
      message: expect.stringMatching(/data\.token: was "hmac-sha256:[0-9a-f]{64}", is "hmac-sha256:/),
    })
    const [a, b] = [await storage.readStudy('s'), await storage.readStudy('other')]
    expect(objectiveOf(a)).not.toEqual(objectiveOf(b))
    const shown = [
      JSON.stringify([a, b]),
      inspect(objective('hunter2'), { depth: 9 }),
      String(new Secret('hunter2')),
    ]
    expect(shown.join()).not.toContain('hunter2')
  })
})
