import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Component,
  compilePipeline,
  component,
  type KubernetesOptions,
  type Pipeline,
  pipeline,
  pipelineSource,
} from '@tune/kfp'
import type { Run } from '@tune/kfp/api'
import { describe, expect, it } from 'vitest'
import { type Place, place } from './pipelines.ts'

/** A component that runs a script of the shell. */
function shell(
  name: string,
  script: string,
  kubernetes: KubernetesOptions = {},
  cpu?: string,
): Component<Record<never, never>> {
  return component({
    name,
    container: () => ({
      image: 'shell:1',
      command: ['sh', '-c', script],
      ...(cpu !== undefined && { resources: { requests: { cpu } } }),
    }),
    kubernetes,
  })
}

/** A task, and one that prints how it ended. */
function handled(script: string): Pipeline {
  const tell = component({
    name: 'tell',
    inputs: { status: 'TASK_FINAL_STATUS' },
    container: ({ inputs }) => ({
      image: 'shell:1',
      command: ['sh', '-c', 'echo "told $0"', inputs.status],
    }),
  })
  return pipeline({ name: 'handled' }, (scope) => {
    const work = scope.exitHandler((inner) => {
      inner.task(shell('work', script), {})
      return {}
    })
    scope.task(tell, { status: work.finalStatus })
    return {}
  })
}

const images = { 'shell:1': [], 'tune:1': { tuner: ['sh', '-c', 'echo tuner $0 $1'], sim: ['echo', 'sim'] } }

async function start(here: Place, of: Pipeline): Promise<string> {
  const pipeline_spec = pipelineSource(compilePipeline(of))
  return (await here.client.runs.create({ display_name: of.name, pipeline_spec })).run_id
}

/** What a task of a run printed; `undefined` where it was not begun. */
async function printed(here: Place, run: Run, task: string): Promise<string | undefined> {
  const found = run.run_details?.task_details?.find(({ display_name }) => display_name === task)
  if (found?.task_id === undefined) return undefined
  let text = ''
  for await (const part of here.client.runs.log(run.run_id, found.task_id)) text += part
  return text
}

/** Waits until the task `work` has printed something. */
async function begun(here: Place, id: string): Promise<void> {
  await expect
    .poll(async () => printed(here, await here.client.runs.get(id), 'work').catch(() => undefined))
    .toContain('begun')
}

describe('the end of a run', () => {
  it('gives processes of a terminated run a moment after SIGTERM, and tells the exit task', async () => {
    await using here = await place({ images })
    const id = await start(here, handled('trap "echo stopping; exit 3" TERM; echo begun; sleep 600 & wait'))
    await begun(here, id)
    await here.client.runs.terminate(id)
    const run = await here.ended(id)
    expect(run.state).toBe('FAILED')
    expect(await printed(here, run, 'work')).toBe('begun\nstopping\n')
    expect(await printed(here, run, 'tell')).toMatch(/^told \{"state":"RUNNING",/)
  })

  it('kills what does not listen', async () => {
    await using here = await place({ images })
    const id = await start(here, handled('trap "" TERM; echo begun; sleep 600'))
    await begun(here, id)
    await here.client.runs.terminate(id)
    expect((await here.ended(id)).state).toBe('FAILED')
  })

  it('tells the exit task of a failure', async () => {
    await using here = await place({ images })
    const run = await here.ended(await start(here, handled('exit 4')))
    expect(run).toMatchObject({ state: 'FAILED', error: { message: 'work: main: exit code 4' } })
    expect(await printed(here, run, 'tell')).toMatch(/^told \{"state":"FAILED",/)
  })
})

describe('what pods find around them', () => {
  const kubernetes: KubernetesOptions = {
    secretEnv: { PASSWORD: { secret: 'mysql', key: 'password' } },
    configMapEnv: {
      AREA: { configMap: 'areas', key: 'first' },
      NONE: { configMap: 'areas', key: 'second', optional: true },
    },
  }
  const script = 'echo "$PASSWORD $AREA ${NONE-unset} $KF_PIPELINES_ENDPOINT"'
  const reads = pipeline({ name: 'reads' }, (scope) => {
    scope.task(shell('read', script, kubernetes), {})
    return {}
  })

  it('is environment from secrets and config maps, and where the server is', async () => {
    const secrets = { mysql: { password: 's3cret' } }
    await using here = await place({ images, secrets, configMaps: { areas: { first: 'yokohama' } } })
    const run = await here.ended(await start(here, reads))
    expect(await printed(here, run, 'read')).toBe(`s3cret yokohama unset ${here.server.url}\n`)
  })

  it('fails a task whose secret or key there is not', async () => {
    await using without = await place({ images, configMaps: { areas: { first: 'yokohama' } } })
    expect((await without.ended(await start(without, reads))).error?.message).toBe(
      'read: CreateContainerConfigError: secret "mysql" not found',
    )
    await using other = await place({ images, secrets: { mysql: {} }, configMaps: { areas: { first: 'y' } } })
    expect((await other.ended(await start(other, reads))).error?.message).toBe(
      'read: CreateContainerConfigError: no key password in secret "mysql"',
    )
  })

  it('lets a task of little CPU run beside a server that is full', async () => {
    await using here = await place({ images, parallelism: 1 })
    const flag = join(here.folder, 'flag')
    const waits = `until [ -e ${flag} ]; do sleep 0.05; done`
    const nested = pipeline({ name: 'nested' }, (scope) => {
      scope.task(shell('outer', waits, {}, '250m'), {})
      scope.task(shell('inner', `touch ${flag}`, {}, '1'), {})
      return {}
    })
    expect((await here.ended(await start(here, nested))).state).toBe('SUCCEEDED')
    expect(existsSync(flag)).toBe(true)
  })

  it('has several programs in an image', async () => {
    await using here = await place({ images })
    const programs = pipeline({ name: 'programs' }, (scope) => {
      for (const name of ['tuner', 'sim', 'other']) {
        const each = component({ name, container: () => ({ image: 'tune:1', command: [name], args: ['a'] }) })
        scope.task(each, {})
      }
      return {}
    })
    const run = await here.ended(await start(here, programs))
    expect(await printed(here, run, 'sim')).toBe('sim a\n')
    expect(run.error?.message).toBe("other: the image has no program 'other'; it has: tuner, sim")
  })
})
