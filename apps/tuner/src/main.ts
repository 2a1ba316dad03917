#!/usr/bin/env node
import { isTuneError } from '@tune/core'
import { createCli } from './cli.ts'
import { ConfigError } from './config/config-error.ts'

/** The command as the user types it again. */
const again = `tuner ${process.argv.slice(2).join(' ')}`.replace(/(:\/\/[^:/@\s]*):\S*@/g, '$1:***@')

// Whoever reads the output may have seen enough: `tuner show … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  await createCli(again).parseAsync()
} catch (error) {
  const isKnown = isTuneError(error) || error instanceof ConfigError
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`tuner: ${message.split('\n')[0]}${isKnown ? '' : ' (--verbose shows more)'}\n`)
  if (process.argv.includes('--verbose')) console.error(error)
  process.exitCode = 1
}
