const ESCAPE = '\u001b'

/**
 * Text that a terminal can be given: what names and values of a database hold must not move its cursor, retitle its
 * window, or worse. Styles and line breaks stay.
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}\[[\d;]*m|[\p{Cc}--[\n\t]]/gv, (control) =>
    control.startsWith(ESCAPE) && control.endsWith('m') ? control : '\ufffd',
  )
}
