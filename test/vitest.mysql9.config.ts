import { defineConfig } from 'vitest/config'

/** The storage tests against MySQL 9 in place of the server on this machine: `pnpm test:mysql9`. */
export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    name: 'MySQL 9',
    include: ['packages/storage/test/**/*.spec.ts'],
    globalSetup: ['tooling/mysql/vitest-mysql-nine.ts'],
    setupFiles: ['tooling/fast-check/fixed-seed.ts'],
    testTimeout: 60_000,
  },
})
