import { z } from 'zod'
import { readOptions } from './read-options.ts'

type Options = Readonly<Record<string, unknown>>

/** One of several, by its name, with its options beside the name: `{ name: 'tpe', multivariate: true }`. */
export type Choice = { readonly name: string } & Options

/** Something that is made from options, and what these are. */
export interface Kind<T> {
  readonly table: z.ZodObject
  /** @param name whose options they are, for errors */
  create(name: string, options: Options): T
}

/** A kind of thing, made from options as its table describes them, complete with defaults. */
export function kind<Table extends z.ZodObject, T>(
  table: Table,
  create: (options: z.output<Table>) => T,
): Kind<T> {
  return { table, create: (name, options) => create(readOptions(name, table, options)) }
}

/** Things that are made by name: all samplers, all pruners. */
export class Catalogue<T> {
  readonly names: readonly string[]
  /** A schema of {@link Choice}s among them. */
  readonly choice: z.ZodType<Choice, Choice>
  readonly #kinds: ReadonlyMap<string, Kind<T>>

  constructor(kinds: Readonly<Record<string, Kind<T>>>) {
    this.#kinds = new Map(Object.entries(kinds))
    this.names = [...this.#kinds.keys()]
    this.choice = this.#choice()
  }

  /**
   * Makes the one of that name; `undefined` where there is none.
   * @throws TuneError INVALID_ARGUMENT: an option that there is not, or that is out of range
   */
  create(name: string, options: Options): T | undefined {
    return this.#kinds.get(name)?.create(name, options)
  }

  #choice(): z.ZodType<Choice, Choice> {
    const choices = [...this.#kinds].map(([name, { table }]) => table.safeExtend({ name: z.literal(name) }))
    return z.discriminatedUnion('name', choices as [z.ZodObject<{ name: z.ZodLiteral<string> }>], {
      error: ({ code }) => (code === 'invalid_union' ? `one of ${this.names.join(', ')}` : undefined),
    }) as z.ZodType<Choice, Choice>
  }
}
