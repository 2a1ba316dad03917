import { compilePipeline, component, pipeline, pipelineSource, pipelineYaml, RUN_NAME } from '@tune/kfp'
import type { PipelineSpec } from '@tune/kfp/api'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments, parseDocument } from 'yaml'
import { week } from './week.ts'

const text = component({
  name: 'text',
  inputs: { text: 'STRING' },
  outputs: { text: 'STRING', length: 'NUMBER_INTEGER' },
  container: ({ inputs, outputs }) => ({ image: 'i', args: [inputs.text, outputs.text, outputs.length] }),
})

describe('a compiled pipeline', () => {
  const { spec, platform } = compilePipeline(week)

  it('has the loop, its collected output and the exit task where the server looks for them', () => {
    expect(spec.root).toEqual({
      dag: {
        tasks: {
          'exit-handler-1': {
            taskInfo: { name: 'exit-handler-1' },
            componentRef: { name: 'comp-exit-handler-1' },
            inputs: {
              parameters: {
                days: { componentInputParameter: 'days' },
                params: { componentInputParameter: 'params' },
              },
            },
          },
          notify: {
            taskInfo: { name: 'notify' },
            componentRef: { name: 'comp-notify' },
            dependentTasks: ['exit-handler-1'],
            cachingOptions: {},
            triggerPolicy: { strategy: 'ALL_UPSTREAM_TASKS_COMPLETED' },
            inputs: {
              parameters: {
                status: { taskFinalStatus: { producerTask: 'exit-handler-1' } },
                channel: { runtimeValue: { constant: 'tuning' } },
              },
            },
          },
        },
        outputs: {
          parameters: {
            total: { valueFromParameter: { producerSubtask: 'exit-handler-1', outputParameterKey: 'total' } },
          },
        },
      },
      inputDefinitions: {
        parameters: {
          days: { parameterType: 'LIST' },
          params: { parameterType: 'STRUCT', defaultValue: { depth: 3 }, isOptional: true },
        },
      },
      outputDefinitions: { parameters: { total: { parameterType: 'NUMBER_DOUBLE' } } },
    })
    expect(spec.components?.['comp-exit-handler-1']).toEqual({
      dag: {
        tasks: {
          'for-loop-1': {
            taskInfo: { name: 'for-loop-1' },
            componentRef: { name: 'comp-for-loop-1' },
            parameterIterator: { itemInput: 'item', items: { inputParameter: 'items' } },
            iteratorPolicy: { parallelismLimit: 7 },
            inputs: {
              parameters: {
                items: { componentInputParameter: 'days' },
                params: { componentInputParameter: 'params' },
              },
            },
          },
          collect: {
            taskInfo: { name: 'collect' },
            componentRef: { name: 'comp-collect' },
            dependentTasks: ['for-loop-1'],
            cachingOptions: {},
            inputs: {
              parameters: {
                profits: {
                  taskOutputParameter: { producerTask: 'for-loop-1', outputParameterKey: 'profit' },
                },
                runId: { runtimeValue: { constant: '{{$.pipeline_job_uuid}}' } },
              },
            },
          },
        },
        outputs: {
          parameters: {
            total: { valueFromParameter: { producerSubtask: 'collect', outputParameterKey: 'total' } },
          },
        },
      },
      inputDefinitions: {
        parameters: { days: { parameterType: 'LIST' }, params: { parameterType: 'STRUCT' } },
      },
      outputDefinitions: { parameters: { total: { parameterType: 'NUMBER_DOUBLE' } } },
    })
    expect(spec.components?.['comp-for-loop-1']).toEqual({
      dag: {
        tasks: {
          'simulate-day': {
            taskInfo: { name: 'simulate-day' },
            componentRef: { name: 'comp-simulate-day' },
            cachingOptions: { enableCache: true },
            retryPolicy: {
              maxRetryCount: 2,
              backoffDuration: '30s',
              backoffFactor: 2,
              backoffMaxDuration: '600s',
            },
            inputs: {
              parameters: {
                day: { componentInputParameter: 'item' },
                params: { componentInputParameter: 'params' },
              },
            },
          },
        },
        outputs: {
          parameters: {
            profit: { valueFromParameter: { producerSubtask: 'simulate-day', outputParameterKey: 'profit' } },
          },
        },
      },
      inputDefinitions: {
        parameters: {
          item: { parameterType: 'STRING' },
          items: { parameterType: 'LIST' },
          params: { parameterType: 'STRUCT' },
        },
      },
      outputDefinitions: { parameters: { profit: { parameterType: 'LIST' } } },
    })
  })

  it('has containers with placeholders for inputs and outputs', () => {
    expect(spec.components?.['comp-simulate-day']).toEqual({
      executorLabel: 'exec-simulate-day',
      inputDefinitions: {
        parameters: { day: { parameterType: 'STRING' }, params: { parameterType: 'STRUCT' } },
      },
      outputDefinitions: {
        parameters: { profit: { parameterType: 'NUMBER_DOUBLE' } },
        artifacts: {
          metrics: { artifactType: { schemaTitle: 'system.Metrics', schemaVersion: '0.0.1' } },
        },
      },
    })
    expect(spec.deploymentSpec.executors?.['exec-simulate-day']).toEqual({
      container: {
        image: 'sim:1',
        command: ['sim'],
        args: [
          '--day',
          "{{$.inputs.parameters['day']}}",
          '--params',
          "{{$.inputs.parameters['params']}}",
          '--out',
          "{{$.outputs.parameters['profit'].output_file}}",
          '--executor-input',
          '{{$}}',
        ],
        env: [{ name: 'NODE_ENV', value: 'production' }],
        resources: {
          resourceCpuRequest: '1',
          resourceCpuLimit: '2',
          resourceMemoryRequest: '1Gi',
          resourceMemoryLimit: '2Gi',
        },
      },
    })
  })

  it('tells Kubernetes the rest', () => {
    expect(platform?.platforms.kubernetes).toEqual({
      pipelineConfig: { activeDeadlineSeconds: 7200, resourceTtlOnCompletion: 86_400 },
      deploymentSpec: {
        executors: {
          'exec-simulate-day': {
            nodeSelector: { labels: { pool: 'sim' } },
            tolerations: [
              { key: 'sim', operator: 'Equal', value: 'true', effect: 'NoExecute', tolerationSeconds: '60' },
            ],
            podMetadata: { labels: { app: 'sim' } },
            activeDeadlineSeconds: '3600',
            imagePullPolicy: 'IfNotPresent',
            imagePullSecret: [{ secretNameParameter: { runtimeValue: { constant: 'registry' } } }],
            emptyDirMounts: [{ volumeName: 'sock', mountPath: '/cloudsql' }],
            initContainers: [
              {
                name: 'proxy',
                image: 'proxy:2',
                args: ['--unix-socket=/cloudsql'],
                volumeMounts: [{ volumeName: 'sock', mountPath: '/cloudsql' }],
                resources: { requests: { cpu: '100m', memory: '64Mi' } },
                restartPolicy: 'Always',
              },
            ],
          },
          'exec-notify': {
            secretAsEnv: [
              {
                secretNameParameter: { runtimeValue: { constant: 'slack' } },
                keyToEnv: [{ secretKey: 'url', envVar: 'SLACK_URL' }],
                optional: true,
              },
            ],
            configMapAsEnv: [
              {
                configMapNameParameter: { runtimeValue: { constant: 'tune' } },
                keyToEnv: [{ configMapKey: 'ui', envVar: 'UI_URL' }],
              },
            ],
          },
        },
      },
    })
  })

  it('is two documents of YAML, and one object in a run', () => {
    const compiled = compilePipeline(week)
    const documents = parseAllDocuments(pipelineYaml(compiled)) as { toJS(): unknown }[]
    expect(documents.map((document) => document.toJS())).toEqual([spec, platform])
    expect(pipelineSource(compiled)).toEqual({ pipeline_spec: spec, platform_spec: platform })
  })

  it('is the same for readers of YAML 1.1 and 1.2', () => {
    const items = ['2026-08-10', 'no', '1:30', '0o7', '~', 'y', '1e3', 'null', '=']
    const declared = pipeline({ name: 'p' }, (scope) => {
      for (const item of items) scope.task(text, { text: item })
      return {}
    })
    const yaml = pipelineYaml(compilePipeline(declared))
    for (const version of ['1.1', '1.2'] as const)
      expect(parseDocument(yaml, { version }).toJS()).toEqual(compilePipeline(declared).spec)
    expect(yaml).toContain('constant: "2026-08-10"')
  })

  it('is one document when Kubernetes need not know anything', () => {
    const plain = compilePipeline(
      pipeline({ name: 'plain' }, (scope) => scope.task(text, { text: 'a' }).outputs),
    )
    expect(plain.platform).toBeUndefined()
    expect(pipelineSource(plain)).toBe(plain.spec)
    expect(pipelineYaml(plain)).not.toContain('---')
  })
})

