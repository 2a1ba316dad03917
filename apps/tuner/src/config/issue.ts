/** Something that is wrong in a study's file beyond its shape. */
export interface Issue {
  /** Where: the keys down to the value at fault. */
  readonly path: readonly (string | number)[]
  /** What is wrong, with the value, and what would be right. */
  readonly message: string
}
