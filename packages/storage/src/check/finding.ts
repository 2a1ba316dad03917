/** One thing that was looked at. */
export interface Finding {
  /** What: `connection`, `schema`, … */
  readonly about: string
  readonly level: 'ok' | 'warning' | 'error'
  /** One line for people: what is, and where it is not good what to do. */
  readonly text: string
}

export const ok = (about: string, text: string): Finding => ({ about, level: 'ok', text })
export const warning = (about: string, text: string): Finding => ({ about, level: 'warning', text })
export const failure = (about: string, text: string): Finding => ({ about, level: 'error', text })
