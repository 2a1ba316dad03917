import { defineConfig } from 'vitest/config'

/** Properties draw the same cases in every run. */
const fixedSeed = './tooling/fast-check/fixed-seed.ts'
const spec = (folder: string) => `${folder}/**/*.spec.ts`

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'packages',
          include: ['packages/{core,kfp,kfp-local,sim-local}/test', 'tooling'].map(spec),
          setupFiles: [fixedSeed],
          testTimeout: 60_000,
        },
      },
      {
        // What needs a database server, which starts once.
        test: {
          name: 'with MySQL',
          include: ['packages/storage/test', 'apps/*/test', 'test/e2e'].map(spec),
          globalSetup: ['tooling/mysql/vitest-global-setup.ts'],
          setupFiles: [fixedSeed],
          testTimeout: 60_000,
        },
      },
    ],
  },
})
