import type { Rule } from './rule.ts'

const message =
  '`**` may differ in its last bit between engines: multiply, or use the package’s own functions.'

/** `**` and `**=`, whose result ECMAScript leaves to the engine. */
export const noExponentiation: Rule = {
  create: (context) => ({
    BinaryExpression(node) {
      if (node.operator === '**') context.report({ node, message })
    },
    AssignmentExpression(node) {
      if (node.operator === '**=') context.report({ node, message })
    },
  }),
}
