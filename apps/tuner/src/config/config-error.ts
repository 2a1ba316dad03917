/** Something with a file that a person named is wrong. The message is one line: where, what, and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
