/** What a run of a contract does, line by line. At the end of its script it ends well. */
export type ScriptLine =
  /** Gives metrics: intermediate ones with a step. */
  | { readonly say: { readonly step?: number; readonly m: number } }
  /** Waits until something is released. */
  | { readonly wait: string }
  /** Ends badly, with this exit code. */
  | { readonly fail: number }

/** A script as text, a line each: `say {"m":1}`, `wait go`, `fail 3`. */
export function script(lines: readonly ScriptLine[]): string {
  return lines.map(textOf).join('\n')
}

function textOf(line: ScriptLine): string {
  if ('say' in line) return `say ${JSON.stringify(line.say)}`
  return 'wait' in line ? `wait ${line.wait}` : `fail ${line.fail}`
}
