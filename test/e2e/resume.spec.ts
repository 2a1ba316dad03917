import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { createStudy, type FrozenTrial, readAllTrials } from '@tune/core'
import { defaultParameters, suggestParameters } from '@tune/sim-local'
import { openStorage } from '@tune/storage'
import { describe, expect, it } from 'vitest'
import { smallStudy, type Workplace, workplace } from './tuner.ts'

async function trialsOf({ folder }: Workplace): Promise<readonly FrozenTrial[]> {
  await using storage = await openStorage(`sqlite:${folder}/tune.db`)
  const [study] = await storage.listStudies()
  return study === undefined ? [] : await readAllTrials(storage, study.id)
}

const finished = (trials: readonly FrozenTrial[]) => trials.filter(({ state }) => state === 'complete')

/** Kills the tuner as soon as it has printed so many finished trials, in the midst of those that still run. */
function killAfter(child: ChildProcess, lines: number): void {
  let printed = ''
  child.stdout?.on('data', (chunk) => {
    printed += chunk
    if ((printed.match(/^trial \d+ complete/gm)?.length ?? 0) >= lines) child.kill('SIGKILL')
  })
}

describe.concurrent('tuner run', () => {
  it('killed at random moments goes on: no finished trial lost or repeated, the budget met exactly', async () => {
    await using place = await workplace()
    await place.write('study.yaml', smallStudy())
    let kills = 0
    let before: readonly FrozenTrial[] = []
    for (let end: number | null = null; end !== 0; ) {
      const running = place.start('run', 'study.yaml')
      if (kills < 4) killAfter(running.child, 1 + ((kills * 7) % 5))
      const { code, err } = await running.ended
      if (code !== 0) kills++
      expect(code === 0 || code === null, err).toBe(true)
      const trials = await trialsOf(place)
      for (const trial of finished(before)) expect(trials[trial.number]).toEqual(trial)
      before = trials
      end = code
    }
    expect(kills).toBe(4)
    expect(finished(before)).toHaveLength(24)
    expect(before.map(({ number }) => number)).toEqual(before.map((_, i) => i))
    expect(before.filter(({ state }) => state === 'running')).toEqual([])
    // What the process was killed over is run by another trial.
    expect(new Set(finished(before).map(({ params }) => JSON.stringify([...params]))).size).toBe(24)
  })

  it('tries a trial again that a dead process left, where the file says so', async () => {
    await using place = await workplace()
    await place.write('study.yaml', smallStudy('direction: maximize\nretry: { lost: 1 }'))
    {
      await using storage = await openStorage(`sqlite:${place.folder}/tune.db`)
      const options = { name: 'small', direction: 'maximize', storage, lease: 1 } as const
      await using study = await createStudy(options)
      await study.enqueue({ ...defaultParameters, discountPerMin: 0.8 }, { userAttributes: { mine: true } })
      const trial = await study.ask()
      await suggestParameters(trial)
      await trial.saved()
    }
    expect(await place.tuner('run', 'study.yaml', '--trials', '4')).toMatchObject({ code: 0 })
    const mine = (await trialsOf(place)).filter(({ userAttributes }) => userAttributes['mine'] === true)
    expect(mine.map(({ state }) => state)).toEqual(['failed', 'complete'])
    expect(mine[1]?.params).toEqual(mine[0]?.params)
    expect(mine[1]?.systemAttributes['retry_history']).toEqual([0])
  })

  it('does nothing when all is done, and more when there is more to do', async () => {
    await using place = await workplace()
    await place.write('study.yaml', smallStudy())
    const first = await place.tuner('run', 'study.yaml', '--trials', '6')
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out.match(/^trial \d+ complete/gm)).toHaveLength(6)
    const second = await place.tuner('run', 'study.yaml', '--trials', '6')
    expect(second.out).toContain('Nothing to do: 6 of 6 trials are done.')
    const third = await place.tuner('run', 'study.yaml', '--trials', '9')
    expect(third.out).toContain('9 trials, 6 of them done, 3 at a time, chosen by tpe')
    expect(third.out.match(/^trial \d+ complete/gm)).toHaveLength(3)
  })

  it('stopped by Ctrl-C finishes the trials that run and says how to go on', async () => {
    await using place = await workplace()
    await place.write('study.yaml', smallStudy())
    const running = place.start('run', 'study.yaml', '--trials', '5000')
    while (finished(await trialsOf(place)).length < 3) await delay(100)
    running.child.kill('SIGINT')
    const { code, out } = await running.ended
    expect(code).toBe(130)
    expect(out).toContain('Stopped. The same command goes on: tuner run study.yaml --trials 5000')
    // A trial that was just being asked for is given back.
    const states = new Set((await trialsOf(place)).map(({ state }) => state))
    states.delete('waiting')
    expect([...states]).toEqual(['complete'])
  })

  it('interrupted a second time ends the trials that run, and goes on later', async () => {
    await using place = await workplace()
    await place.write('study.yaml', smallStudy())
    const running = place.start('run', 'study.yaml', '--trials', '5000')
    while (finished(await trialsOf(place)).length < 3) await delay(100)
    let printed = ''
    running.child.stdout?.on('data', (data: Buffer) => {
      printed += String(data)
    })
    running.child.kill('SIGINT')
    while (!printed.includes('Stopping: ')) await delay(10)
    running.child.kill('SIGTERM')
    const { code, out, err } = await running.ended
    expect({ code, err }).toEqual({ code: 130, err: '' })
    expect(out).toContain('Stopped. The same command goes on')
    const before = await trialsOf(place)
    expect(before.filter(({ state }) => state === 'running')).toEqual([])
    const more = finished(before).length + 2
    expect(await place.tuner('run', 'study.yaml', '--trials', `${more}`)).toMatchObject({ code: 0 })
    expect(finished(await trialsOf(place))).toHaveLength(more)
  })

  it('evaluates the current parameters again where the process that did so was killed', async () => {
    await using place = await workplace()
    await place.write('study.yaml', smallStudy('direction: maximize'))
    {
      await using storage = await openStorage(`sqlite:${place.folder}/tune.db`)
      const options = { name: 'small', direction: 'maximize', storage, lease: 1 } as const
      await using study = await createStudy(options)
      await study.enqueue({ ...defaultParameters }, { userAttributes: { current: true } })
      await study.ask()
    }
    const { code, out } = await place.tuner('run', 'study.yaml', '--trials', '8')
    expect(code).toBe(0)
    expect(out).toMatch(/^trial .+ over the current parameters$/m)
    const trials = await trialsOf(place)
    expect(finished(trials)).toHaveLength(8)
    const current = trials.filter(({ userAttributes }) => userAttributes['current'] === true)
    expect(current.map(({ state }) => state)).toEqual(['failed', 'complete'])
  })

  it('shows, compares and exports what it found', async () => {
    await using place = await workplace()
    await place.write('study.yaml', smallStudy())
    await place.tuner('run', 'study.yaml', '--trials', '12')
    const show = await place.tuner('show', 'small')
    expect(show.out).toMatch(
      /small {2}12 complete[\s\S]+Best profit[\s\S]+discountPerMin[\s\S]+History[\s\S]+┤[\s\S]+rank correlation[\s\S]+Last trials/,
    )
    const compare = await place.tuner('compare', 'study.yaml', '--days', '49-55', '--seeds', '2')
    expect(compare.out).toMatch(
      /predicted .+(better|worse|cannot tell yet)\n {2}statistical .+(better|worse|cannot tell yet)/,
    )
    expect(compare.out).toMatch(
      /^With predicted inputs .+ trial \d+ earns .+\.\nWith statistical inputs .+\.$/m,
    )
    await place.write('params.json', JSON.stringify(defaultParameters))
    const same = ['--days', '49-55', '--seeds', '1', '--candidate', 'params.json']
    const { out } = await place.tuner('compare', 'study.yaml', ...same)
    expect(out).toMatch(/whether params\.json earns more: \+0\.00 % on 7 days/)
    const csv = await place.tuner('export', 'small')
    expect(csv.out.trim().split('\n')).toHaveLength(13)
    const json = await place.tuner('export', 'small', '--format', 'json')
    expect(JSON.parse(json.out)).toHaveLength(12)
    expect((await place.tuner('studies')).out).toMatch(/small\s+maximize/)
  })
})

