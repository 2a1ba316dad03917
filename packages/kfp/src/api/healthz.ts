/** Response of `GET /healthz`. */
export interface Healthz {
  readonly commit_sha?: string
  /** The server's version, `2.14.0`; some builds say `unknown`. */
  readonly tag_name?: string
  /** Whether resources belong to namespaces, and callers must say who they are. */
  readonly multi_user?: boolean
  /** `database` or `kubernetes`; since server 2.14. */
  readonly pipeline_store?: string
}
