/** A program in an image, with its command line. */
export interface Container {
  readonly image: string
  /** What is run; the image's own entry point when absent. Its first word holds no placeholder. */
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Servers from 2.3. */
  readonly resources?: Resources
}

/** Kubernetes quantities: processors as `500m` or `2`, bytes as `512Mi` or `2Gi`. */
export interface Resources {
  readonly requests?: { readonly cpu?: string; readonly memory?: string }
  readonly limits?: { readonly cpu?: string; readonly memory?: string }
}
