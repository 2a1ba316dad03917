/** Something in a file that a person wrote is wrong. The message is one line: where, what, and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
