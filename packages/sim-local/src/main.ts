#!/usr/bin/env node
import { createCommandLine } from './command-line.ts'

try {
  await createCommandLine().parseAsync()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
