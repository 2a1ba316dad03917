import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { run, smallStudy, type Workplace, workplace } from './tuner.ts'

const main = fileURLToPath(new URL('../../apps/tuner/src/main.ts', import.meta.url))

const expectLine = (
  { code, err }: { code: number | null; err: string },
  line: string | RegExp,
  wanted = 2,
) => {
  expect(err.trimEnd()).toMatch(line)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
  expect(code).toBe(wanted)
}

const given = async (place: Workplace, changes: string) => {
  await place.write('study.yaml', smallStudy(changes))
  return place.tuner('run', 'study.yaml')
}

describe.concurrent('bad input gets one line and an exit code by its kind', () => {
  it.each([
    [
      'an unknown key',
      'trails: 3',
      /^tuner: study.yaml:4: trails: it is 3, but there is no such key; did you mean trials\?$/,
    ],
    [
      'a wrong type',
      'seed: soon',
      /^tuner: study.yaml:4: seed: it must be a whole number of at least 0, but is "soon"$/,
    ],
    [
      'an inverted range',
      'ranges: { discountPerMin: { low: 0.9, high: 0.8 } }',
      /^tuner: study.yaml:4: ranges.discountPerMin: low must be at most high, but low is 0.9 and high is 0.8$/,
    ],
    [
      'a range that leaves the parameter',
      'ranges: { horizonHops: { low: 1, high: 9 } }',
      /^tuner: study.yaml:4: ranges.horizonHops: 1 to 9 leaves the parameter's range, 3 to 120$/,
    ],
    [
      'a parameter that does not exist',
      'current: { speed: 3 }',
      /^tuner: study.yaml:4: current.speed: there is no such parameter; there are discountPerMin, /,
    ],
    [
      'a storage that does not exist',
      'storage: redis://localhost',
      /^tuner: storage URL 'redis:\/\/localhost': it must begin with sqlite: or mysql:/,
    ],
    [
      'a folder that does not exist',
      'storage: sqlite:no/such/folder.db',
      /^tuner: SQLite file no\/such\/folder.db: it cannot be opened; does its folder exist\?$/,
      4,
    ],
    [
      'a database that nobody serves',
      'storage: mysql://me:se:cret@127.0.0.1:1/tune?patience=0.5',
      /^tuner: MySQL at 127.0.0.1:1\/tune as me: nothing answers there \(ECONNREFUSED\); is the server running\?$/,
      4,
    ],
  ])('%s', async (_, changes, line, code = 2) => {
    await using place = await workplace()
    const ended = await given(place, changes)
    expectLine(ended, line, code)
    expect(ended.out + ended.err).not.toContain('cret')
  })

  it('files that do not exist, and looking makes none', async () => {
    await using place = await workplace()
    expectLine(
      await place.tuner('run', 'none.yaml'),
      /^tuner: none.yaml: the file cannot be read \(ENOENT\)$/,
    )
    expectLine(await place.tuner('show', 'none'), /^tuner: SQLite file tune.db: there is no such file$/, 4)
    expectLine(
      await place.tuner('studies', '--storage', 'sqlite:none.db'),
      /^tuner: SQLite file none.db: there is no such file$/,
      4,
    )
    expect(await readdir(place.folder)).toEqual([])
  })

  it('a study that the storage does not hold, and files that cannot be read or written', async () => {
    await using place = await workplace()
    await place.write('study.yaml', smallStudy())
    expect(await place.tuner('run', 'study.yaml', '--trials', '1')).toMatchObject({ code: 0 })
    expectLine(
      await place.tuner('show', 'none'),
      /^tuner: no study 'none' in sqlite:tune.db, which holds small$/,
      3,
    )
    expectLine(
      await place.tuner('export', 'small', '--output', 'no/such/file.csv'),
      /^tuner: no\/such\/file.csv: the file cannot be written \(ENOENT\)$/,
    )
    expectLine(
      await place.tuner('compare', 'study.yaml', '--candidate', 'none.json'),
      /^tuner: none.json: the file cannot be read \(ENOENT\)$/,
    )
    await place.write('params.json', '{ "discountPerMin": 2 }')
    expectLine(
      await place.tuner('compare', 'study.yaml', '--candidate', 'params.json'),
      /^tuner: params.json: discountPerMin: 2 is not in /,
    )
    await place.write('params.json', '{ nonsense')
    expectLine(
      await place.tuner('compare', 'study.yaml', '--candidate', 'params.json'),
      /^tuner: params.json: it is no JSON \(.+\)$/,
    )
  })

  it('a file that is no database', async () => {
    await using place = await workplace()
    await place.write('tune.db', 'x'.repeat(5000))
    expectLine(await given(place, ''), /^tuner: SQLite file tune.db: it is no SQLite database$/, 4)
  })

  it('a database that cannot be written', async () => {
    await using place = await workplace()
    await place.write('study.yaml', smallStudy())
    expect(await place.tuner('run', 'study.yaml', '--trials', '1')).toMatchObject({ code: 0 })
    await chmod(join(place.folder, 'tune.db'), 0o444)
    await chmod(place.folder, 0o555)
    const args = [main, 'run', 'study.yaml', '--trials', '3']
    const ended = await run(process.execPath, args, place.folder, { bound: true }).ended
    expectLine(
      ended,
      /^tuner: SQLite file tune.db: it cannot be written; make the file and its folder writable$/,
      4,
    )
  })

  it('a disk that is full', async () => {
    await using place = await workplace()
    await place.write('study.yaml', smallStudy())
    // A limit on the size of files is a full disk to whoever writes: 100 kB holds the tables and a few trials.
    const script = `trap '' XFSZ; ulimit -f 200; exec "$0" "$1" run study.yaml --trials 100000`
    const { code, err } = await run('/bin/bash', ['-c', script, process.execPath, main], place.folder).ended
    expect(err.trimEnd()).toMatch(
      /^tuner: SQLite file tune.db: (its disk is full; free some space and go on|the disk failed to read or write it)$/,
    )
    expect(code).toBe(4)
  })

  it('shows the whole of an error with --verbose', async () => {
    await using place = await workplace()
    const { err } = await place.tuner('show', 'none', '--verbose')
    expect(err).toContain("code: 'STORAGE_UNAVAILABLE'")
  })
})
