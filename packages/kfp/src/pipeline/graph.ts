import type { ParameterType, TaskInputParameter } from '../api/index.ts'
import type { Component } from './component.ts'
import type { RetryOptions } from './task.ts'

/** Tasks and what flows between them, as declared so far. */
export interface Graph {
  readonly name: string
  readonly inputs: Map<string, ParameterType>
  readonly nodes: Map<string, Node>
  readonly outputs: Map<string, GraphOutput>
}

/** Which output of which task leaves the graph, and as what. */
interface GraphOutput {
  readonly task: string
  readonly key: string
  readonly type: ParameterType
}

/** One task of a graph: a component, or a graph within the graph. */
export interface Node {
  readonly name: string
  readonly runs: Component | Graph
  readonly inputs: Map<string, TaskInputParameter>
  readonly dependencies: Set<string>
  readonly cache?: boolean
  readonly retry?: RetryOptions | undefined
  readonly loop?: Loop
  /** Whether it runs when its dependency is over, however that went. */
  readonly isExit?: boolean
}

/** A node that runs once for each item, so many at once. */
export interface Loop {
  readonly items: { readonly raw: string } | { readonly inputParameter: string }
  readonly parallelism: number | undefined
}

export function isGraph(runs: Component | Graph): runs is Graph {
  return 'nodes' in runs
}
