import type { Callee, Node, Rule } from './rule.ts'

const message = 'Sets a time limit of its own: the safety net in tooling/test-run/limits.ts is enough.'

const CALLS = ['it', 'test', 'describe', 'beforeAll', 'beforeEach', 'afterAll', 'afterEach', 'poll']

/** A time limit of one test, hook or poll, which a slower machine would exceed. */
export const noOwnLimit: Rule = {
  create: (context) => ({
    CallExpression({ callee, arguments: given }) {
      if (!CALLS.includes(nameOf(callee))) return
      for (const argument of given) if (isLimit(argument)) context.report({ node: argument, message })
    },
  }),
}

/** The name in `it(…)`, `it.skip(…)`, `it.each(…)(…)` and `expect.poll(…)`. */
function nameOf(callee: Callee): string {
  if (callee.callee !== undefined) return nameOf(callee.callee)
  if (callee.property?.name === 'poll') return 'poll'
  return (callee.object ?? callee).name ?? ''
}

function isLimit({ type, value, properties = [] }: Node): boolean {
  if (type === 'ObjectExpression') return properties.some(({ key }) => key?.name === 'timeout')
  return type === 'BinaryExpression' || (type === 'Literal' && typeof value === 'number')
}
