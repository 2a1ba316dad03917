import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseDocument } from 'yaml'
import { deploymentYaml } from '../src/deploy/deploy-study.ts'
import { deployedTask } from '../src/deployed/deployed-task.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tune-deploy-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

const file = (lines: Readonly<Record<string, string>> = {}): string =>
  Object.entries({
    study: 'Churn, 2026',
    storage: 'mysql://tune:${PASSWORD}@mysql/tune',
    metrics: '{ auc: maximize }',
    space: '{ rate: { type: float, low: 0, high: 1 } }',
    objective: '{ pipeline: { name: training }, value: { task: train, output: auc } }',
    kfp: "{ endpoint: 'http://127.0.0.1:1' }",
    deploy: '{ pods: { secretEnv: { PASSWORD: { secret: tune, key: mysql } } } }',
    ...lines,
  })
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('')

async function yamlOf(lines: Readonly<Record<string, string>> = {}) {
  await writeFile(join(folder, 'study.yaml'), file(lines))
  const [spec = '', platform = ''] = (await deploymentYaml(join(folder, 'study.yaml'))).split('---\n')
  return {
    spec: parseDocument(spec).toJS() as {
      readonly pipelineInfo: { readonly name: string }
      readonly root: {
        readonly inputDefinitions: {
          readonly parameters: Readonly<
            Record<string, { readonly parameterType: string; readonly defaultValue: unknown }>
          >
        }
      }
    },
    platform: parseDocument(platform).toJS() as unknown,
    text: spec + platform,
  }
}

const inputsOf = async (lines?: Readonly<Record<string, string>>) =>
  (await yamlOf(lines)).spec.root.inputDefinitions.parameters

describe('the pipeline of a tuner', () => {
  it('has the file as the pod reads it, and what can be changed, as inputs', async () => {
    const inputs = await inputsOf({
      goal: '1',
      sampler: '{ name: random }',
      kfp: "{ endpoint: 'http://127.0.0.1:1', tokenFile: token, intervalSeconds: 2 }",
      deploy:
        '{ inputs: [goal, sampler.name, timeout], pods: { secretEnv: { PASSWORD: { secret: tune, key: mysql } } } }',
      timeout: '2 h # for people',
    })
    expect(Object.entries(inputs).map(([name, { parameterType }]) => `${name} ${parameterType}`)).toEqual([
      'files STRUCT',
      'trials NUMBER_INTEGER',
      'parallel NUMBER_INTEGER',
      'goal NUMBER_DOUBLE',
      'sampler_name STRING',
      'timeout STRING',
    ])
    expect(inputs['trials']?.defaultValue).toBe(100)
    const text = JSON.stringify(inputs['files']?.defaultValue)
    expect(text).toMatch(/endpoint: .in-cluster/)
    expect(text).toContain('${PASSWORD}')
    expect(text).not.toContain('tokenFile')
    expect(text).toContain('# for people')
  })

  it('is called after its study, and takes secrets by reference', async () => {
    vi.stubEnv('PASSWORD', 'Sw0rdf1sh')
    const { spec, platform, text } = await yamlOf()
    expect(spec.pipelineInfo.name).toBe('tune-churn-2026')
    const secretAsEnv = [
      {
        secretNameParameter: { runtimeValue: { constant: 'tune' } },
        keyToEnv: [{ secretKey: 'mysql', envVar: 'PASSWORD' }],
      },
    ]
    expect(platform).toMatchObject({
      platforms: {
        kubernetes: {
          deploymentSpec: { executors: { 'exec-tune': { secretAsEnv }, 'exec-tell': { secretAsEnv } } },
        },
      },
    })
    expect(text).not.toContain('Sw0rdf1sh')
  })

  it('has a proxy beside it', async () => {
    const { platform } = await yamlOf({
      storage: 'mysql://tune:${PASSWORD}@127.0.0.1/tune',
      deploy: `{ pods: { secretEnv: { PASSWORD: { secret: tune, key: mysql } }, sidecars: [{ name: cloud-sql-proxy, image: 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2', args: [--port=3306, 'p:europe-west1:tune'] }] } }`,
    })
    const initContainers = [
      expect.objectContaining({
        name: 'cloud-sql-proxy',
        restartPolicy: 'Always',
        args: ['--port=3306', 'p:europe-west1:tune'],
      }),
    ]
    expect(platform).toMatchObject({
      platforms: { kubernetes: { deploymentSpec: { executors: { 'exec-tune': { initContainers } } } } },
    })
  })

  it('brings the files that the study names', async () => {
    await writeFile(join(folder, 'mine.ts'), 'export default () => {}')
    await writeFile(join(folder, 'fold.py'), 'print(1)')
    const deploy = '{ files: [fold.py], pods: { secretEnv: { PASSWORD: { secret: tune, key: mysql } } } }'
    const inputs = await inputsOf({ sampler: '{ name: mine, module: ./mine.ts }', deploy })
    expect(inputs['files']?.defaultValue).toEqual({
      'study.yaml': expect.stringContaining('mine.ts'),
      'mine.ts': 'export default () => {}',
      'fold.py': 'print(1)',
    })
  })
})

