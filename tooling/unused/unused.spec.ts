import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** A core package of which some is used: through its index, or by being what a worker thread starts with. */
const sources = {
  'index.ts': "export { used } from './used.ts'",
  'used.ts': 'export const used = 1\nexport const unused = 2',
  'some-worker.ts': 'export default () => 1',
  'forgotten.ts': 'export const forgotten = 1',
}

it('finds an export, a file and a dependency that nobody uses, and nothing else', async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'tune-unused-'))
  try {
    for (const file of ['package.json', 'pnpm-workspace.yaml'])
      await cp(join(root, file), join(workspace, file))
    const folder = join(workspace, 'packages/core')
    await mkdir(join(folder, 'src'), { recursive: true })
    const manifest = { name: '@tune/core', exports: './src/index.ts', dependencies: { piscina: '5.3.2' } }
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
    for (const [name, code] of Object.entries(sources)) await writeFile(join(folder, 'src', name), code)

    const arguments_ = ['--workspace', 'packages/core', '--reporter', 'json', '--no-config-hints']
    const knip = spawnSync(join(root, 'node_modules/.bin/knip'), arguments_, {
      cwd: workspace,
      encoding: 'utf8',
    })

    expect(knip.status).toBe(1)
    expect(summary(JSON.parse(knip.stdout))).toEqual([
      'dependencies piscina in packages/core/package.json',
      'exports unused in packages/core/src/used.ts',
      'files packages/core/src/forgotten.ts in packages/core/src/forgotten.ts',
    ])
  } finally {
    await rm(workspace, { recursive: true, force: true })
  }
})

/** The findings of knip's JSON reporter, a line each. */
function summary({
  issues,
}: {
  issues: readonly ({ file: string } & Record<string, unknown>)[]
}): readonly string[] {
  return issues
    .flatMap((issue) =>
      Object.entries(issue).flatMap(([kind, found]) =>
        Array.isArray(found) ? found.map(({ name }) => `${kind} ${name} in ${issue.file}`) : [],
      ),
    )
    .sort()
}
