import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { boot } from './identity.ts'
import { processTable } from './process-table.ts'
import { FILES } from './run-folder.ts'

/**
 * Runs a command and writes its exit code down, so that it is known whoever lives then. It says which process it is
 * before anything else, in a file that only one can make: of several, one runs the command. A signal to its group ends
 * the command, and is written down like any other end.
 */
const KEEPER = `d=$1; boot=$2; shift 2
set -C
${processTable.describeSelf}
{ echo "$boot $self" >"$d/${FILES.process}"; } 2>/dev/null || exit 125
set +C
trap : TERM INT HUP
"$@"
code=$?
echo $code >"$d/${FILES.exit}"
exit $code`

/** What is run, and where. */
export interface Launch {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** The folder of the run, which has no output yet. */
  readonly folder: string
}

/** Starts a command as a process group of its own that does not end with this process. @throws Error it cannot be started */
export function launch({ argv, cwd, env, folder }: Launch): ChildProcess {
  const [stdout, stderr] = [FILES.stdout, FILES.stderr].map((name) => openSync(join(folder, name), 'a'))
  try {
    const child = spawn('/bin/sh', ['-c', KEEPER, 'tune-run', folder, boot, ...argv], {
      cwd,
      env,
      stdio: ['ignore', stdout, stderr],
      detached: true,
    })
    child.unref()
    return child
  } finally {
    for (const file of [stdout, stderr]) if (file !== undefined) closeSync(file)
  }
}
