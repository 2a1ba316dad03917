import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import type {} from './python-setup.ts'

const prelude = `
import json, math, sys
import optuna
from optuna.distributions import *
from optuna.trial import TrialState, create_trial
optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name = sys.argv[1], sys.argv[2]
def say(value):
    print(json.dumps(value))
`

/** Runs Python on a study; what it says last is the result. `program` is the Python to use: default Optuna 5's. */
export async function python<T>(
  script: string,
  url: string,
  study: string,
  program: string = inject('python'),
): Promise<T> {
  const { stdout } = await promisify(execFile)(program, ['-c', prelude + script, url, study])
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null') as T
}
