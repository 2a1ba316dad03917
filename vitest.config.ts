import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { limits } from './tooling/test-run/limits.ts'

/** Properties draw the same cases in every run. */
const fixedSeed = './tooling/fast-check/fixed-seed.ts'
const cleanUp = './tooling/test-run/clean-up.ts'
const spec = (folder: string) => `${folder}/**/*.spec.ts`

export default defineConfig({
  test: {
    // Many tests wait for processes more than they compute; left alone, two cores run one file at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          ...limits,
          name: 'packages',
          include: ['packages/{core,kfp,kfp-local,process,sim-local}/test', 'tooling'].map(spec),
          globalSetup: [cleanUp],
          setupFiles: [fixedSeed],
        },
      },
      {
        // What needs a database server, which starts once.
        test: {
          ...limits,
          name: 'with MySQL',
          include: ['packages/storage/test', 'apps/*/test', 'test/e2e'].map(spec),
          globalSetup: [cleanUp, 'tooling/mysql/vitest-global-setup.ts'],
          setupFiles: [fixedSeed],
        },
      },
    ],
  },
})