describe('a value', () => {
  const compiled = (build: Parameters<typeof pipeline>[1]): PipelineSpec =>
    compilePipeline(pipeline({ name: 'p' }, build)).spec

  it('made by a task reaches into a loop through its inputs, once for each name', () => {
    const spec = compiled((scope) => {
      const first = scope.task(text, { text: 'a' }).outputs
      const second = scope.task(text, { text: 'b' }).outputs
      scope.parallelFor({ items: ['x'], itemType: 'STRING' }, (outer) => {
        outer.parallelFor({ items: [1, 2], itemType: 'NUMBER_INTEGER' }, (body) => {
          body.task(text, { text: first.text })
          body.task(text, { text: first.text })
          body.task(text, { text: second.text })
          return {}
        })
        return {}
      })
      return {}
    })
    const output = (producerTask: string) => ({
      taskOutputParameter: { producerTask, outputParameterKey: 'text' },
    })
    expect(spec.root.dag?.tasks['for-loop-1']).toEqual({
      taskInfo: { name: 'for-loop-1' },
      componentRef: { name: 'comp-for-loop-1' },
      dependentTasks: ['text', 'text-2'],
      parameterIterator: { itemInput: 'item', items: { raw: '["x"]' } },
      inputs: { parameters: { 'text-text': output('text'), 'text-2-text': output('text-2') } },
    })
    const inner = spec.components?.['comp-for-loop-2']
    expect(inner?.inputDefinitions?.parameters).toEqual({
      item: { parameterType: 'NUMBER_INTEGER' },
      'text-text': { parameterType: 'STRING' },
      'text-2-text': { parameterType: 'STRING' },
    })
    expect(inner?.dag?.tasks['text-2']?.inputs).toEqual({
      parameters: { text: { componentInputParameter: 'text-text' } },
    })
  })

  it('keeps apart an outer item and an inner one', () => {
    const spec = compiled((scope) => {
      scope.parallelFor({ items: ['a'], itemType: 'STRING' }, (outer, item) => {
        outer.parallelFor({ items: ['b'], itemType: 'STRING' }, (body, inner) => {
          body.task(text, { text: item })
          body.task(text, { text: inner })
          return {}
        })
        return {}
      })
      return {}
    })
    const tasks = spec.components?.['comp-for-loop-2']?.dag?.tasks
    expect(tasks?.['text']?.inputs?.parameters).toEqual({ text: { componentInputParameter: 'item-2' } })
    expect(tasks?.['text-2']?.inputs?.parameters).toEqual({ text: { componentInputParameter: 'item' } })
    expect(spec.components?.['comp-for-loop-1']?.dag?.tasks['for-loop-2']?.inputs?.parameters).toEqual({
      'item-2': { componentInputParameter: 'item' },
    })
  })

  it.each([
    [
      "task 'text', input 'text': 5 is no STRING",
      (scope) => scope.task(text, { text: 5 as unknown as string }).outputs,
    ],
    [
      "task 'text-2', input 'text': it is of type STRING, and was given a value of type NUMBER_INTEGER",
      (scope) => {
        const { length } = scope.task(text, { text: '' }).outputs
        return scope.task(text, { text: length as never }).outputs
      },
    ],
    [
      "task 'text': input 'text' is missing, of type STRING",
      (scope) => scope.task(text, {} as never).outputs,
    ],
    [
      "task 'text': component 'text' has no input 'txt'",
      (scope) => scope.task(text, { text: '', txt: '' } as never).outputs,
    ],
    [
      "task 'outside', input 'text': the value is out of reach; return it from the group that it is made in",
      (scope) => {
        let leaked: ReturnType<typeof scope.task<typeof text.inputs, typeof text.outputs>> | undefined
        scope.parallelFor({ items: ['a'], itemType: 'STRING' }, (body, item) => {
          leaked = body.task(text, { text: item })
          return {}
        })
        return scope.task(text, { text: leaked?.outputs.text as never }, { name: 'outside' }).outputs
      },
    ],
    [
      "'p' returns 'x', which is no output of a task or group of its own",
      (scope) => {
        scope.task(text, { text: '' })
        return { x: RUN_NAME }
      },
    ],
    [
      "task 'text', after: 'nobody' is no task of the same scope",
      (scope) => scope.task(text, { text: '' }, { after: [{ name: 'nobody' }] }).outputs,
    ],
    [
      "task 'a': another task of 'p' has this name",
      (scope) => {
        scope.task(text, { text: '' }, { name: 'a' })
        return scope.task(text, { text: '' }, { name: 'a' }).outputs
      },
    ],
    [
      'parallelFor: parallelism is 0; it must be a whole number from 1',
      (scope) => {
        scope.parallelFor({ items: ['a'], itemType: 'STRING', parallelism: 0 }, () => ({}))
        return {}
      },
    ],
    [
      'parallelFor: item 1 is no STRING',
      (scope) => {
        scope.parallelFor({ items: ['a', 1], itemType: 'STRING' }, () => ({}))
        return {}
      },
    ],
    [
      "group 'for-loop-1': it has no task",
      (scope) => {
        scope.parallelFor({ items: ['a'], itemType: 'STRING' }, () => ({}))
        return {}
      },
    ],
    [
      'exitHandler: it may not stand within another group',
      (scope) => {
        scope.exitHandler((inner) => {
          inner.exitHandler(() => ({}))
          return {}
        })
        return {}
      },
    ],
  ] satisfies [string, Parameters<typeof pipeline>[1]][])('is refused: %s', (message, build) => {
    expect(() => pipeline({ name: 'p' }, build)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }),
    )
  })
})

