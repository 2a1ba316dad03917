import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PackedPackage } from './packed-package.ts'
import { run } from './run.ts'

/** Uses the core as its users do: with types, and with a sampler in a worker thread. */
const usesCore = `import { createStudy, float, type Direction } from '@tune/core'
// @ts-expect-error Were the types not found, this would be no error.
export const wrong: Direction = 'sideways'
await using study = await createStudy({ space: { x: float(-1, 1) } })
await study.optimize(({ params }) => params.x ** 2, { trials: 12 })
await study.bestTrial()
`

const compilerOptions = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
}

/**
 * Installs packed packages in an empty project, as a user would, and uses them there. Whatever only works inside the
 * workspace fails here: a file that is not packed, a dependency not declared, TypeScript in `node_modules`.
 */
export function consume(packed: readonly PackedPackage[], folder: string, root: string): void {
  mkdirSync(folder)
  const tarballs = Object.fromEntries(
    packed.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]),
  )
  write(folder, 'package.json', { private: true, type: 'module', dependencies: tarballs })
  // The packages ask for each other by version: they must get the tarballs too, not what a registry has.
  write(folder, 'pnpm-workspace.yaml', { packages: [], overrides: tarballs, autoInstallPeers: false })
  run('pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile'], folder)

  const specifiers = packed.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {})
      // The conformance suites load only inside of vitest.
      .filter((subpath) => subpath !== './testing')
      .map((subpath) => manifest.name + subpath.slice(1)),
  )
  writeFileSync(join(folder, 'imports.js'), specifiers.map((s) => `import '${s}'\n`).join(''))
  run(process.execPath, ['imports.js'], folder)

  writeFileSync(join(folder, 'uses-core.ts'), usesCore)
  write(folder, 'tsconfig.json', {
    compilerOptions: { ...compilerOptions, noEmit: true, typeRoots: [join(root, 'node_modules/@types')] },
    files: ['uses-core.ts'],
  })
  run(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], folder)
  run(process.execPath, ['uses-core.ts'], folder)

  for (const command of packed.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {})))
    run(join(folder, 'node_modules/.bin', command), ['--version'], folder)
}

function write(folder: string, name: string, content: object): void {
  writeFileSync(join(folder, name), JSON.stringify(content))
}
