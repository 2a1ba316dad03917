import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseConfig } from '../src/config/read-config.ts'
import { studyConfigSchema } from '../src/config/study-config.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const schema = JSON.parse(JSON.stringify(studyConfigSchema())) as object
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)

const files = globSync('apps/tuner/examples/**/*.yaml', { cwd: root }).map(
  (path) => [path, readFileSync(`${root}${path}`, 'utf8')] as const,
)
/** Studies in the README. */
const shown = [...readFileSync(`${root}README.md`, 'utf8').matchAll(/```yaml\n(study: [\s\S]+?)```/g)].map(
  ([, text = ''], i) => [`README.md, ${i}`, text] as const,
)

/** What examples take from it. */
const environment = { MYSQL_PASSWORD: 'secret', SLACK_WEBHOOK: 'https://hooks.slack.com/services/T/B/x' }

describe('the JSON Schema of a file', () => {
  it('for editors is that of the program: `tuner schema > schema/study.schema.json`', () => {
    const file = new URL('../schema/study.schema.json', import.meta.url)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema)
  })

  it('is there to be tried on examples', () => {
    expect([files.length, shown.length]).toEqual([6, 2])
  })

  it.each([...files, ...shown])('takes %s, and so does the program', (path, text) => {
    expect([validate(parse(text)), validate.errors]).toEqual([true, null])
    expect(() => parseConfig(text, path, environment)).not.toThrow()
  })

  it.each([
    'study: s\nobjective: { comand: [true] }',
    'study: s\nsampler: { name: tpee }\nobjective: { command: [true] }',
    'study: s\npruner: { name: wilcoxon, p: 1 }\nobjective: { command: [true] }',
    'study: s\ntrials: 0\nobjective: { command: [true] }',
    'objective: { command: [true] }',
  ])('refuses a file that is wrong: %j', (text) => {
    expect(validate(parse(text))).toBe(false)
  })

  it('describes every key', () => {
    expect(undescribed(schema)).toEqual([])
  })
})

/** The keys that have no description, with where they are. */
function undescribed(part: unknown, path = ''): readonly string[] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
    if (key !== 'properties') return undescribed(value, `${path}/${key}`)
    const properties = Object.entries(
      value as Readonly<Record<string, { description?: string; const?: unknown }>>,
    )
    return properties.flatMap(([name, property]) => [
      // A name that is given says what the rest is about.
      ...(property.description === undefined && property.const === undefined ? [`${path}/${name}`] : []),
      ...undescribed(property, `${path}/${name}`),
    ])
  })
}
