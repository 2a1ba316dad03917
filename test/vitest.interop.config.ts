import { defineConfig } from 'vitest/config'

/** Real peers on the same data: `pnpm test:interop`. Needs Python 3.9 or later; installs the rest itself. */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    name: 'interop',
    include: ['interop/**/*.spec.ts'],
    globalSetup: ['../tooling/mysql/vitest-global-setup.ts', 'interop/python-setup.ts'],
    testTimeout: 120_000,
  },
})
