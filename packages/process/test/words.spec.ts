import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ParamValue, RunRequest } from '@tune/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filled, shellQuoted, wordsOf } from '../src/command/words.ts'
import { assertPlaceholders } from '../src/index.ts'
import { place } from './place.ts'

const never = new AbortController().signal
const request = (params: Readonly<Record<string, ParamValue>>): RunRequest => ({
  study: 'my study',
  studyId: 'd0e5c6a2-3c1f-4f6e-9a57-0a0b54a7a1c1',
  number: 7,
  params,
  instances: ['fold-1'],
  attempt: 0,
  slot: 2,
  mayExist: false,
})

describe('placeholders', () => {
  it.each([
    ['--rate={rate}', '--rate=0.001'],
    ['{norm}/{layers}/{on}/{none}', 'layer norm/3/true/null'],
    ['{model/lr}', '1e-7'],
    ['{instance} {study} {trial} {slot} {dir}', 'fold-1 my study 7 2 /tmp/x'],
    ['{{rate}} ${rate} {"a":1} {}', '{rate} ${rate} {"a":1} {}'],
  ])('%s becomes %s', (text, expected) => {
    const params = { rate: 0.001, norm: 'layer norm', layers: 3, on: true, none: null, 'model/lr': 1e-7 }
    expect(filled(text, wordsOf(request(params), '/tmp/x'))).toBe(expected)
  })

  it('that stand for nothing are refused, with the nearest name', () => {
    expect(() => assertPlaceholders('{rat}', ['rate'], false)).toThrow(
      "{rat} stands for nothing: there is no parameter 'rat'; did you mean rate? (for braces write {{rat}})",
    )
    expect(() => assertPlaceholders('{instance}', ['rate'], false)).toThrow('{instance} stands for nothing')
    expect(() => assertPlaceholders('{instance} {rate} {{x}} {"x":1}', ['rate'], true)).not.toThrow()
  })

  it('in a command line are one word for the shell, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => !/[\0\r]/.test(text) && text.isWellFormed()),
        (text) => {
          const { stdout } = spawnSync('/bin/sh', ['-c', `printf %s ${shellQuoted(text)}`], {
            encoding: 'utf8',
          })
          expect(stdout).toBe(text)
        },
      ),
      { numRuns: 50 },
    )
  })
})

it('a run finds its parameters in its arguments, its environment and its folder', async () => {
  const script =
    'printf "%s\\n" "$1"; env | grep -E "^TUNE_(DIR|INSTANCE|PARAM|SLOT|STUDY|TRIAL)" | sort; echo m=1'
  await using here = place(['/bin/sh', '-c', script, 'sh', '{norm}'])
  const runner = here.open()
  const asked = request({ norm: "it's $HOME", 'model/lr': 0.5, layers: 2 })
  const { folder } = (await runner.start(asked, never)) as { readonly folder: string }
  for await (const _ of runner.watch({ ...((await runner.start(asked, never)) as object) }, never));
  expect(readFileSync(join(folder, 'stdout.log'), 'utf8').split('\n').slice(0, -2)).toEqual([
    "it's $HOME",
    `TUNE_DIR=${folder}`,
    'TUNE_INSTANCE=fold-1',
    `TUNE_PARAMS={"norm":"it's $HOME","model/lr":0.5,"layers":2}`,
    'TUNE_PARAM_LAYERS=2',
    'TUNE_PARAM_MODEL_LR=0.5',
    "TUNE_PARAM_NORM=it's $HOME",
    'TUNE_SLOT=2',
    'TUNE_STUDY=my study',
    'TUNE_TRIAL=7',
  ])
  expect(JSON.parse(readFileSync(join(folder, 'params.json'), 'utf8'))).toEqual(asked.params)
})