describe.concurrent('a study whose objective changes in its file', () => {
  it('is refused with what differs, or goes on once that is accepted', async () => {
    await using place = await workplace()
    await place.write('study.yaml', smallStudy())
    expect(await place.tuner('run', 'study.yaml', '--trials', '2')).toMatchObject({ code: 0, err: '' })
    // How much and where does not decide the values.
    await place.write(
      'study.yaml',
      smallStudy('parallel: 2').replace('parallel: 3\n', '').replace('workers: 1', 'workers: 2'),
    )
    expect(await place.tuner('run', 'study.yaml', '--trials', '3')).toMatchObject({ code: 0, err: '' })
    await place.write('study.yaml', smallStudy().replace('workers: 1', 'days: 49-55'))
    const run = () => place.tuner('run', 'study.yaml', '--trials', '4')
    expect(await run()).toMatchObject({
      code: 3,
      err:
        `tuner: study 'small' measures something else: simulator.days: was "train", is "49-55"; ` +
        'use another study name, or accept it: tuner study objective small --storage sqlite:tune.db --accept\n',
    })
    const accepted = await place.tuner(
      'study',
      'objective',
      'small',
      '--storage',
      'sqlite:tune.db',
      '--accept',
    )
    expect(accepted.out).toMatch(
      /^'small' takes the objective of its next run\. It measured before: .*"days":"train"/,
    )
    const next = await run()
    expect(next).toMatchObject({ code: 0, err: '' })
    expect(next.out).toMatch(
      /^study 'small': another objective was accepted; from now on it is .*"days":"49-55"/m,
    )
    expect(await place.tuner('study', 'objective', 'study.yaml')).toMatchObject({
      out: expect.stringContaining('"days":"49-55"'),
    })
  })
})
