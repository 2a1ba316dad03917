/** A file to lint, and the rule that must turn red there; `undefined` where nothing may. */
export interface Planted {
  readonly path: string
  readonly code: string
  readonly rule: string | undefined
}

const file = (path: string, code: string, rule?: string): Planted => ({ path, code, rule })
const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')

const random = 'export const f = () => Math.random()'
const now = 'export const f = () => Date.now()'
const newDate = 'export const f = () => new Date()'
const elapsed = 'export const f = () => performance.now()'
const unportable =
  'exp expm1 log log1p log2 log10 sqrt cbrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh'
const longFunction = `export function f(x: number[]) {\n${lines(60, () => 'x.push(1)')}\n}`

export const planted: readonly Planted[] = [
  file(
    'packages/a/src/floating.ts',
    'async function f() {}\nexport const g = () => {\n  f()\n}',
    'no-floating-promises',
  ),
  file('packages/a/src/misused.ts', 'export const f = (p: Promise<1>) => (p ? 1 : 2)', 'no-misused-promises'),
  file('packages/a/src/awaited.ts', 'export const f = async (x: number) => (await x) + 1', 'await-thenable'),
  file('packages/a/src/any.ts', 'export const f = (x: any): unknown => x', 'no-explicit-any'),
  file(
    'packages/a/src/cycle.ts',
    "import { b } from './back.ts'\nexport const a = (): unknown => b",
    'no-cycle',
  ),
  file(
    'packages/a/src/back.ts',
    "import { a } from './cycle.ts'\nexport const b = (): unknown => a",
    'no-cycle',
  ),
  file(
    'packages/a/src/long.ts',
    lines(401, (i) => `export const x${i} = 1`),
    'max-lines',
  ),
  file('packages/a/src/long-function.ts', longFunction, 'max-lines-per-function'),
  file('packages/a/test/long.ts', longFunction),
  file(
    'packages/a/test/focused.spec.ts',
    "import { expect, it } from 'vitest'\nit.only('x', () => expect(1).toBe(1))",
    'no-focused-tests',
  ),
  ...[
    "it('x', () => expect(1).toBe(1), 5000)",
    "it('x', { timeout: 5000 }, () => expect(1).toBe(1))",
    "it.each([1])('%i', (x) => expect(x).toBe(1), 60 * 1000)",
    "it('x', () => expect.poll(() => 1, { timeout: 5000 }).toBe(1))",
    'beforeAll(() => {}, 60_000)',
  ].map((code, i) =>
    file(
      `packages/a/test/limit${i}.spec.ts`,
      `import { beforeAll, expect, it } from 'vitest'\nexport const used = [beforeAll, expect, it]\n${code}`,
      'no-own-limit',
    ),
  ),
  file(
    'packages/a/test/no-limit.spec.ts',
    "import { expect, it } from 'vitest'\nit.each([1, 2])('%i', (x) => expect.poll(() => x, { interval: 5 }).toBe(x))",
  ),
  file('packages/a/src/tooling.ts', "export * from '@tune/tooling/mysql'", 'no-restricted-imports'),
  file('packages/a/src/random.ts', random, 'no-restricted-properties'),
  file(
    'packages/a/src/destructured.ts',
    'const { random } = Math\nexport const f = () => random()',
    'no-restricted-properties',
  ),
  file('packages/a/src/now.ts', now, 'no-restricted-properties'),
  file('packages/a/src/new-date.ts', newDate, 'no-current-date'),
  file('packages/a/src/date.ts', 'export const f = () => Date()', 'no-current-date'),
  file('packages/a/src/elapsed.ts', elapsed, 'no-restricted-properties'),
  file(
    'packages/a/src/timer.ts',
    'export const f = () => setTimeout(() => {}, 1e10)',
    'no-restricted-globals',
  ),
  file('apps/a/src/timer.ts', 'export const f = () => setInterval(() => {}, 1e10)', 'no-restricted-globals'),
  file('packages/a/src/convert.ts', 'export const f = (ms: number) => [new Date(ms), Math.exp(ms), ms ** 2]'),
  file('apps/a/src/random.ts', random, 'no-restricted-properties'),
  file('apps/a/src/now.ts', now, 'no-restricted-properties'),
  file('apps/a/src/new-date.ts', newDate, 'no-current-date'),
  file('apps/a/src/elapsed.ts', elapsed),
  file(
    'packages/core/src/clock/clock.ts',
    'export const f = () => [Date.now(), new Date(), performance.now()]',
  ),
  file('packages/core/src/random/random.ts', random),
  file('packages/core/src/study/random.ts', random, 'no-restricted-properties'),
  file('packages/sim-local/src/random.ts', random, 'no-restricted-properties'),
  file('packages/sim-local/src/now.ts', now, 'no-restricted-properties'),
  file('packages/sim-local/src/new-date.ts', newDate, 'no-current-date'),
  file('packages/sim-local/src/elapsed.ts', elapsed, 'no-restricted-properties'),
  file('packages/sim-local/src/power.ts', 'export const f = (x: number) => x ** 2', 'no-exponentiation'),
  file(
    'packages/sim-local/src/power-of.ts',
    'export function f(x: number) {\n  x **= 2\n  return x\n}',
    'no-exponentiation',
  ),
  file(
    'packages/sim-local/src/pow.ts',
    'export const f = (x: number) => Math.pow(x, 3)',
    'no-restricted-properties',
  ),
  file(
    'packages/sim-local/src/atan2.ts',
    'export const f = (x: number) => Math.atan2(x, 3)',
    'no-restricted-properties',
  ),
  file(
    'packages/sim-local/src/hypot.ts',
    'export const f = (x: number) => Math.hypot(x, 3)',
    'no-restricted-properties',
  ),
  ...unportable
    .split(' ')
    .map((name) =>
      file(
        `packages/sim-local/src/${name}.ts`,
        `export const f = (x: number) => Math.${name}(x)`,
        'no-restricted-properties',
      ),
    ),
  file(
    'packages/sim-local/src/exact.ts',
    'export const f = (x: number) => Math.max(Math.floor(x), Math.imul(3, 4))',
  ),
]
