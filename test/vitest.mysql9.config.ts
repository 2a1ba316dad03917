import { limits } from '@tune/tooling/limits'
import { defineConfig } from 'vitest/config'

/** The storage tests against MySQL 9 in place of the server on this machine: `pnpm test:mysql9`. */
export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    ...limits,
    name: 'MySQL 9',
    include: ['packages/storage/test/**/*.spec.ts'],
    globalSetup: ['tooling/test-run/clean-up.ts', 'tooling/mysql/vitest-mysql-nine.ts'],
    setupFiles: ['tooling/fast-check/fixed-seed.ts'],
  },
})
