#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// Half of the time to start goes into compiling what was compiled before.
enableCompileCache()
await import('./program.ts')