describe('in its pod', () => {
  const input = (values: object) => JSON.stringify({ inputs: { parameterValues: { run: 'r1', ...values } } })

  it('the tuner has the file with what somebody changed, and the files that it names', async () => {
    vi.stubEnv('PASSWORD', 'Sw0rdf1sh')
    const text = file({ deploy: '{ inputs: [sampler.name] }', kfp: "{ ui: 'https://kfp/' }" })
    const { config, run, url, layOut } = deployedTask(
      input({ files: { 'study.yaml': text, 'a/b.py': 'print(2)' }, trials: 7, sampler_name: 'random' }),
      'study.yaml',
    )
    expect(config).toMatchObject({ trials: 7, parallel: 5, sampler: { name: 'random' } })
    expect(config.storage).toBe('mysql://tune:Sw0rdf1sh@mysql/tune')
    expect([run, url]).toEqual(['r1', 'https://kfp/#/runs/details/r1'])
    await layOut()
    expect(await readFile(join(config.folderOfFile, 'a/b.py'), 'utf8')).toBe('print(2)')
    await rm(config.folderOfFile, { recursive: true })
  })

  it.each(['nonsense', '{}'])('what is no input of such a task is told: %s', (text) => {
    expect(() => deployedTask(text, 'study.yaml')).toThrow('tuner deploy makes what this command is for')
  })
})

describe('what cannot be deployed is told in one line', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['a password', { storage: 'mysql://tune:Sw0rdf1sh@mysql/tune' }, 'storage: its password would travel'],
    [
      'a webhook',
      { notify: "{ slack: { webhook: 'https://hooks/Sw0rdf1sh' } }" },
      'notify.slack.webhook: it would travel',
    ],
    [
      'a secret variable',
      { deploy: '{ pods: { env: { PASSWORD: Sw0rdf1sh } } }' },
      'deploy.pods.env.PASSWORD: it would travel',
    ],
    [
      'a key of a store',
      { kfp: "{ endpoint: 'http://127.0.0.1:1', store: { secretAccessKey: Sw0rdf1sh } }" },
      'kfp.store.secretAccessKey: it would travel',
    ],
    [
      'a variable that the pod does not have',
      { notify: "{ command: [echo, '${OTHER}'] }" },
      'notify.command.1: in its pod there is no environment variable OTHER',
    ],
    ['a file as storage', { storage: 'sqlite:tune.db' }, 'storage: it is a file, which ends with its pod'],
    [
      'an input without a value',
      { deploy: '{ inputs: [goal], pods: { secretEnv: { PASSWORD: { secret: s, key: k } } } }' },
      "deploy.inputs: 'goal' has no value",
    ],
    [
      'a file that there is not',
      { deploy: '{ files: [none.py], pods: { secretEnv: { PASSWORD: { secret: s, key: k } } } }' },
      'deploy.files: none.py: the file cannot be read (ENOENT)',
    ],
    [
      'a file of another folder',
      { deploy: '{ files: [../x.py], pods: { secretEnv: { PASSWORD: { secret: s, key: k } } } }' },
      "deploy.files: '../x.py' must lie in the folder of the study's file",
    ],
  ])('%s', async (_, lines, said) => {
    const error: Error = await yamlOf(lines).then(
      () => new Error('it was deployed'),
      (thrown: unknown) => thrown as Error,
    )
    expect(error.message).toContain(said)
    expect(error.message).not.toContain('Sw0rdf1sh')
    expect(error.message).not.toContain('\n')
  })

  it('no storage at all', async () => {
    const text = file().replace(/storage.*\n/, '')
    await writeFile(join(folder, 'study.yaml'), text)
    await expect(deploymentYaml(join(folder, 'study.yaml'))).rejects.toThrow('storage: it is missing')
  })

  it('files that are too large, or no text', async () => {
    const deploy = '{ files: [data], pods: { secretEnv: { PASSWORD: { secret: s, key: k } } } }'
    await writeFile(join(folder, 'data'), 'x'.repeat(100_000))
    await expect(yamlOf({ deploy })).rejects.toThrow('no more than 100000 can travel')
    await writeFile(join(folder, 'data'), Buffer.from([0xff, 0xfe, 0x00]))
    await expect(yamlOf({ deploy })).rejects.toThrow('deploy.files: data: it is no text')
  })
})
