/** What an attribute can hold: any JSON value, and the non-finite numbers and large integers that Python writes. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** Attributes of a study or a trial, by key. */
export type Attributes = Readonly<Record<string, JsonValue>>

/** Whose attributes: those of the user, or those of samplers and of tune itself. */
export type AttributeKind = 'user' | 'system'
