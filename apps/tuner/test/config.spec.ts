import { describe, expect, it } from 'vitest'
import { ConfigError } from '../src/config/config-error.ts'
import { parseConfig } from '../src/config/read-config.ts'
import { objectiveOf } from '../src/objective/objective.ts'

const simulator = 'objective: { simulator: { area: yokohama } }'
const command = `study: s
metrics: { auc: maximize }
space: { rate: { type: float, low: 0, high: 1 } }
objective: { command: [echo, '{rate}'] }`

/** What is wrong with a file. */
function fault(text: string, environment: NodeJS.ProcessEnv = {}): string {
  try {
    parseConfig(text, 'x.yaml', environment)
    return 'nothing'
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

describe("a study's file", () => {
  it('has defaults for all but its name and its objective', () => {
    expect(parseConfig(`study: s\n${simulator}`, 'x.yaml', {})).toMatchObject({
      study: 's',
      storage: 'sqlite:tune.db',
      trials: 100,
      parallel: 5,
      sampler: { name: 'tpe' },
      retry: { lost: 0, failed: 0 },
      pruner: { name: 'none' },
      memory: true,
      runner: 'local',
      objective: { simulator: { area: 'yokohama', size: 'm', seed: 1, replications: 1 } },
    })
  })

  it('is stored where the environment says, when it does not say itself', () => {
    const environment = { TUNE_STORAGE: 'sqlite:elsewhere.db' }
    expect(parseConfig(command, 'x.yaml', environment).storage).toBe('sqlite:elsewhere.db')
    expect(parseConfig(`${command}\nstorage: sqlite:here.db`, 'x.yaml', environment).storage).toBe(
      'sqlite:here.db',
    )
  })

  it('takes values from the environment, with their types, and knows a literal', () => {
    const text = `${command.replace('echo,', () => "echo, '${HOST}/$${HOME}',")}\ntrials: \${N}\nstorage: "sqlite:\${N}.db"`
    const config = parseConfig(text, 'x.yaml', { N: '7', HOST: 'h' })
    expect(config).toMatchObject({ trials: 7, storage: 'sqlite:7.db' })
    expect(config.objective.command).toEqual(['echo', 'h/${HOME}', '{rate}'])
  })

  it('has merges', async () => {
    const text = `${command.replace('space: {', 'space: {\n  ').replace('rate: {', 'rate: &r {')}`.replace(
      'high: 1 } }',
      'high: 1 }, other: { <<: *r, high: 2 } }',
    )
    const { space } = await objectiveOf(parseConfig(text, 'x.yaml', {}))
    expect(space?.['other']).toMatchObject({ kind: 'float', low: 0, high: 2 })
  })

  it('describes metrics, constraints and what is fixed at length, or in a word', async () => {
    const config = parseConfig(
      `${command}
constraints: { ms: { max: 5, aggregate: max } }
fixed: { epochs: 20, data: { value: v3, why: it is the newest } }
instances: [1, b]`.replace('{ auc: maximize }', '{ auc: { direction: minimize, value: best } }'),
      'x.yaml',
      {},
    )
    expect(await objectiveOf(config)).toMatchObject({
      metrics: { auc: { direction: 'minimize', value: 'best' } },
      constraints: { ms: { max: 5, aggregate: 'max' } },
      instances: ['1', 'b'],
      description: 'minimize auc, ms at most 5: echo {rate}, on 2 instances',
    })
  })

  it('narrows the space of the simulator by ranges, or as its space', () => {
    for (const key of ['ranges', 'space']) {
      const text = `study: s\n${key}: { discountPerMin: { low: 0.8, high: 0.9 } }\n${simulator}`
      expect(fault(text)).toBe('nothing')
    }
  })

  it('has every option of every sampler and pruner', () => {
    const text = `${command}
sampler: { name: cmaEs, populationSize: 8, initialMean: { rate: 0.5 }, restart: ipop }
pruner: { name: patient, patience: 3, pruner: { name: percentile, percentile: 25, warmupSteps: 2 } }`
    expect(fault(text)).toBe('nothing')
  })
})

describe('what decides the values of a command', () => {
  const identity = async (text: string, environment: NodeJS.ProcessEnv = {}) =>
    (await objectiveOf(parseConfig(text, 'x.yaml', environment))).identity

  it('is the command and what it is given, not how often it runs, nor where its folders are', async () => {
    const folders = command.replace('command:', 'folder: elsewhere, grace: 1 s, command:')
    expect(await identity(`${folders}\ntrials: 7\nparallel: 2\nsampler: { name: random }`)).toEqual(
      await identity(command),
    )
    for (const changed of [
      command.replace('echo', 'printf'),
      command.replace('command:', 'version: v2, command:'),
      `${command}\nfixed: { epochs: 3 }`,
      `${command}\ninstances: [a]`,
    ])
      expect(await identity(changed)).not.toEqual(await identity(command))
  })

  it('holds what the environment fills in as a secret', async () => {
    const text = command.replace('echo,', "echo, '${KEY}', plain,")
    const { command: one } = await identity(text, { KEY: 'sesame' })
    expect(JSON.stringify(one)).not.toContain('sesame')
    expect(JSON.stringify(one)).toContain('plain')
  })
})

describe('a file that is wrong is told in one line', () => {
  it.each([
    [
      `study: s\ntrails: 5\n${simulator}`,
      'x.yaml:2: trails: it is 5, but there is no such key; did you mean trials?',
    ],
    [
      `study: s\ntrials: many\n${simulator}`,
      'x.yaml:2: trials: it must be a whole number of at least 1, but is "many"',
    ],
    [
      `study: s\ntrials: 1.5\n${simulator}`,
      'x.yaml:2: trials: it must be a whole number of at least 1, but is 1.5',
    ],
    [
      `study: s\ntrials: 0\n${simulator}`,
      'x.yaml:2: trials: it must be a whole number of at least 1, but is 0',
    ],
    [`study: ''\n${simulator}`, 'x.yaml:1: study: it must be text that is not empty, but is ""'],
    [
      `study: s\nsampler: { name: tpee }\n${simulator}`,
      'x.yaml:2: sampler.name: it must be one of bruteForce, cmaEs, gp, grid, partialFixed, qmc, random, tpe, but is "tpee"',
    ],
    [
      `study: s\nsampler: { name: tpe, candidats: 3 }\n${simulator}`,
      'x.yaml:2: sampler.candidats: it is 3, but there is no such key; did you mean candidates?',
    ],
    [
      `study: s\nsampler: { name: gp, candidates: 0 }\n${simulator}`,
      'x.yaml:2: sampler.candidates: it must be a whole number of at least 1, but is 0',
    ],
    [
      `study: s\npruner:\n  name: hyperband\n  bootstrapCount: 2\n${simulator}`,
      "x.yaml:4: pruner.bootstrapCount: it must be 0 where maxResource is 'auto', but is 2",
    ],
    [
      `study: s\npruner: { name: patient, patience: 1, pruner: { name: median, warmup: 1 } }\n${simulator}`,
      'x.yaml:2: pruner.pruner.warmup: it is 1, but there is no such key; did you mean warmupSteps?',
    ],
    [
      'study: s\nobjective:\n  simulator:\n    area: atlantis',
      'x.yaml:4: objective.simulator.area: it must be one of yokohama, downtown, suburb, but is "atlantis"',
    ],
    [
      `study: s\nranges:\n  discountPerMin: { low: 0.9, high: 0.8 }\n${simulator}`,
      'x.yaml:3: ranges.discountPerMin: low must be at most high, but low is 0.9 and high is 0.8',
    ],
    [`study: s\ncurrent: { discountPerMin: 0.9 }\n${simulator}`, 'x.yaml:2: current.horizonHops: is missing'],
    [
      `study: s\nmetrics: { profit: maximize }\n${simulator}`,
      'x.yaml:2: metrics: the simulator has its own; leave it out',
    ],
    ['study: s', 'x.yaml: objective: it is missing; it must be a mapping of keys to values'],
    ['study: s\nobjective: {}', 'x.yaml:2: objective: it must have a command, a pipeline, or the simulator'],
    ['hello', 'x.yaml: the file: it must be a mapping of keys to values, but is "hello"'],
    [
      'study: [',
      'x.yaml:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['', 'x.yaml: study: it is missing; it must be text'],
    ['study: s\nstudy: t', 'x.yaml:2: Map keys must be unique'],
    [
      command.replace('metrics: { auc: maximize }', ''),
      expect.stringMatching(/^x.yaml: metrics: it is missing; it must name what the command gives/),
    ],
    [
      command.replace('maximize', 'maximise'),
      'x.yaml:2: metrics.auc: it must be maximize, minimize, or a mapping with direction, value and aggregate, but is "maximise"',
    ],
    [
      command.replace('maximize', '{ direction: up }'),
      'x.yaml:2: metrics.auc.direction: it must be one of maximize, minimize, but is "up"',
    ],
    [`${command}\nconstraints: { ms: {} }`, 'x.yaml:5: constraints.ms: it must have max, min or both'],
    [
      `${command}\nconstraints: { auc: { max: 1 } }`,
      expect.stringMatching(/^x.yaml:5: constraints.auc: it is one of the metrics already/),
    ],
    [
      command.replace(/space.*/, ''),
      expect.stringMatching(/^x.yaml: space: it is missing; it must have a parameter/),
    ],
    [
      command.replace('float', 'double'),
      'x.yaml:3: space.rate.type: it must be one of float, int, categorical, but is "double"',
    ],
    [
      command.replace('type: float, ', ''),
      'x.yaml:3: space.rate.type: it is missing; it must be one of float, int, categorical',
    ],
    [command.replace('low: 0, ', ''), 'x.yaml:3: space.rate.low: it is missing; it must be a number'],
    [
      command.replace('low: 0', 'low: 2'),
      'x.yaml:3: space.rate: low must be at most high, but low is 2 and high is 1',
    ],
    [
      command.replace('high: 1', 'high: 1, log: true'),
      'x.yaml:3: space.rate: a log range needs low > 0, but low is 0',
    ],
    [
      command.replace('float, low: 0, high: 1', 'categorical, choices: []'),
      'x.yaml:3: space.rate.choices: choices must hold at least one choice, but it is empty',
    ],
    [
      command.replace('float, low: 0', 'categorical, low: 0'),
      'x.yaml:3: space.rate.low: a categorical parameter has none; it has choices',
    ],
    [
      command.replaceAll('rate', 'trial'),
      expect.stringMatching(/^x.yaml:3: space.trial: the name stands for something else in commands/),
    ],
    [
      command.replace('{rate}', '{rat}'),
      "x.yaml:4: objective.command: {rat} stands for nothing: there is no parameter 'rat'; did you mean rate? (for braces write {{rat}})",
    ],
    [
      command.replace("[echo, '{rate}']", 'echo'),
      'x.yaml:4: objective.command: a text is a command line for a shell: say shell: true, or make it a list',
    ],
    [
      command.replace('command:', 'comand:'),
      'x.yaml:4: objective.comand: it is ["echo","{rate}"], but there is no such key; did you mean command?',
    ],
    [
      command.replace('command:', "output: { pattern: '(' }, command:"),
      expect.stringMatching(/^x.yaml:4: objective.output.pattern: Invalid regular expression/),
    ],
    [
      command.replace('command:', 'grace: soon, command:'),
      'x.yaml:4: objective.grace: it must be a text with a unit such as \'30 min\', but is "soon"',
    ],
    [
      `${command}\ntimeLimit: 30`,
      "x.yaml:5: timeLimit: it must be a text with a unit such as '30 min', but is 30",
    ],
    [
      `${command}\nfixed: { rate: 1 }`,
      'x.yaml:5: fixed.rate: it is in the space too; a parameter is tuned or fixed',
    ],
    [`${command}\ncurrent: { rate: 2 }`, 'x.yaml:5: current.rate: 2 is not in float(0, 1)'],
    [
      `${command}\ncurrent: { speed: 2 }`,
      'x.yaml:5: current.speed: there is no such parameter in the space; there are rate',
    ],
    [`${command}\ninstances: [a, b, a]`, "x.yaml:5: instances.2: 'a' is there twice"],
    [
      `${command}\nstorage: "\${NOWHERE}"`,
      'x.yaml:5: storage: there is no environment variable NOWHERE (for a literal ${ write $${)',
    ],
    [`${command}\nrunner: kfp`, 'x.yaml:5: runner: a command runs on this machine; leave it out'],
    [
      `${command}\ngoal: 1`.replace('maximize', 'maximize, b: minimize'),
      'x.yaml:5: goal: there can be one where there is one metric only',
    ],
  ])('%#', (text, message) => {
    expect(fault(text)).toEqual(message)
  })

  it('which shows no value of the environment, and no password', () => {
    expect(fault(`${command}\ntrials: "\${KEY}"`, { KEY: 'sesame' })).toBe(
      'x.yaml:5: trials: it must be a whole number of at least 1, but is "${KEY}"',
    )
    expect(fault(`study: [mysql://me:sesame@host/db]\n${simulator}`)).not.toContain('sesame')
  })
})
