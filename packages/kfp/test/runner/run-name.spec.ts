import type { RunRequest } from '@tune/core'
import { describe, expect, it } from 'vitest'
import { runName, trialOfName } from '../../src/runner/run-name.ts'

const request: RunRequest = {
  study: 'churn model / EU',
  studyId: 'a',
  number: 17,
  params: { rate: 0.1 },
  attempt: 0,
  slot: 0,
  mayExist: false,
}
const run = {
  pipeline_version_reference: { pipeline_id: 'p', pipeline_version_id: 'v1' },
  runtime_config: { parameters: { rate: 0.1, folds: ['a', 'b'] } },
}

describe('the name of a run', () => {
  it('is readable, and safe in queries', () => {
    expect(runName(request, run)).toMatch(/^churn-model-EU-17-[0-9a-f]{20}$/)
    expect(runName({ ...request, attempt: 2 }, run)).toMatch(/^churn-model-EU-17-[0-9a-f]{20}-again-2$/)
    expect(runName({ ...request, study: 'x'.repeat(500) }, run).length).toBeLessThan(100)
  })

  it('is the same for the same request, whoever makes it', () => {
    const again = {
      runtime_config: { parameters: { folds: ['a', 'b'], rate: 0.1 } },
      pipeline_version_reference: { pipeline_version_id: 'v1', pipeline_id: 'p' },
    }
    expect(runName({ ...request, slot: 4, mayExist: true }, again)).toBe(runName(request, run))
  })

  it.each<[string, Partial<RunRequest>, Partial<typeof run>]>([
    ['study of the same name', { studyId: 'b' }, {}],
    ['trial', { number: 18 }, {}],
    ['attempt', { attempt: 1 }, {}],
    ['version', {}, { pipeline_version_reference: { pipeline_id: 'p', pipeline_version_id: 'v2' } }],
    ['value', {}, { runtime_config: { parameters: { rate: 0.2, folds: ['a', 'b'] } } }],
    ['choice of instances', {}, { runtime_config: { parameters: { rate: 0.1, folds: ['b'] } } }],
  ])('is another one for another %s', (_, other, otherRun) => {
    expect(runName({ ...request, ...other }, { ...run, ...otherRun })).not.toBe(runName(request, run))
  })

  it('tells whose run it is', () => {
    for (const attempt of [0, 3]) {
      const name = runName({ ...request, attempt }, run)
      expect(trialOfName(name, 'a')).toBe(17)
      expect(trialOfName(name, 'b')).toBeUndefined()
    }
    for (const name of ['nightly', 'churn-17', 'churn-17-0123456789abcdef0123'])
      expect(trialOfName(name, 'a')).toBeUndefined()
  })
})
