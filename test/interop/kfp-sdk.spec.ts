import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pipelineYaml } from '@tune/kfp'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { run } from '../e2e/tuner.ts'
import { sidecar, specs } from './kfp-specs.ts'
import { runPython } from './python.ts'

const tuner = fileURLToPath(new URL('../../apps/tuner/src/main.ts', import.meta.url))
const example = fileURLToPath(new URL('../../apps/tuner/examples/production', import.meta.url))

/** Reads a pipeline as strictly as the SDK's own classes can, and as the SDK does. */
const READ = `
import yaml
from google.protobuf import json_format
from kfp import compiler, components
from kfp.kubernetes import kubernetes_executor_config_pb2 as kubernetes
from kfp.pipeline_spec import pipeline_spec_pb2 as pb
parse = lambda document, message: json_format.ParseDict(document, message, ignore_unknown_fields=False)
def read(path):
    text = open(path).read()
    spec, *platforms = yaml.safe_load_all(text)
    parse(spec, pb.PipelineSpec())
    parse(spec['deploymentSpec'], pb.PipelineDeploymentConfig())
    for platform in platforms:
        parse(platform, pb.PlatformSpec())
        for executor in platform['platforms']['kubernetes'].get('deploymentSpec', {}).get('executors', {}).values():
            parse(executor, kubernetes.KubernetesExecutorConfig())
    loaded = components.load_component_from_text(text)
    compiler.Compiler().compile(loaded, path + '.yaml')
    again = list(yaml.safe_load_all(open(path + '.yaml')))
    # It spells whole numbers as floats, and leaves out what is empty.
    same = lambda a, m: parse(a, m()) == parse(spec if m is pb.PipelineSpec else platforms[0], m())
    return dict(name=loaded.name, inputs=sorted(loaded.component_spec.inputs or {}), outputs=sorted(loaded.component_spec.outputs or {}),
        same=same(again[0], pb.PipelineSpec) and (not platforms or same(again[1], pb.PlatformSpec)))
def attempt(path):
    try: return read(path)
    except Exception as error: return dict(error=f'{type(error).__name__}: {error}')
say([attempt(path) for path in sys.argv[1:]])
`

describe('the SDK of Kubeflow Pipelines', () => {
  let folder: string
  const read = async <T>(yaml: readonly string[]): Promise<T> => {
    const paths = yaml.map((_, index) => join(folder, `${index}.yaml`))
    await Promise.all(yaml.map((each, index) => writeFile(paths[index] as string, each)))
    return runPython<T>(inject('kfpPython'), READ, paths)
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tune-kfp-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('reads every pipeline strictly, and writes it as it was', async () => {
    const seen = await read(Object.values(specs).map(pipelineYaml))
    const loop = { name: 'folds', inputs: ['folds', 'params'], outputs: ['score'], same: true }
    const unrolled = { ...loop, outputs: [] }
    const types = ['double', 'flag', 'integer', 'list', 'struct', 'text']
    expect(Object.keys(specs)).toHaveLength(7)
    expect(seen).toEqual([
      loop,
      loop,
      unrolled,
      unrolled,
      loop,
      { name: 'types', inputs: types, outputs: types, same: true },
      { name: 'nested', inputs: ['names'], outputs: [], same: true },
    ])
  })

  it('reads the pipeline of a deployed tuner strictly, and no field that there is not', async () => {
    const { code, out } = await run(process.execPath, [tuner, 'deploy', 'study.yaml', '--dry-run'], example)
      .ended
    expect(code).toBe(0)
    const wrong = out.replace('retryPolicy:', 'retryPolitics:')
    expect(wrong).not.toBe(out)
    expect(await read([out, wrong])).toEqual([
      { name: 'tune-churn', inputs: ['files', 'parallel', 'trials'], outputs: ['best'], same: true },
      { error: expect.stringContaining('retryPolitics') },
    ])
  })

  it('knows no sidecar, as servers of its version do not', async () => {
    expect(await read([pipelineYaml(sidecar)])).toEqual([
      { error: expect.stringMatching(/KubernetesExecutorConfig.*no field named "initContainers"/s) },
    ])
  })
})
