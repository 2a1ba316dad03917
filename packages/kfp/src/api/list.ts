/** What every list call takes, as query parameters. */
export interface ListQuery {
  /** How many at most, from 1 to 200; the server gives 20 when it is not told. */
  readonly page_size?: number
  /** `next_page_token` of the page before. The same `sort_by` and `filter` go with it. */
  readonly page_token?: string
  /** A key and `asc` or `desc`, as in `created_at desc`. */
  readonly sort_by?: string
  /** A {@link Filter} as JSON, percent-encoded once more than a query parameter needs. */
  readonly filter?: string
}

/** What every list response has beside its resources. */
export interface ListPage {
  /** How many resources there are on all pages; absent when none. */
  readonly total_size?: number
  /** Where the next page begins; absent on the last one. */
  readonly next_page_token?: string
}
