import { describe, it } from 'vitest'
import { type Workplace, workplace } from './tuner.ts'

const study = (script: string) => `study: logged
metrics: { m: maximize }
parallel: 2
space: { x: { type: float, low: 0, high: 1 } }
current: { x: 0.5 }
objective: { command: [sh, -c, ${JSON.stringify(script)}] }
`

type Line = Readonly<Record<string, unknown>>

const parsed = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

/** Runs it as something without a terminal does that says nothing of logs. */
const unattended = (place: Workplace, ...args: readonly string[]) =>
  place.tunerWith({ TUNE_LOG: undefined }, 'run', 'study.yaml', ...args)

describe.concurrent('a log', () => {
  it('is JSON where there is no terminal: how it began, each trial, how it ended', async ({ expect }) => {
    await using place = await workplace()
    await place.write('study.yaml', study('[ $TUNE_TRIAL = 2 ] && exit 3; echo m=$TUNE_PARAM_X'))
    const { out, err } = await unattended(place, '--trials', '4')
    expect(err).toBe('')
    const lines = parsed(out)
    const common = { level: 'info', severity: 'INFO', time: expect.stringMatching(/^\d{4}-.*Z$/) }
    expect(lines[0]).toMatchObject({ ...common, event: 'begin', study: 'logged', trials: 4, done: 0 })
    expect(lines.slice(1, -1)).toHaveLength(5)
    expect(lines.slice(1, -1)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...common, event: 'trial', trial: 0, state: 'complete', values: [0.5] }),
        expect.objectContaining({ event: 'trial', trial: 2, state: 'failed', failure: 'exit code 3' }),
      ]),
    )
    expect(lines.at(-1)).toMatchObject({
      ...common,
      event: 'end',
      study: 'logged',
      outcome: 'success',
      end: 'trials',
      state: { trials: { complete: 4, failed: 1 }, best: { metric: 'm', params: { x: expect.any(Number) } } },
      message: expect.stringContaining('logged: tuned, 4 trials are done'),
    })
  })

  it('has what went wrong among its errors', async ({ expect }) => {
    await using place = await workplace()
    await place.write('study.yaml', `${study('exit 1')}maxFailed: 2\n`)
    const failed = await unattended(place)
    expect(failed.code).toBe(5)
    expect(parsed(failed.err)).toEqual([
      expect.objectContaining({
        level: 'error',
        severity: 'ERROR',
        code: 'TOO_MANY_FAILURES',
        exitCode: 5,
        message: expect.stringMatching(/^2 trials failed/),
      }),
    ])
  })

  it('is for people where they ask for it, whatever the environment says', async ({ expect }) => {
    await using place = await workplace()
    await place.write('study.yaml', study('echo m=1'))
    const { out } = await unattended(place, '--trials', '1', '--log', 'text')
    expect(out.split('\n')[0]).toBe('logged in sqlite:tune.db')
  })
})
