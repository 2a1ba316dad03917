import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compilePipeline, KfpClient, urlConnection } from '@tune/kfp'
import { startLocalPipelines } from '@tune/kfp-local'
import { expect, it } from 'vitest'
import { parseConfig } from '../src/config/read-config.ts'
import { objectiveOf } from '../src/objective/objective.ts'
import { pipelineOf } from '../src/objective/simulator/pipeline/pipeline-of.ts'
import { simulationPipeline } from '../src/objective/simulator/pipeline/simulation-pipeline.ts'

const file = (kfp: string) =>
  parseConfig(
    `study: s\nobjective: { simulator: { area: yokohama } }\nrunner: kfp\nkfp: ${kfp}`,
    'study.yaml',
  )

it('a server that is too old for the simulator is told before the first trial', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tune-old-'))
  await using server = await startLocalPipelines({ images: {}, folder, version: '2.10.0' })
  const objective = await objectiveOf(
    file(`{ endpoint: '${server.url}', metadata: '${server.metadataUrl}' }`),
  )
  await expect(objective.open()).rejects.toMatchObject({
    code: 'KFP_UNSUPPORTED_VERSION',
    message: expect.stringContaining('needs Kubeflow Pipelines 2.14.0 or later, and the server is 2.10.0'),
  })
  const runs: unknown[] = []
  for await (const run of new KfpClient(urlConnection(server.url)).runs.list()) runs.push(run)
  expect(runs).toEqual([])
  await rm(folder, { recursive: true })
})

it('the pods of the simulator run as the file says', () => {
  const config = file(`
  pods:
    resources: { requests: { cpu: 2, memory: 1Gi }, limits: { memory: 2Gi } }
    env: { NODE_ENV: production }
    secretEnv: { KEY: { secret: keys, key: one, optional: true } }
    tolerations: [{ key: sim, operator: Exists, effect: NoSchedule }]
    nodeSelector: { pool: sim }
    deadlineSeconds: 600
    sidecars: [{ name: proxy, image: 'proxy:2', args: [--quiet] }]`)
  const { spec, platform } = compilePipeline(simulationPipeline(pipelineOf(config)).pipeline)
  for (const label of ['exec-simulate-day', 'exec-collect']) {
    expect(spec.deploymentSpec.executors?.[label]?.container).toMatchObject({
      resources: { resourceCpuRequest: '2', resourceMemoryRequest: '1Gi', resourceMemoryLimit: '2Gi' },
      env: [{ name: 'NODE_ENV', value: 'production' }],
    })
    expect(platform?.platforms.kubernetes?.deploymentSpec?.executors[label]).toMatchObject({
      secretAsEnv: [{ keyToEnv: [{ secretKey: 'one', envVar: 'KEY' }], optional: true }],
      tolerations: [{ key: 'sim', operator: 'Exists', effect: 'NoSchedule' }],
      nodeSelector: { labels: { pool: 'sim' } },
      activeDeadlineSeconds: '600',
      initContainers: [{ name: 'proxy', image: 'proxy:2', args: ['--quiet'], restartPolicy: 'Always' }],
    })
  }
})
