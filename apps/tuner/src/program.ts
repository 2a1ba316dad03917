import { isTuneError } from '@tune/core'
import { CommanderError } from 'commander'
import { createCli } from './cli.ts'
import { ConfigError } from './config/config-error.ts'
import { EXIT, exitCodeOf } from './exit-code.ts'
import { commandLine } from './text/command-line.ts'
import { fail, readerGone } from './text/output.ts'

// Nobody is left to tell.
process.stderr.on('error', () => {})

const again = commandLine(process.argv.slice(2), process.env['npm_lifecycle_event'])
try {
  await createCli(again).parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
  // The command line has said itself what is wrong with it.
  if (!(error instanceof CommanderError)) {
    const isKnown = isTuneError(error) || error instanceof ConfigError
    const message = error instanceof Error ? error.message : String(error)
    fail(`${message.split('\n')[0] ?? ''}${isKnown ? '' : ' (--verbose shows more)'}`, {
      exitCode: process.exitCode,
      ...(isTuneError(error) && { code: error.code }),
    })
    if (process.argv.includes('--verbose')) console.error(error)
  }
}
// What was written last may still be on its way.
await new Promise((done) => process.stdout.write('', done))
if (readerGone.aborted && (process.exitCode ?? 0) === 0) process.exitCode = EXIT.pipe
