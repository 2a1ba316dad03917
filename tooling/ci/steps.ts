/** One thing that must hold. */
export interface Step {
  readonly name: string
  readonly command: readonly [program: string, ...arguments_: string[]]
  /** Whether the step runs vitest: then its tests are counted, and it fails where none ran. Else it counts as one. */
  readonly vitest: boolean
  /** In minutes: a safety net. A step that hangs must not take the report on the others with it. */
  readonly limit: number
}

const check = (name: string): Step => ({
  name,
  command: ['pnpm', '--silent', `check:${name}`],
  vitest: false,
  limit: 10,
})

export const steps: readonly Step[] = [
  // Word for word what the README tells a newcomer to run.
  { name: 'test', command: ['npx', 'pnpm@12', 'test'], vitest: true, limit: 40 },
  check('types'),
  check('lint'),
  check('format'),
  check('layers'),
  check('unused'),
  check('packaging'),
  { name: 'mysql9', command: ['pnpm', '--silent', 'test:mysql9'], vitest: true, limit: 20 },
  { name: 'faults', command: ['pnpm', '--silent', 'test:faults'], vitest: true, limit: 40 },
  { name: 'interop', command: ['pnpm', '--silent', 'test:interop'], vitest: true, limit: 30 },
]
