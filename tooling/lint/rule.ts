/** What oxlint hands to a rule of its own: the part of ESLint's context that is used here. */
interface RuleContext {
  report(problem: { node: object; message: string }): void
}

interface Node {
  readonly type: string
}

interface CallLike extends Node {
  readonly callee: Node & { readonly name?: string }
  readonly arguments: readonly Node[]
}

interface Operation extends Node {
  readonly operator: string
}

/** The kinds of nodes that the rules of this folder visit. */
interface Visitor {
  NewExpression?(node: CallLike): void
  CallExpression?(node: CallLike): void
  BinaryExpression?(node: Operation): void
  AssignmentExpression?(node: Operation): void
}

export interface Rule {
  create(context: RuleContext): Visitor
}
