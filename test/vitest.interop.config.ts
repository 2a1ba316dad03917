import { limits } from '@tune/tooling/limits'
import { defineConfig } from 'vitest/config'

/** Real peers on the same data: `pnpm test:interop`. Needs Python 3.9 or later; installs the rest itself. */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    ...limits,
    name: 'interop',
    include: ['interop/**/*.spec.ts'],
    globalSetup: [
      '../tooling/test-run/clean-up.ts',
      '../tooling/mysql/vitest-global-setup.ts',
      'interop/python-setup.ts',
    ],
  },
})
