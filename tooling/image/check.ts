import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BareRoot } from './bare-root.ts'
import { type Instruction, stagesOf } from './dockerfile.ts'

// Builds what the Dockerfile says, without a container engine: each command in a bare Debian, then the programs of the
// image as its user, on a root that cannot be written. Needs root on Debian with debootstrap.

const project = fileURLToPath(new URL('../../', import.meta.url))
const ignored =
  /(^|\/)(\.git|\.tune|\.turbo|node_modules|dist|[^/]*\.db|[^/]*\.tsbuildinfo|secrets\.env)(\/|$)/
const stages = new Map<string, BareRoot>()

function build(stage: readonly Instruction[]): BareRoot {
  const root = new BareRoot()
  for (const { name, rest } of stage) {
    console.log(`${name} ${rest}`)
    if (name === 'FROM') stages.set(/ AS (\w+)/.exec(rest)?.[1] ?? 'last', root)
    else if (name === 'WORKDIR') root.changeFolder(rest)
    else if (name === 'USER') root.changeUser(rest)
    else if (name === 'RUN') root.run(rest)
    else if (name === 'ENV') setAll(root, rest)
    else if (name === 'COPY') copy(root, rest)
    else console.log('  (left to a container engine)')
  }
  return root
}

function setAll(root: BareRoot, rest: string): void {
  for (const [, name = '', value = ''] of rest.matchAll(/(\w+)=(\S+)/g)) root.environment(name, value)
}

function copy(root: BareRoot, rest: string): void {
  const [, stage, from = '', to = ''] = /^(?:--from=(\w+) )?(\S+) (\S+)$/.exec(rest) ?? []
  if (stage === undefined) root.copyIn(project, '/src', (path) => !ignored.test(path.slice(project.length)))
  else root.copyIn(`${stages.get(stage)?.path}${from}`, to)
}

try {
  for (const stage of stagesOf(readFileSync(`${project}/Dockerfile`, 'utf8'))) build(stage)
  const image = stages.get('last') as BareRoot
  console.log(image.run('du -sh /app | cut -f1').trim(), 'in /app')
  image.makeReadOnly()
  for (const line of [
    'id -un',
    'touch /app/x 2>&1 && exit 1 || echo the root cannot be written',
    'tuner --version',
    'tuner health && echo well',
    'tune-sim --help | head -3',
    'tuner demo --trials 5 | tail -4',
  ])
    console.log(`$ ${line}\n${image.run(line).trimEnd()}`)
} finally {
  for (const root of stages.values()) root[Symbol.dispose]()
}
