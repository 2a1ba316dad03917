import { limits } from '@tune/tooling/limits'
import { defineConfig } from 'vitest/config'

/** Killed processes, a broken network, a server that crashes: `pnpm test:faults`; some minutes. */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    ...limits,
    name: 'faults',
    include: ['faults/**/*.spec.ts'],
    globalSetup: ['../tooling/test-run/clean-up.ts'],
    fileParallelism: false,
  },
})
