/** What JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

export interface JsonObject {
  readonly [key: string]: JsonValue
}

/** A 64-bit integer, which protobuf's JSON writes as a string: `"3600"`. */
export type Int64 = string

/** A moment as RFC 3339 in UTC: `2026-08-21T21:10:03Z`. */
export type Timestamp = string
