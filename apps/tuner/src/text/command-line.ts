import { shellQuoted } from '@tune/process'
import { redactStorageUrl } from '@tune/storage'

/** The scripts of this repository that call the command line. */
const SCRIPTS = ['demo', 'tuner']

/**
 * The command as the user types it again, without the password of a URL.
 *
 * @param script the package script that called it, if any: its name is the first word then.
 */
export function commandLine(args: readonly string[], script: string | undefined): string {
  const shown = args.map((arg) => shellQuoted(redacted(arg)))
  if (script === undefined || !SCRIPTS.includes(script)) return ['tuner', ...shown].join(' ')
  return ['npx pnpm@12', ...(script === 'demo' ? [] : [script]), ...shown].join(' ')
}

/** Also of `--storage=mysql://user:password@host/database`. */
function redacted(arg: string): string {
  const [, option = '', value = arg] = /^(--[\w-]+=)(.*)$/s.exec(arg) ?? []
  return option + redactStorageUrl(value)
}