describe('a default', () => {
  it('that is of another type is refused', () => {
    const inputs = { days: { type: 'LIST', default: 'mon' } } as const
    expect(() => pipeline({ name: 'p', inputs }, () => ({}))).toThrow(
      "pipeline 'p', input 'days': its default \"mon\" is no LIST",
    )
  })
})

describe('an exit task', () => {
  const onExit = component({
    name: 'on-exit',
    inputs: { status: 'TASK_FINAL_STATUS', note: { type: 'STRING', default: '' } },
    container: ({ inputs }) => ({ image: 'i', args: [inputs.status, inputs.note] }),
  })

  it('may not wait for anything but its group', () => {
    const build = () =>
      pipeline({ name: 'p' }, (scope) => {
        const other = scope.task(text, { text: '' })
        const work = scope.exitHandler((inner) => inner.task(text, { text: '' }).outputs)
        scope.task(onExit, { status: work.finalStatus, note: other.outputs.text })
        return {}
      })
    expect(build).toThrow(/on-exit.*may depend only on one group, not on exit-handler-1, text/)
  })

  it('is the only one of its group', () => {
    const build = () =>
      pipeline({ name: 'p' }, (scope) => {
        const work = scope.exitHandler((inner) => inner.task(text, { text: '' }).outputs)
        scope.task(onExit, { status: work.finalStatus })
        scope.task(onExit, { status: work.finalStatus })
        return {}
      })
    expect(build).toThrow("task 'on-exit-2': 'on-exit' takes the final status of 'exit-handler-1' already")
  })
})

describe('a component', () => {
  it.each([
    ['a placeholder for a program', { name: 'c', command: ["{{$.inputs.parameters['a']}}"] }, /command\[0\]/],
    ['a name with capitals', { name: 'C', command: ['a'] }, /component name 'C'/],
  ])('may not have %s', (_, { name, command }, message) => {
    expect(() => component({ name, container: () => ({ image: 'i', command }) })).toThrow(message)
  })

  it('may not have an input that a placeholder cannot name', () => {
    expect(() =>
      component({ name: 'c', inputs: { "a'b": 'STRING' }, container: () => ({ image: 'i' }) }),
    ).toThrow("component 'c': 'a'b' cannot name an input or output")
  })

  it('shares its name with no other one', () => {
    const twin = component({ name: 'text', container: () => ({ image: 'i' }) })
    const both = pipeline({ name: 'p' }, (scope) => {
      scope.task(text, { text: '' })
      scope.task(twin, {})
      return {}
    })
    expect(() => compilePipeline(both)).toThrow("pipeline 'p': two components are named 'text'")
  })
})
