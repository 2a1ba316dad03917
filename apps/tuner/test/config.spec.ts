import { describe, expect, it } from 'vitest'
import { parseConfig } from '../src/config/read-config.ts'

const objective = 'objective: { simulator: { area: yokohama } }'

describe("a study's file", () => {
  it('has defaults for all but its name and its objective', () => {
    expect(parseConfig(`study: s\n${objective}`, 'x.yaml')).toEqual({
      study: 's',
      storage: 'sqlite:tune.db',
      direction: 'maximize',
      trials: 100,
      parallel: 5,
      sampler: { name: 'tpe' },
      retry: { lost: 0, failed: 0 },
      pruner: { name: 'none' },
      runner: 'local',
      kfp: {
        endpoint: 'http://127.0.0.1:8888',
        experiment: 'tuning',
        image: 'tune-sim:1',
        shape: 'parallel-for',
        intervalSeconds: 5,
        dayRetries: 1,
        stuckAfterMinutes: 60,
      },
      objective: {
        simulator: {
          area: 'yokohama',
          size: 'm',
          frame: 'all-day',
          inputs: 'predicted',
          week: 'train',
          seed: 1,
          replications: 1,
        },
      },
    })
  })

  it.each([
    [
      `study: s\ntrails: 5\n${objective}`,
      'x.yaml:2: trails: it is 5, but there is no such key; there are study, storage, direction, trials, parallel, sampler, seed, retry, pruner, runner, kfp, objective, current, ranges',
    ],
    [`study: s\ntrials: many\n${objective}`, 'x.yaml:2: trials: it must be a number, but is "many"'],
    [`study: s\ntrials: 1.5\n${objective}`, 'x.yaml:2: trials: it must be a whole number, but is 1.5'],
    [`study: s\ntrials: 0\n${objective}`, 'x.yaml:2: trials: it must be at least 1, but is 0'],
    [`study: ''\n${objective}`, 'x.yaml:1: study: it must be text that is not empty, but is ""'],
    [
      `study: s\nstorrage: mysql://me:secret@host/db\n${objective}`,
      expect.stringMatching(
        /^x.yaml:2: storrage: it is "mysql:\/\/me:\*\*\*@host\/db", but there is no such key;/,
      ),
    ],
    [
      `study: s\nsampler: { name: tpee }\n${objective}`,
      'x.yaml:2: sampler.name: it is "tpee", but it must be one of random, tpe',
    ],
    [
      `study: s\nsampler: { name: tpe, candidats: 3 }\n${objective}`,
      'x.yaml:2: sampler.candidats: it is 3, but there is no such key; there are name, startupTrials, candidates, multivariate, constantLiar',
    ],
    [
      'study: s\nobjective:\n  simulator:\n    area: atlantis',
      'x.yaml:4: objective.simulator.area: it must be one of yokohama, downtown, suburb, but is "atlantis"',
    ],
    [
      `study: s\nranges:\n  discountPerMin: { low: 0.9, high: 0.8 }\n${objective}`,
      'x.yaml:3: ranges.discountPerMin: low must be at most high, but low is 0.9 and high is 0.8',
    ],
    [`study: s\ncurrent: { discountPerMin: 0.9 }\n${objective}`, 'x.yaml:2: current.horizonHops: is missing'],
    ['study: s', 'x.yaml: objective: it is missing; it must be a mapping of keys to values'],
    ['hello', 'x.yaml: the file: it must be a mapping of keys to values, but is "hello"'],
    [
      'study: [',
      'x.yaml:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['', 'x.yaml: study: it is missing; it must be text'],
    ['study: s\nstudy: t', 'x.yaml:2: Map keys must be unique'],
  ])('that is wrong is told in one line (%#)', (text, message) => {
    expect(() => parseConfig(text, 'x.yaml')).toThrow(
      expect.objectContaining({ name: 'ConfigError', message }),
    )
  })
})
