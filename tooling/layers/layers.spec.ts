import { spawnSync } from 'node:child_process'
import { cp, glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const packages = ['packages/*', 'apps/*', 'tooling', 'test']
const configuration = ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'turbo.json']

/** The workspace with its configuration and nothing else. */
let workspace: string

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'tune-layers-'))
  for (const file of configuration) await cp(join(root, file), join(workspace, file))
  for await (const file of glob(
    packages.map((p) => `${p}/{package,turbo}.json`),
    { cwd: root },
  ))
    await cp(join(root, file), join(workspace, file))
})

afterEach(() => rm(workspace, { recursive: true, force: true }))

async function plant(path: string, code: string): Promise<void> {
  await mkdir(dirname(join(workspace, path)), { recursive: true })
  await writeFile(join(workspace, path), `${code}\n`)
}

async function declare(folder: string, dependency: string): Promise<void> {
  const path = join(workspace, folder, 'package.json')
  const manifest = JSON.parse(await readFile(path, 'utf8'))
  manifest.dependencies = { ...manifest.dependencies, [dependency]: 'workspace:*' }
  await writeFile(path, JSON.stringify(manifest))
}

/** What `turbo boundaries` says, and whether it is content. */
function boundaries(): { content: boolean; output: string } {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' }
  const options = { cwd: workspace, env, encoding: 'utf8' } as const
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/turbo'), ['boundaries'], options)
  return { content: status === 0, output: stdout + stderr }
}

describe('the layer check', () => {
  it('is content with the arrows as they are', async () => {
    await plant('packages/storage/src/index.ts', "export * from '@tune/core'")
    await plant(
      'apps/tuner/src/main.ts',
      "import '@tune/storage'\nimport '@tune/core'\nimport '@tune/sim-local'",
    )
    expect(boundaries()).toMatchObject({
      content: true,
      output: expect.stringContaining('no issues found'),
    })
  })

  it.each([
    ['packages/core', '@tune/storage'],
    ['packages/storage', '@tune/sim-local'],
    ['packages/sim-local', '@tune/storage'],
    ['packages/kfp', '@tune/storage'],
    ['packages/storage', '@tune/kfp'],
    ['packages/storage', '@tune/tuner'],
    ['packages/core', '@tune/test'],
    ['apps/tuner', '@tune/test'],
    ['tooling', '@tune/core'],
  ])('forbids %s to know %s, declared or not', async (folder, dependency) => {
    await plant(`${folder}/src/planted.ts`, `export * from '${dependency}'`)
    expect(boundaries()).toMatchObject({
      content: false,
      output: expect.stringContaining(`cannot import package \`${dependency}\``),
    })
    await declare(folder, dependency)
    expect(boundaries()).toMatchObject({ content: false, output: expect.stringContaining(dependency) })
  })

  it('finds a dependency that is not declared, in tests as well', async () => {
    await plant('packages/storage/test/planted.spec.ts', "import 'piscina'")
    expect(boundaries()).toMatchObject({ content: false, output: expect.stringContaining('`piscina`') })
  })

  it('finds a path that leaves its package', async () => {
    await plant('packages/storage/src/planted.ts', "export * from '../../core/src/index.ts'")
    expect(boundaries()).toMatchObject({
      content: false,
      output: expect.stringContaining('leaves the package'),
    })
  })

  it('knows every package by a tag that has rules', async () => {
    const rules = Object.keys(await json('turbo.json').then((c) => c.boundaries.tags))
    for await (const manifest of glob(
      packages.map((p) => `${p}/package.json`),
      { cwd: root },
    )) {
      const { tags } = await json(join(dirname(manifest), 'turbo.json'))
      expect(rules, manifest).toEqual(expect.arrayContaining(tags))
      expect(tags, manifest).not.toHaveLength(0)
    }
  })
})

/** A JSON file of the project, whole-line comments allowed. */
async function json(path: string) {
  return JSON.parse((await readFile(join(root, path), 'utf8')).replaceAll(/^\s*\/\/.*$/gm, ''))
}
