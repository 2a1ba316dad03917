#!/usr/bin/env node
import { isTuneError } from '@tune/core'
import { createCli } from './cli.ts'
import { ConfigError } from './config/config-error.ts'
import { commandLine } from './text/command-line.ts'
import { printable } from './text/printable.ts'

// Whoever reads the output may have seen enough: `tuner show … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  await createCli(commandLine(process.argv.slice(2), process.env['npm_lifecycle_event'])).parseAsync()
} catch (error) {
  const isKnown = isTuneError(error) || error instanceof ConfigError
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(
    `tuner: ${printable(message.split('\n')[0] ?? '')}${isKnown ? '' : ' (--verbose shows more)'}\n`,
  )
  if (process.argv.includes('--verbose')) console.error(error)
  process.exitCode = 1
}
