#!/usr/bin/env node
import { createCommandLine } from './command-line.ts'

// Exported too, for whoever runs it by its path: an import alone does nothing.
if (import.meta.main) {
  try {
    await createCommandLine().parseAsync()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
