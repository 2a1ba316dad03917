import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PackedPackage, pack, publishableFolders } from './packed-package.ts'
import { run } from './run.ts'

/** Packs every package that is meant for publishing, as they were built last. @param destination a folder for the tarballs */
export function packAll(root: string, destination: string): readonly PackedPackage[] {
  return publishableFolders(root).map((folder) => pack(folder, destination))
}

/**
 * Makes an empty project and installs packed packages in it, as a user would.
 *
 * @param others further dependencies by name, with their versions. What these ask for in turn is installed too.
 */
export function install(
  packed: readonly PackedPackage[],
  folder: string,
  others: Readonly<Record<string, string>> = {},
): void {
  mkdirSync(folder, { recursive: true })
  const tarballs = Object.fromEntries(
    packed.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]),
  )
  const write = (name: string, content: object) =>
    writeFileSync(join(folder, name), JSON.stringify(content, null, 2))
  write('package.json', { private: true, type: 'module', dependencies: { ...tarballs, ...others } })
  // The packages ask for each other by version: they must get the tarballs too, not what a registry has.
  write('pnpm-workspace.yaml', {
    packages: [],
    overrides: tarballs,
    autoInstallPeers: Object.keys(others).length > 0,
    // Of later versions of Cloud SQL's connector; it only prints a warning about versions.
    allowBuilds: { protobufjs: false },
  })
  run('pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile'], folder)
}

/** Builds all packages. */
export function build(root: string): void {
  run('pnpm', ['--silent', 'build'], root)
}
