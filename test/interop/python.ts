import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import type {} from './python-setup.ts'

const prelude = `
import json, math, sys
def say(value):
    print(json.dumps(value))
`
const optuna = `
import optuna
from optuna.distributions import *
from optuna.trial import TrialState, create_trial
optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name = sys.argv[1], sys.argv[2]
`

/** Runs a script; what it says last is the result. */
export async function runPython<T>(program: string, script: string, words: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(program, ['-c', prelude + script, ...words])
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null') as T
}

/** Runs Optuna on a study. `program` is the Python to use: default Optuna 5's. */
export function python<T>(
  script: string,
  url: string,
  study: string,
  program: string = inject('python'),
): Promise<T> {
  return runPython(program, optuna + script, [url, study])
}
