import {
  compilePipeline,
  metadataStore,
  metricsIn,
  nativeTasks,
  outputSource,
  pipelineYaml,
  urlConnection,
} from '@tune/kfp'
import { describe, expect, it } from 'vitest'
import { all } from './all.ts'
import { FOLDS, folds, place, scoresOf, sourceOf } from './pipelines.ts'

const run = (name: string, gain = 1, of = folds()) => ({
  display_name: name,
  pipeline_spec: sourceOf(of),
  runtime_config: { parameters: { params: { gain } } },
})
const scores = (gain: number) => Object.fromEntries(FOLDS.map((fold) => [fold, gain * Number(fold) + 0.1]))

describe('a server of Kubeflow Pipelines on this machine', () => {
  it('says what it is', async () => {
    await using here = await place()
    expect(await here.client.server()).toMatchObject({
      version: '2.17.0',
      nativeTasks: false,
      multiUser: false,
    })
  })

  it.each(['loop', 'unrolled'] as const)(
    'runs folds, %s, whose scores ML Metadata knows, at an address of its own',
    async (shape) => {
      await using here = await place()
      const { run_id } = await here.client.runs.create(run('t1', 2, folds({ shape })))
      const ended = await here.ended(run_id)
      expect(ended.error).toBeUndefined()
      expect(ended.state).toBe('SUCCEEDED')
      const source = metadataStore(urlConnection(here.server.metadataUrl))
      expect(await scoresOf(source, ended)).toEqual(scores(2))
      await expect(outputSource(here.client, [urlConnection(here.server.url)])).rejects.toMatchObject({
        code: 'KFP_OUTPUTS',
      })
    },
  )

  it('shows what tasks made, where it is one of the later servers', async () => {
    await using here = await place({ outputs: 'native', version: '2.19.0' })
    const { run_id } = await here.client.runs.create(run('t1', 3))
    const ended = await here.ended(run_id)
    expect(await scoresOf(await outputSource(here.client, []), ended)).toEqual(scores(3))
    const { tasks = [] } = await here.client.runs.get(run_id, { withTasks: true })
    const sum = tasks.find(({ name }) => name === 'sum')
    expect(sum?.outputs?.parameters?.[0]?.value).toBeCloseTo(3 * 28 + 0.7, 9)
  })

  it.each(['metadata', 'native'] as const)('keeps the metrics that tasks logged: %s', async (outputs) => {
    await using here = await place({ outputs, version: outputs === 'native' ? '2.19.0' : '2.17.0' })
    const { run_id } = await here.client.runs.create(run('t1', 2))
    const ended = await here.ended(run_id)
    const source =
      outputs === 'native' ? nativeTasks(here.client) : metadataStore(urlConnection(here.server.metadataUrl))
    const half = { tasks: ['score'], artifact: { name: 'metrics', key: 'half' }, instance: 'fold' }
    const found = (await all(source.read(ended, { withArtifacts: true }))).flatMap((task) => [
      ...metricsIn(task, { half }),
    ])
    const byFold = Object.fromEntries(found.map(({ instance, value }) => [instance, 2 * value]))
    expect(byFold).toEqual(scores(2))
  })

  it('cannot show outputs while it is told so', async () => {
    await using here = await place()
    here.server.misbehave({ outputsAway: true })
    const source = metadataStore(urlConnection(here.server.metadataUrl), { retries: 0 })
    await expect(source.check()).rejects.toMatchObject({ code: 'KFP_UNAVAILABLE' })
    here.server.misbehave({})
    await source.check()
  })

  it('shows the nodes of a run, and what they printed, but none of their outputs', async () => {
    await using here = await place()
    const { run_id } = await here.client.runs.create(run('t1'))
    const { run_details } = await here.ended(run_id)
    const nodes = run_details?.task_details ?? []
    expect(nodes.filter(({ display_name }) => display_name === 'score')).toHaveLength(7)
    expect(nodes.map(({ display_name }) => display_name)).toContain('iteration-item(6)')
    expect(nodes.every((node) => !('outputs' in node))).toBe(true)
    const [first] = nodes.filter(({ display_name }) => display_name === 'score')
    let log = ''
    for await (const text of here.client.runs.log(run_id, first?.task_id ?? '')) log += text
    expect(log).toMatch(/^scoring \d\n$/)
  })

  it('fails a run of which a task fails, after its retries', async () => {
    await using here = await place()
    here.server.misbehave({
      tasks: [{ task: 'score', inputs: { fold: '4' }, how: 'fail' }],
    })
    const { run_id } = await here.client.runs.create(run('t1'))
    expect(await here.ended(run_id)).toMatchObject({
      state: 'FAILED',
      error: { message: 'score: main: exit code 1 (as it was told to)' },
    })
    here.server.misbehave({ tasks: [{ task: 'score', how: 'fail', times: 2 }] })
    const again = await here.client.runs.create(run('t2', 1, folds({ parallelism: 1, retries: 2 })))
    expect((await here.ended(again.run_id)).state).toBe('SUCCEEDED')
  })

  it('goes on with a failed run, without repeating what went well', async () => {
    await using here = await place({ outputs: 'native' })
    here.server.misbehave({ tasks: [{ task: 'sum', how: 'fail', times: 1 }] })
    const { run_id } = await here.client.runs.create(run('t1'))
    expect((await here.ended(run_id)).state).toBe('FAILED')
    await here.client.runs.retry(run_id)
    const { state, state_history = [] } = await here.ended(run_id)
    expect(state).toBe('SUCCEEDED')
    expect(state_history.map((each) => each.state)).toEqual([
      'PENDING',
      'RUNNING',
      'FAILED',
      'RUNNING',
      'SUCCEEDED',
    ])
  })

  it('ends a run that is terminated, and takes no second word', async () => {
    await using here = await place()
    here.server.misbehave({ tasks: [{ task: 'score', how: 'hang' }] })
    const { run_id } = await here.client.runs.create(run('t1'))
    await expect.poll(async () => (await here.client.runs.get(run_id)).state).toBe('RUNNING')
    await expect(here.client.runs.retry(run_id)).rejects.toMatchObject({ code: 'KFP_CONFLICT' })
    await here.client.runs.terminate(run_id)
    const { state, state_history = [] } = await here.ended(run_id)
    expect(state).toBe('FAILED')
    // Nothing in its history says that somebody ended it.
    expect(state_history.map((each) => each.state)).toEqual(['PENDING', 'RUNNING', 'FAILED'])
    await expect(here.client.runs.terminate(run_id)).rejects.toMatchObject({ code: 'KFP_REFUSED' })
  })

  it('takes up after a restart what it was at', async () => {
    await using here = await place()
    here.server.misbehave({ tasks: [{ task: 'sum', how: 'hang' }] })
    const { run_id } = await here.client.runs.create(run('t1', 2))
    await here.restart()
    const ended = await here.ended(run_id)
    expect(ended.state).toBe('SUCCEEDED')
    expect(await scoresOf(metadataStore(urlConnection(here.server.metadataUrl)), ended)).toEqual(scores(2))
  })

  it('finds runs by name and state, and lists them page by page', async () => {
    await using here = await place()
    here.server.misbehave({ tasks: [{ task: 'score', how: 'hang' }] })
    for (let index = 0; index < 5; index++) await here.client.runs.create(run(`a name ${index} & %`))
    expect((await here.client.runs.find('a name 3 & %'))?.display_name).toBe('a name 3 & %')
    expect(await here.client.runs.find('a name 9')).toBeUndefined()
    const names: string[] = []
    for await (const each of here.client.runs.list({ pageSize: 2, sortBy: 'created_at desc' }))
      names.push(each.display_name)
    expect(names).toEqual([4, 3, 2, 1, 0].map((index) => `a name ${index} & %`))
  })

  it('keeps pipelines and their versions, and runs them by reference', async () => {
    await using here = await place()
    const yaml = pipelineYaml(compilePipeline(folds(), { serverVersion: '2.17.0' }))
    const { pipeline_id } = await here.client.pipelines.upload(yaml, { display_name: 'folds' })
    await expect(here.client.pipelines.upload(yaml, { display_name: 'folds' })).rejects.toMatchObject({
      code: 'KFP_CONFLICT',
    })
    const { run_id } = await here.client.runs.create({
      display_name: 't1',
      pipeline_version_reference: { pipeline_id },
      runtime_config: { parameters: { params: {} } },
    })
    expect((await here.ended(run_id)).state).toBe('SUCCEEDED')
  })

  it.each([
    ['an unknown parameter', { runtime_config: { parameters: { depth: 1 } } }, "has no parameter 'depth'"],
    ['a parameter of the wrong type', { runtime_config: { parameters: { params: 3 } } }, 'must be a STRUCT'],
    ['a missing parameter', { runtime_config: { parameters: {} } }, "'params' of 'folds' is not given"],
    ['an unknown experiment', { experiment_id: 'none' }, 'experiment none not found'],
    ['an unknown field', { priority: 3 }, 'priority'],
  ])('refuses %s', async (_, wrong, message) => {
    await using here = await place()
    await expect(here.client.runs.create({ ...run('t1'), ...wrong })).rejects.toThrow(message)
  })

  it('answers a specification that it cannot compile as a failure of its own', async () => {
    await using here = await place()
    const broken = { ...run('t1'), pipeline_spec: { ...sourceOf(folds()), schemaVersion: '9' } as never }
    await expect(here.client.runs.create(broken)).rejects.toMatchObject({
      code: 'KFP_FAILED',
      message: expect.stringMatching(/500 Failed to create a run: Failed to generate the ExecutionSpec: /),
    })
  })

  it('fails a run whose image it does not know', async () => {
    await using here = await place({ images: { 'other:1': ['true'] } })
    const { run_id } = await here.client.runs.create(run('t1'))
    const { error } = await here.ended(run_id)
    expect(error?.message).toContain(
      "ErrImagePull: this machine has nothing for the image 'score:1'; it has: other:1",
    )
  })

  it('begins the runs of a recurring run after each interval, however long', async () => {
    await using here = await place()
    const every = (seconds: number) =>
      here.client.recurringRuns.create({
        ...run(`every ${seconds} s`),
        max_concurrency: '9',
        mode: 'ENABLE',
        trigger: { periodic_schedule: { interval_second: String(seconds) } },
      })
    await every(40 * 24 * 3600)
    expect(await count(here)).toBe(0)
    await every(1)
    await expect.poll(() => count(here)).toBeGreaterThan(1)
    const names = []
    for await (const { display_name } of here.client.runs.list()) names.push(display_name)
    expect(names.filter((name) => !name.startsWith('every 1 s'))).toEqual([])
  })

  it('begins the runs of a recurring run, never more at once than it may', async () => {
    await using here = await place()
    here.server.misbehave({ tasks: [{ task: '*', how: 'hang' }] })
    const { recurring_run_id } = await here.client.recurringRuns.create({
      ...run('nightly'),
      max_concurrency: '1',
      mode: 'ENABLE',
      trigger: { cron_schedule: { cron: '* * * * * *' } },
    })
    await expect.poll(() => count(here)).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 2100))
    expect(await count(here)).toBe(1)
    await here.client.recurringRuns.disable(recurring_run_id)
    expect(await here.client.recurringRuns.get(recurring_run_id)).toMatchObject({ status: 'DISABLED' })
  })
})

async function count({ client }: Awaited<ReturnType<typeof place>>): Promise<number> {
  let runs = 0
  for await (const _ of client.runs.list()) runs++
  return runs
}
