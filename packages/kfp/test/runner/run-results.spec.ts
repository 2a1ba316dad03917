import type { FileStore, OutputSource, TaskOutputs } from '@tune/kfp'
import { describe, expect, it } from 'vitest'
import { RunResults } from '../../src/runner/run-results.ts'

const signal = new AbortController().signal
const run = { run_id: 'r', display_name: 'r' }

/** A source of which tasks can be added. */
function source() {
  const tasks: TaskOutputs[] = []
  const outputs: OutputSource = {
    name: 'here',
    check: async () => {},
    async *read() {
      yield* tasks
    },
  }
  const add = (task: string, fold: string, given: TaskOutputs['outputs']) =>
    tasks.push({ task, inputs: { fold }, outputs: given, artifacts: {} })
  return { outputs, add }
}

describe('the results of a run', () => {
  it('are told once, each with the metrics that are there', async () => {
    const { outputs, add } = source()
    const metrics = {
      auc: { tasks: ['train'], instance: 'fold' },
      size: { tasks: ['measure'], instance: 'fold' },
    }
    const results = new RunResults({ outputs, metrics }, { run: 'r', name: 'r', instances: ['a', 'b'] })
    const look = async () => {
      await results.read(run, signal)
      return [...results.news()]
    }
    expect(await look()).toEqual([])
    add('train', 'a', { auc: 0.5 })
    add('train', 'of another run', { auc: 0.1 })
    expect(await look()).toEqual([{ kind: 'result', instance: 'a', metrics: { auc: 0.5 } }])
    expect(await look()).toEqual([])
    add('measure', 'a', { size: 3 })
    add('train', 'b', { auc: 0.7 })
    expect(await look()).toEqual([
      { kind: 'result', instance: 'a', metrics: { auc: 0.5, size: 3 } },
      { kind: 'result', instance: 'b', metrics: { auc: 0.7 } },
    ])
    expect(results.isComplete).toBe(false)
    add('measure', 'b', { size: 4 })
    await look()
    expect(results.isComplete).toBe(true)
  })

  it('are the last ones where a task was run again', async () => {
    const { outputs, add } = source()
    const metrics = { auc: { tasks: ['train'], instance: 'fold' } }
    const results = new RunResults({ outputs, metrics }, { run: 'r', name: 'r', instances: ['a'] })
    add('train', 'a', { auc: 0.5 })
    add('train', 'a', { auc: 0.6 })
    await results.read(run, signal)
    expect([...results.news()]).toEqual([{ kind: 'result', instance: 'a', metrics: { auc: 0.6 } }])
  })

  it('of the whole have no instance, whatever the run evaluates', async () => {
    const { outputs, add } = source()
    const metrics = { auc: { tasks: ['train'] } }
    const results = new RunResults({ outputs, metrics }, { run: 'r', name: 'r', instances: ['a'] })
    add('train', 'a', { auc: Number.NaN })
    await results.read(run, signal)
    expect([...results.news()]).toEqual([{ kind: 'result', metrics: { auc: Number.NaN } }])
    expect([...results.news()]).toEqual([])
    expect(results.isComplete).toBe(true)
  })

  it('are read from files that the run wrote, each file once', async () => {
    const written: Record<string, string> = {}
    const read: string[] = []
    const files: FileStore = {
      read: async (url) => {
        read.push(url)
        return written[url]
      },
    }
    const metrics = {
      auc: { file: 's3://b/{run}/{instance}.json', key: 'auc' },
      size: { file: 's3://b/{run}/{instance}.json', key: 'bytes' },
    }
    const results = new RunResults(
      { files, metrics },
      { run: 'r', name: 'r', word: '7-x', instances: ['a', '$&'] },
    )
    const look = async () => {
      await results.read(run, signal)
      return [...results.news()]
    }
    written['s3://b/7-x/a.json'] = '{"auc": 0.5, "bytes": "many"'
    expect(await look()).toEqual([])
    written['s3://b/7-x/a.json'] = '{"auc": 0.5, "bytes": 3}'
    expect(await look()).toEqual([{ kind: 'result', instance: 'a', metrics: { auc: 0.5, size: 3 } }])
    written['s3://b/7-x/$&.json'] = '{"auc": 0.7, "bytes": 4}'
    read.length = 0
    expect(await look()).toEqual([{ kind: 'result', instance: '$&', metrics: { auc: 0.7, size: 4 } }])
    expect(read).toEqual(['s3://b/7-x/$&.json'])
    expect(results.isComplete).toBe(true)
  })

  it.each(['', 'null', '[1]', '"text"', '{"auc": "0.5"}', '{"auc": null}'])(
    'are none in a file that says %s',
    async (text) => {
      const files: FileStore = { read: async () => text }
      const results = new RunResults(
        { files, metrics: { auc: { file: 's3://b/{run}', key: 'auc' } } },
        { run: 'r', name: 'r' },
      )
      await results.read(run, signal)
      expect([...results.news()]).toEqual([])
      expect(results.isComplete).toBe(false)
    },
  )
})
