import type { OutputSpecs } from './parameter.ts'
import type { Value } from './value.ts'

/** How one task runs. */
export interface TaskOptions {
  /** Unique in its graph; the component's name, with a number where it is taken, by default. */
  readonly name?: string
  /** Tasks and groups of the same graph that must have succeeded before. Whose outputs it takes, it waits for anyway. */
  readonly after?: readonly { readonly name: string }[]
  /** Whether outputs of an earlier task with equal inputs may stand in for a run. Default false. */
  readonly cache?: boolean
  readonly retry?: RetryOptions
}

/** How often and when a task that failed is tried again. Servers from 2.4.1. */
export interface RetryOptions {
  /** How many times after the first. */
  readonly retries: number
  /** The first pause, in seconds. Default 0. */
  readonly backoffSeconds?: number
  /** By how much each pause is longer than the one before. Default 2. */
  readonly backoffFactor?: number
  /** The longest pause, in seconds. Default 3600. */
  readonly backoffMaxSeconds?: number
}

/** A task that is part of a pipeline. */
export interface Task<O extends OutputSpecs = OutputSpecs> {
  readonly name: string
  readonly outputs: { readonly [K in keyof O]: Value<O[K]> }
}

/** Tasks that run as one: a loop, or what an exit handler watches. */
export interface Group<V> {
  readonly name: string
  readonly outputs: V
}

/** What an exit handler watches. */
export interface Handled<V> extends Group<V> {
  /** How it ended. The task that is given this runs when everything in the group is over, however it went. */
  readonly finalStatus: Value<'TASK_FINAL_STATUS'>
}
