/** What oxlint hands to a rule of its own: the part of ESLint's context that is used here. */
interface RuleContext {
  report(problem: { node: object; message: string }): void
}

/** The fields that are read here; which of them a node has depends on its type. */
export interface Node {
  readonly type: string
  readonly value?: unknown
  readonly properties?: readonly { readonly key?: { readonly name?: string } }[]
}

/** What is called: a name, a member of an object, or what another call gives. */
export interface Callee extends Node {
  readonly name?: string
  readonly callee?: Callee
  readonly object?: Callee
  readonly property?: { readonly name?: string }
}

interface CallLike extends Node {
  readonly callee: Callee
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
