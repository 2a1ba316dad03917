import { expect, it } from 'vitest'
import { commandLine } from '../src/text/command-line.ts'

it.each([
  [['run', 'study.yaml', '--trials', '9'], undefined, 'tuner run study.yaml --trials 9'],
  [['run', "it's mine.yaml"], undefined, "tuner run 'it'\\''s mine.yaml'"],
  [['demo'], 'demo', 'npx pnpm@12 demo'],
  [['run', 'a.yaml'], 'tuner', 'npx pnpm@12 tuner run a.yaml'],
  [['run', 'a.yaml'], 'test', 'tuner run a.yaml'],
  [['--storage', 'mysql://me:p@ss@host/db'], undefined, "tuner --storage 'mysql://me:***@host/db'"],
  [['--storage=mysql://me:secret@host/db'], undefined, "tuner '--storage=mysql://me:***@host/db'"],
])('%j, called by script %s', (args, script, expected) => {
  expect(commandLine(args, script)).toBe(expected)
})
