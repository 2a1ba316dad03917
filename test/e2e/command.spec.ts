import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type FrozenTrial, paramValues, readAllTrials } from '@tune/core'
import { openStorage } from '@tune/storage'
import { describe, expect, it } from 'vitest'
import { run, type Workplace, workplace } from './tuner.ts'

/** A study whose trials are shell scripts. */
const study = (script: string, more = '') => `study: s
metrics: { m: minimize }
parallel: 4
space: { x: { type: float, low: 0, high: 1 }, n: { type: int, low: 1, high: 9 } }
sampler: { name: random }
seed: 1
${more}
objective:
  command: [/bin/sh, -c, ${JSON.stringify(script)}]
  grace: 1 s
`

async function trialsOf({ folder }: Workplace): Promise<readonly FrozenTrial[]> {
  if (!existsSync(join(folder, 'tune.db'))) return []
  await using storage = await openStorage(`sqlite:${folder}/tune.db`)
  const [found] = await storage.listStudies()
  return found === undefined ? [] : await readAllTrials(storage, found.id)
}

/** The processes of a place's trials. */
function alive({ folder }: Workplace): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TUNE_DIR=${folder}`) &&
        !/ Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
      )
    } catch {
      return false
    }
  })
}

const states = (trials: readonly FrozenTrial[]) => trials.map(({ state }) => state)
/** Each run leaves its mark. */
const begun = ({ folder }: Workplace) =>
  existsSync(join(folder, 'begun')) ? readFileSync(join(folder, 'begun'), 'utf8').trim().split('\n') : []

describe.concurrent('a command', () => {
  it('is tuned, shown, and handed on', async () => {
    await using place = await workplace()
    const script = 'echo "m=$TUNE_PARAM_X"; echo "of $TUNE_TRIAL" >&2'
    await place.write('study.yaml', study(script, 'current: { x: 0.5, n: 3 }\nfixed: { epochs: 20 }'))
    const tuned = await place.tuner('run', 'study.yaml', '--trials', '8')
    expect(tuned).toMatchObject({ code: 0, err: '' })
    expect(tuned.out.split('\n').slice(0, 3)).toEqual([
      's in sqlite:tune.db',
      expect.stringMatching(/^minimize m: \/bin\/sh -c echo "m=\$TUNE_PARAM_X"; /),
      '8 trials, 4 at a time, chosen by random',
    ])
    const trials = await trialsOf(place)
    expect(states(trials)).toEqual(Array(8).fill('complete'))
    expect(paramValues(trials[0] as FrozenTrial)).toEqual({ x: 0.5, n: 3 })
    for (const trial of trials) expect(trial.values).toEqual([paramValues(trial)['x']])
    const best = trials.toSorted((a, b) => (a.values?.[0] ?? 0) - (b.values?.[0] ?? 0))[0] as FrozenTrial
    const wanted = { epochs: 20, ...paramValues(best) } as { x: number; n: number; epochs: number }
    expect(JSON.parse((await place.tuner('best', 'study.yaml')).out)).toEqual(wanted)
    expect((await place.tuner('best', 'study.yaml', '--format', 'args')).out).toBe(
      `--epochs 20 --x ${wanted.x} --n ${wanted.n}\n`,
    )
    expect((await place.tuner('best', 's', '--format', 'env')).out).toBe(
      `TUNE_PARAM_X=${wanted.x}\nTUNE_PARAM_N=${wanted.n}\n`,
    )
    const { out } = await place.tuner('logs', 'study.yaml', '3')
    expect(out).toContain(`m=${trials[3]?.values?.[0]}\n`)
    expect(out).toContain('── standard error\nof 3\n')
    expect((await place.tuner('logs', 'study.yaml', '99')).code).toBe(3)
  })

  it('is not begun by --dry-run, which says what it would do', async () => {
    await using place = await workplace()
    await place.write('study.yaml', study('echo x >>begun; echo m=1'))
    const dry = await place.tuner('run', 'study.yaml', '--dry-run', '--trials', '7')
    expect(dry).toMatchObject({ code: 0, err: '' })
    expect(dry.out.trim().split('\n')).toHaveLength(3)
    expect(readdirSync(place.folder)).toEqual(['study.yaml'])
  })

  it('is tried with all that it prints, and nothing is kept', async () => {
    await using place = await workplace()
    const more = 'instances: [a, b]\nconstraints: { ms: { max: 4 } }'
    const script = 'echo "hello $TUNE_INSTANCE $TUNE_PARAM_N"; echo step=1 m=2; echo m=3 ms=5'
    await place.write('study.yaml', study(script, more))
    const tried = await place.tuner('try', 'study.yaml')
    expect(tried).toMatchObject({ code: 0, err: '' })
    for (const line of [
      '  n    5',
      '  │ hello a 5',
      '  │ hello b 5',
      '  ▸ step 1: m 2',
      '  ▸ result: m 3, ms 5',
      'm 3',
    ])
      expect(tried.out.split('\n')).toContain(line)
    expect(tried.out).toContain('ms breaks its constraint by 1')
    expect(readdirSync(place.folder)).toEqual(['study.yaml'])
    await place.write('study.yaml', study('echo no metric; exit 3'))
    const failed = await place.tuner('try', 'study.yaml')
    expect(failed.code).toBe(5)
    expect(failed.out).toContain('The trial failed: exit code 3')
    expect(readdirSync(place.folder)).toEqual(['study.yaml'])
  })

  it('survives its tuner, which goes on where it was: nothing is repeated or left behind', async () => {
    await using place = await workplace()
    const script =
      'echo $TUNE_TRIAL >>begun; for i in 1 2 3; do echo "step=$i m=$i"; sleep 0.1; done; echo "m=$TUNE_PARAM_X"'
    await place.write('study.yaml', study(script, 'trials: 24'))
    for (let kills = 1; kills <= 3; kills++) {
      const tuner = place.start('run', 'study.yaml')
      while (begun(place).length < kills * 5) await delay(10)
      tuner.child.kill('SIGKILL')
      await tuner.ended
    }
    expect(await place.tuner('run', 'study.yaml')).toMatchObject({ code: 0, err: '' })
    const trials = await trialsOf(place)
    expect(states(trials)).toEqual(Array(24).fill('complete'))
    for (const trial of trials) {
      expect(trial.values).toEqual([paramValues(trial)['x']])
      expect([...trial.intermediateValues]).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
      ])
    }
    expect(begun(place).toSorted((a, b) => Number(a) - Number(b))).toEqual(
      trials.map(({ number }) => String(number)),
    )
    expect(alive(place)).toEqual([])
  })

  it('is tuned by two tuners on one storage, each trial once', async () => {
    await using place = await workplace()
    await place.write('study.yaml', study('echo $TUNE_TRIAL >>begun; sleep 0.05; echo m=1', 'trials: 20'))
    const [one, two] = [place.start('run', 'study.yaml'), place.start('run', 'study.yaml')]
    expect((await one.ended).code).toBe(0)
    expect((await two.ended).code).toBe(0)
    const trials = await trialsOf(place)
    expect(states(trials)).toEqual(Array(20).fill('complete'))
    expect(begun(place).toSorted((a, b) => Number(a) - Number(b))).toEqual(
      trials.map(({ number }) => String(number)),
    )
  })

  it('whose trials fail ends the study, with a code of its own and the last reason', async () => {
    await using place = await workplace()
    await place.write('study.yaml', study('echo "ValueError: no" >&2; exit 1', 'maxFailed: 5'))
    const { code, out, err } = await place.tuner('run', 'study.yaml')
    expect(code).toBe(5)
    expect(err).toMatch(
      /^tuner: [5-8] trials failed, and no more than 4 may; the last: exit code 1: ValueError: no\n$/,
    )
    expect(out).toContain('trial 0 failed exit code 1: ValueError: no')
  })

  it('ends at its goal', async () => {
    await using place = await workplace()
    await place.write('study.yaml', study('echo m=$TUNE_TRIAL', 'goal: 0'))
    const { code, out } = await place.tuner('run', 'study.yaml')
    expect(code).toBe(0)
    expect(out).toContain('The goal of 0 is reached.')
  })

  it('that takes too long fails', async () => {
    await using place = await workplace()
    await place.write(
      'study.yaml',
      study('sleep 1000', 'maxFailed: 1\ntimeLimit: 300 ms\nparallel: 1').replace('parallel: 4\n', ''),
    )
    const { code, out } = await place.tuner('run', 'study.yaml')
    expect(code).toBe(5)
    expect(out).toContain('trial 0 failed it took longer than 300 ms')
    expect(alive(place)).toEqual([])
  })

  it('goes on with a wider space, and says so; a narrower one is refused', async () => {
    await using place = await workplace()
    const text = study('echo m=$TUNE_PARAM_X')
    await place.write('study.yaml', text)
    expect(await place.tuner('run', 'study.yaml', '--trials', '3')).toMatchObject({ code: 0 })
    await place.write('study.yaml', text.replace('low: 0, high: 1', 'low: -1, high: 1'))
    const wider = await place.tuner('run', 'study.yaml', '--trials', '6')
    expect(wider).toMatchObject({ code: 0, err: '' })
    expect(wider.out).toContain("study 's' goes on with a wider space: x from float(0, 1) to float(-1, 1)")
    await place.write('study.yaml', text)
    const narrower = await place.tuner('run', 'study.yaml', '--trials', '9')
    expect(narrower.code).toBe(3)
    expect(narrower.err).toMatch(
      /^tuner: study 's' has another space: x was float\(-1, 1\), is float\(0, 1\);/,
    )
  })

  it('uses a sampler of its own', async () => {
    await using place = await workplace()
    await place.write(
      'mine.ts',
      `export default ({ at }) => ({
        name: 'mine', options: { at }, threaded: true,
        suggest: ({ space }) => ({ params: Object.fromEntries(Object.keys(space).map((name) => [name, name === 'n' ? 2 : at])) }),
      })`,
    )
    const sampler = 'sampler: { name: mine, module: ./mine.ts, at: 0.25 }'
    await place.write(
      'study.yaml',
      study('echo m=$TUNE_PARAM_X').replace('sampler: { name: random }', sampler),
    )
    expect(await place.tuner('run', 'study.yaml', '--trials', '2')).toMatchObject({ code: 0, err: '' })
    expect((await trialsOf(place)).map(({ values }) => values)).toEqual([[0.25], [0.25]])
  })
})

describe.concurrent('an end from outside leaves no trial running', () => {
  const long = 'echo $TUNE_TRIAL >>begun; echo m=1; sleep 1000'
  const started = async (place: Workplace) => {
    while (begun(place).length < 4) await delay(10)
  }

  it('Ctrl-C, twice', async () => {
    await using place = await workplace()
    await place.write('study.yaml', study(long))
    const tuner = place.start('run', 'study.yaml')
    await started(place)
    tuner.child.kill('SIGINT')
    await delay(300)
    expect(alive(place).length).toBeGreaterThan(0)
    tuner.child.kill('SIGINT')
    expect(await tuner.ended).toMatchObject({ code: 130, err: '' })
    expect(alive(place)).toEqual([])
    expect(states(await trialsOf(place)).filter((state) => state === 'running')).toEqual([])
  })

  it('SIGTERM, which hands what runs over to the same command', async () => {
    await using place = await workplace()
    const script = 'echo $TUNE_TRIAL >>begun; until [ -e go ]; do sleep 0.1; done; echo m=1'
    await place.write('study.yaml', study(script))
    const tuner = place.start('run', 'study.yaml', '--trials', '6')
    await started(place)
    const owned = async () => {
      await using storage = await openStorage(`sqlite:${place.folder}/tune.db`)
      const { id } = await storage.readStudy('s')
      // As nobody who waits for a lease to end would find them.
      return await storage.adoptTrials(id, 1)
    }
    expect(await owned()).toEqual([])
    tuner.child.kill('SIGTERM')
    expect(await tuner.ended).toMatchObject({ code: 143, err: '' })
    expect(await owned()).toHaveLength(4)
    expect(alive(place).length).toBeGreaterThan(0)
    await place.write('go', '')
    expect(await place.tuner('run', 'study.yaml', '--trials', '6')).toMatchObject({ code: 0, err: '' })
    expect(states(await trialsOf(place))).toEqual(Array(6).fill('complete'))
    expect(begun(place).toSorted()).toEqual(['0', '1', '2', '3', '4', '5'])
  })

  it('a reader that goes away', async () => {
    await using place = await workplace()
    await place.write(
      'study.yaml',
      study('echo $TUNE_TRIAL >>begun; echo m=1; [ $TUNE_TRIAL -lt 3 ] || sleep 1000'),
    )
    const main = new URL('../../apps/tuner/src/main.ts', import.meta.url).pathname
    const script = '{ "$0" "$1" run study.yaml; echo $? >code; } | head -n 1'
    const { out } = await run('/bin/sh', ['-c', script, process.execPath, main], place.folder).ended
    expect(out).toBe('s in sqlite:tune.db\n')
    expect(readFileSync(join(place.folder, 'code'), 'utf8')).toBe('141\n')
    expect(alive(place)).toEqual([])
    expect(states(await trialsOf(place)).filter((state) => state === 'running')).toEqual([])
  })
})

describe.concurrent('what is wrong is told in one line, and leaves nothing', () => {
  const good = study('echo m=1')
  it.each<[string, string, readonly string[], RegExp, number?]>([
    [
      'no program',
      good.replace('/bin/sh', 'no-such-program'),
      [],
      /objective.command: there is no program 'no-such-program' in PATH/,
    ],
    [
      'no executable',
      good.replace('/bin/sh', '/etc/passwd'),
      [],
      /'\/etc\/passwd' is no program that can be executed/,
    ],
    [
      'no script',
      good.replace('/bin/sh, -c', 'sh, no-such.sh'),
      [],
      /objective.command: there is no file 'no-such.sh'/,
    ],
    [
      'no folder',
      good.replace('grace:', 'cwd: no/such\n  grace:'),
      [],
      /objective.cwd: there is no folder 'no\/such'/,
    ],
    [
      'no sampler',
      good.replace('name: random', 'name: mine, module: ./none.js'),
      [],
      /sampler.module: '.\/none.js' cannot be used/,
    ],
    ['a storage of no kind', good, ['--storage', 'redis://x'], /storage URL 'redis:\/\/x'/],
    ['a storage in no folder', good, ['--storage', 'sqlite:no/such.db'], /cannot be opened/, 4],
    ['no number of trials', good, ['--trials', 'many'], /argument 'many' is invalid/],
    ['no trials', good, ['--trials', '0'], /must be a whole number of at least 1/],
    ['no parallelism', good, ['--parallel', '1.5'], /must be a whole number of at least 1/],
    ['an unknown flag', good, ['--trails', '5'], /unknown option '--trails'/],
    ['an unknown runner', good, ['--runner', 'k8s'], /Allowed choices are local, kfp/],
    ['a runner that is not for it', good, ['--runner', 'kfp'], /runner: a command runs on this machine/],
    ['a flag without a value', good, ['--storage'], /argument missing/],
    ['one argument too many', good, ['other.yaml'], /too many arguments/],
  ])('%s', async (_, text, flags, message, code = 2) => {
    await using place = await workplace()
    await place.write('study.yaml', text)
    const ended = await place.tuner('run', 'study.yaml', ...flags)
    expect(ended.err).toMatch(message)
    expect(ended.err.trim().split('\n')).toHaveLength(1)
    expect(ended.code).toBe(code)
    expect(readdirSync(place.folder)).toEqual(['study.yaml'])
  })

  it('commands that there are not', async () => {
    await using place = await workplace()
    expect(await place.tuner('tune')).toMatchObject({
      code: 2,
      err: expect.stringContaining("unknown command 'tune'"),
    })
    expect(await place.tuner('run')).toMatchObject({
      code: 2,
      err: expect.stringContaining('missing required argument'),
    })
    expect((await place.tuner('--version')).code).toBe(0)
    expect((await place.tuner('run', '--help')).code).toBe(0)
  })
})
