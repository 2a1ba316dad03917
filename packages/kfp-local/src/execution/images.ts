/** A container of an image, as this machine is to run it. */
export interface LocalCommand {
  /** The command line as the container would have it, placeholders filled in. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Takes what the container prints. */
  readonly log: (text: string) => void
}

/**
 * What stands for an image on this machine: the beginning of a command line, which takes the place of the container's
 * `command`, and to which its `args` are added; `[]`, where the container's own command is to be run as it is; of an
 * image with several programs, such a beginning for each first word of a `command`; or a function, which is called in
 * this process with the whole command line.
 */
export type LocalImage =
  | readonly string[]
  | Readonly<Record<string, readonly string[]>>
  | ((command: LocalCommand) => Promise<void>)

/** By the image's name; a `*` at the end stands for anything. */
export type LocalImages = Readonly<Record<string, LocalImage>>

/**
 * The command line that a container's `command` stands for.
 *
 * @throws Error the image has no such program
 */
export function programOf(
  image: Exclude<LocalImage, (command: LocalCommand) => Promise<void>>,
  command: readonly string[],
): readonly string[] {
  if (Array.isArray(image)) return image.length === 0 ? command : image
  const programs = image as Readonly<Record<string, readonly string[]>>
  const [first = '', ...rest] = command
  const program = programs[first]
  if (program !== undefined) return [...program, ...rest]
  throw new Error(`the image has no program '${first}'; it has: ${Object.keys(programs).join(', ')}`)
}

/** @throws Error no such image */
export function findImage(images: LocalImages, name: string): LocalImage {
  const exact = images[name]
  if (exact !== undefined) return exact
  const patterns = Object.keys(images).filter((key) => key.endsWith('*') && name.startsWith(key.slice(0, -1)))
  const [longest] = patterns.toSorted((a, b) => b.length - a.length)
  const found = longest === undefined ? undefined : images[longest]
  if (found !== undefined) return found
  const known = Object.keys(images).join(', ') || 'none'
  throw new Error(`ErrImagePull: this machine has nothing for the image '${name}'; it has: ${known}`)
}
