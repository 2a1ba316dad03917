import { TuneError } from '@tune/core'

/** @throws TuneError INVALID_ARGUMENT a name that is not one of small letters, digits and hyphens */
export function checkName(kind: string, name: string): void {
  if (/^[a-z0-9][-a-z0-9]{0,127}$/.test(name)) return
  throw new TuneError(
    'INVALID_ARGUMENT',
    `${kind} name '${name}': it must begin with a small letter or a digit, and hold only these and hyphens, at most 128`,
    { kind, name },
  )
}

/** @throws TuneError INVALID_ARGUMENT a key that a placeholder could not name */
export function checkKey(owner: string, key: string): void {
  if (/^[A-Za-z_][\w-]*$/.test(key)) return
  throw new TuneError(
    'INVALID_ARGUMENT',
    `${owner}: '${key}' cannot name an input or output; use letters, digits, _ and -, and begin with a letter`,
    { owner, key },
  )
}
