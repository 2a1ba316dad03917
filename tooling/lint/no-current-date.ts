import type { Rule } from './rule.ts'

const message = 'Reads the time of day: take a Clock.'

/** `new Date()` and `Date()`, which read the clock. `new Date(ms)` only converts. */
export const noCurrentDate: Rule = {
  create: (context) => ({
    NewExpression(node) {
      if (node.callee.name === 'Date' && node.arguments.length === 0) context.report({ node, message })
    },
    CallExpression(node) {
      // Called without `new`, Date gives the current time whatever it is called with.
      if (node.callee.name === 'Date') context.report({ node, message })
    },
  }),
}
