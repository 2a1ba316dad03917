import { examine } from '../doctor/examine.ts'
import type { Examined } from '../doctor/finding.ts'
import { dim, findingLine, green, say, yellow } from '../text/output.ts'

export interface DoctorOptions {
  readonly json: boolean
  /** Whether runs may be started on the server. */
  readonly run: boolean
}

/** Looks at all that a study's file needs, and says what to do. @returns whether a tuner can work */
export async function doctor(file: string, { json, run }: DoctorOptions): Promise<boolean> {
  const findings: Examined[] = []
  for await (const finding of examine(file, run)) {
    if (!json) sayFinding(finding, findings.at(-1)?.part)
    findings.push(finding)
  }
  if (json) say(JSON.stringify(findings))
  const count = (level: Examined['level']) => findings.filter((finding) => finding.level === level).length
  const [errors, warnings] = [count('error'), count('warning')]
  if (!json) say(`\n${verdict(errors, warnings)}`)
  return errors === 0
}

/** One finding, with the part of it where that is another one than before. */
export function sayFinding({ part, ...finding }: Examined, before: string | undefined): void {
  if (part !== before) say(dim(part))
  say(findingLine(finding))
}

function verdict(errors: number, warnings: number): string {
  const named = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
  if (errors > 0) return `${named(errors, 'error')}, ${named(warnings, 'warning')}: see what to do above.`
  if (warnings > 0) return yellow(`It can work; ${named(warnings, 'warning')}.`)
  return green('All is well.')
}
