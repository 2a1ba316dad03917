import { defineConfig } from 'vitest/config'

/** Killed processes, a broken network, a server that crashes: `pnpm test:faults`; some minutes. */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    name: 'faults',
    include: ['faults/**/*.spec.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
  },
})
