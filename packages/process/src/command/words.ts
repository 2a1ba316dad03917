import { nearestName, type ParamValue, type RunRequest, TuneError } from '@tune/core'

/** What a command line can name besides parameters; no parameter is called so. */
export const OWN_WORDS = ['instance', 'study', 'trial', 'slot', 'dir']
/** `{rate}`; doubled braces stand for themselves; `${RATE}` is the shell's. */
const PLACEHOLDER = /\{\{|\}\}|(?<!\$)\{([^{}]+)\}/g
/** What looks like the name of a parameter; braces around anything else stay as they are. */
const NAME = /^[\w./-]+$/

/** Values by the names that a command line can have in braces. */
export type Words = Readonly<Record<string, string>>

/** The words of a run: its parameters by name, and what else there is to be known of it. */
export function wordsOf({ params, instances, study, number, slot }: RunRequest, dir: string): Words {
  const [instance] = instances ?? []
  return {
    ...(instance !== undefined && { instance }),
    study,
    trial: String(number),
    slot: String(slot),
    dir,
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, textOf(value)])),
  }
}

/** A value as a command line has it: text as it is, and anything else as JSON writes it. */
export function textOf(value: ParamValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/**
 * Checks that every placeholder of a command line has something to stand for.
 *
 * @param names the parameters.
 * @throws TuneError INVALID_ARGUMENT: one has not
 */
export function assertPlaceholders(command: string, names: readonly string[], hasInstances: boolean): void {
  const known = [...names, ...OWN_WORDS.filter((word) => word !== 'instance' || hasInstances)]
  for (const [whole, name] of command.matchAll(PLACEHOLDER)) {
    if (name === undefined || known.includes(name) || !NAME.test(name)) continue
    throw new TuneError(
      'INVALID_ARGUMENT',
      `${whole} stands for nothing: there is no parameter '${name}'; ${nearestName(name, known)} (for braces write {{${name}}})`,
      { name },
    )
  }
}

/** A text with its placeholders filled in. @param quoted how a value is written there. Default: as it is. */
export function filled(
  text: string,
  words: Words,
  quoted: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string | undefined) => {
    if (name === undefined) return whole[0] as string
    return Object.hasOwn(words, name) ? quoted(words[name] as string) : whole
  })
}

/** A value as a POSIX shell reads it as one word; a plain one stays as it is. */
export function shellQuoted(value: string): string {
  return /^[\w.+:/@%=,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}
