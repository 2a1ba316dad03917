/** A fault, the step of `.ci/run` that must find it, and what that step says then. */
export interface Plant {
  readonly fault: string
  readonly step: string
  readonly path: string
  readonly code: string
  readonly says: RegExp
}

export const plants: readonly Plant[] = [
  {
    fault: 'a failing test',
    step: 'test',
    path: 'tooling/planted.spec.ts',
    code: "import { expect, it } from 'vitest'\n\nit('fails', () => expect(1).toBe(2))\n",
    says: /FAIL.* tooling\/planted\.spec\.ts/,
  },
  {
    fault: 'a type error',
    step: 'types',
    path: 'packages/core/src/planted.ts',
    code: "export const planted: number = 'no number'\n",
    says: /src\/planted\.ts\(1,14\): error TS2322/,
  },
  {
    fault: 'a promise that floats',
    step: 'lint',
    path: 'packages/core/src/planted.ts',
    code: 'async function planted(): Promise<void> {}\nplanted()\n',
    says: /no-floating-promises[^]*src\/planted\.ts:2/,
  },
  {
    fault: 'chance outside its home',
    step: 'lint',
    path: 'packages/core/src/planted.ts',
    code: 'export const planted = Math.random()\n',
    says: /no-restricted-properties[^]*src\/planted\.ts:1/,
  },
  {
    fault: 'a file out of format',
    step: 'format',
    path: 'packages/core/src/planted.ts',
    code: 'export const planted = "double quotes";\n',
    says: /src\/planted\.ts format/,
  },
  {
    fault: 'an adapter that imports another',
    step: 'layers',
    path: 'packages/storage/src/planted.ts',
    code: "export * from '@tune/sim-local'\n",
    says: /cannot import package `@tune\/sim-local`/,
  },
  {
    fault: 'an unused export',
    step: 'unused',
    path: 'packages/core/src/clock/system-clock.ts',
    code: '\nexport const planted = 1\n',
    says: /planted +packages\/core\/src\/clock\/system-clock\.ts/,
  },
  {
    fault: 'an unused file',
    step: 'unused',
    path: 'packages/core/src/planted.ts',
    code: 'export const planted = 1\n',
    says: /Unused files[^]*packages\/core\/src\/planted\.ts/,
  },
]
