import { globSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { run } from './run.ts'

/** The part of a package.json that is looked at. */
interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, unknown>>
  readonly bin?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A package in the form in which it would be published. */
export interface PackedPackage {
  readonly tarball: string
  /** As packed: `publishConfig` has taken effect. */
  readonly manifest: Manifest
}

/** The folders of all packages of the workspace that are meant for publishing. */
export function publishableFolders(root: string): readonly string[] {
  return globSync(['packages/*/package.json', 'apps/*/package.json'], { cwd: root })
    .filter((path) => readManifest(join(root, path)).private !== true)
    .map((path) => join(root, dirname(path)))
    .sort()
}

/** Packs one package into a folder of its own below `destination`. */
export function pack(folder: string, destination: string): PackedPackage {
  const target = join(destination, readManifest(join(folder, 'package.json')).name.replace(/\W/g, '-'))
  mkdirSync(target, { recursive: true })
  run('pnpm', ['pack', '--pack-destination', target], folder)
  const [tarball] = globSync('*.tgz', { cwd: target }).map((name) => join(target, name))
  if (tarball === undefined) throw new Error(`pnpm pack left no tarball of ${folder} in ${target}`)
  run('tar', ['-xzf', tarball], target)
  return { tarball, manifest: readManifest(join(target, 'package/package.json')) }
}

/** What publint holds against a packed package, a line each. */
export async function problems({ tarball, manifest }: PackedPackage): Promise<readonly string[]> {
  const { buffer } = new Uint8Array(readFileSync(tarball))
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true, level: 'warning' })
  return messages.map((message) => `${manifest.name}: ${formatMessage(message, pkg, { color: false })}`)
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'))
}
