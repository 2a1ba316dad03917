import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { install } from './install.ts'
import type { PackedPackage } from './packed-package.ts'
import { run } from './run.ts'

/** Uses the core as its users do: with types, and with a sampler in a worker thread. */
const usesCore = `import { createStudy, float, type Direction } from '@tune/core'
// @ts-expect-error Were the types not found, this would be no error.
export const wrong: Direction = 'sideways'
await using study = await createStudy({ space: { x: float(-1, 1) } })
await study.optimize(({ params }) => params.x ** 2, { trials: 12 })
await study.bestTrial()
`

/** Holds a sampler of its own against the contract, as somebody who writes one does. */
const usesContracts = `import { randomSampler } from '@tune/core'
import { samplerContract } from '@tune/core/testing'
samplerContract(() => randomSampler())
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
  install(packed, folder)

  const specifiers = packed.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {})
      // The conformance suites load only inside of vitest.
      .filter((subpath) => subpath !== './testing')
      .map((subpath) => manifest.name + subpath.slice(1)),
  )
  writeFileSync(join(folder, 'imports.js'), specifiers.map((s) => `import '${s}'\n`).join(''))
  run(process.execPath, ['imports.js'], folder)

  writeFileSync(join(folder, 'uses-core.ts'), usesCore)
  const configuration = {
    compilerOptions: { ...compilerOptions, noEmit: true, typeRoots: [join(root, 'node_modules/@types')] },
    files: ['uses-core.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration))
  run(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], folder)
  run(process.execPath, ['uses-core.ts'], folder)

  for (const command of packed.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {})))
    run(join(folder, 'node_modules/.bin', command), ['--version'], folder)

  // What the conformance suites need besides, nobody else has to install.
  const tests = join(folder, 'contracts')
  install(packed, tests, testing(packed))
  writeFileSync(join(tests, 'contracts.spec.ts'), usesContracts)
  run(join(tests, 'node_modules/.bin/vitest'), ['run', '--root', tests], tests)
}

/** What the conformance suites ask their users to bring. */
function testing(packed: readonly PackedPackage[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...packed.map(({ manifest }) => manifest.peerDependencies ?? {})) as Record<
    string,
    string
  >
}
