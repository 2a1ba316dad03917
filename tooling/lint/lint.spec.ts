import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planted } from './planted.ts'

const root = resolve(import.meta.dirname, '../..')

/** A workspace that holds nothing but the planted files, linted once with the project's own configuration. */
let workspace: string
const found = new Map<string, Set<string>>()

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'tune-lint-'))
  await symlink(join(root, 'tooling'), join(workspace, 'tooling'))
  await symlink(join(root, 'node_modules'), join(workspace, 'node_modules'))
  await writeFile(join(workspace, '.oxlintrc.json'), await readFile(join(root, '.oxlintrc.json')))
  await writeFile(join(workspace, 'tsconfig.json'), '{ "extends": "./tooling/typescript/base.json" }')
  for (const { path, code } of planted) {
    await mkdir(dirname(join(workspace, path)), { recursive: true })
    await writeFile(join(workspace, path), `${code}\n`)
  }
  for (const { filename, code } of oxlint()) {
    const rules = found.get(filename) ?? new Set()
    found.set(filename, rules.add(/\((.*)\)/.exec(code)?.[1] ?? code))
  }
})

afterAll(() => rm(workspace, { recursive: true, force: true }))

/** Runs oxlint in the workspace and takes its findings. */
function oxlint(): readonly { filename: string; code: string }[] {
  const options = { cwd: workspace, encoding: 'utf8', maxBuffer: 1 << 26 } as const
  const { stdout } = spawnSync(
    join(root, 'node_modules/.bin/oxlint'),
    ['--format=json', 'packages', 'apps'],
    options,
  )
  return JSON.parse(stdout).diagnostics
}

describe('the lint configuration', () => {
  it.each(planted)('finds $rule in $path', ({ path, rule }) => {
    expect([...(found.get(path) ?? [])]).toEqual(rule === undefined ? [] : [rule])
  })
})
