import { describe, expect, it } from 'vitest'
import { parseConfig } from '../src/config/read-config.ts'

const objective = 'objective: { simulator: { area: yokohama } }'

describe("a study's file", () => {
  it('has defaults for all but its name and its objective', () => {
    expect(parseConfig(`study: s\n${objective}`, 'x.yaml')).toEqual({
      study: 's',
      storage: 'sqlite:tune.db',
      trials: 100,
      parallel: 5,
      sampler: { name: 'tpe' },
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
    [`study: s\ntrails: 5\n${objective}`, 'x.yaml:2: trails: there is no such key'],
    [`study: s\ntrials: many\n${objective}`, 'x.yaml:2: trials: it is "many"; expected number'],
    [`study: s\ntrials: 0\n${objective}`, 'x.yaml:2: trials: it is 0; Too small: expected number to be >=1'],
    [
      'study: s\nobjective:\n  simulator:\n    area: atlantis',
      'x.yaml:4: objective.simulator.area: it is "atlantis"; Invalid option: expected one of "yokohama"|"downtown"|"suburb"',
    ],
    ['study: s', 'x.yaml: objective: it is missing; expected object'],
    [
      'study: [',
      'x.yaml:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['', 'x.yaml: study: it is missing; expected string'],
    ['study: s\nstudy: t', 'x.yaml:2: Map keys must be unique'],
  ])('that is wrong is told in one line (%#)', (text, message) => {
    expect(() => parseConfig(text, 'x.yaml')).toThrow(
      expect.objectContaining({ name: 'ConfigError', message }),
    )
  })
})
