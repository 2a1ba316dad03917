import type { ExecutorInput, JsonValue } from '@tune/kfp/api'
import type { Io } from './io.ts'

/** Text with the values of the inputs that it names: `{{$.inputs.parameters['x']}}`. */
export function fillText(text: string, { parameters }: Io): string {
  return text.replaceAll(/\{\{\$\.inputs\.parameters\[(?:'|")([^'"]+)(?:'|")\]\}\}/g, (_, name: string) =>
    asText(parameters[name]),
  )
}

/** The command line of a container, with what its placeholders stand for. An argument may fall away, or become several. */
export function fillArguments(templates: readonly string[], input: ExecutorInput): readonly string[] {
  return templates.flatMap((template) => fill(structure(template), input))
}

/** A part of a command line that depends on an input, or is put together. */
type Structure =
  | string
  | { readonly Concat: readonly Structure[] }
  | {
      readonly IfPresent: {
        readonly InputName: string
        readonly Then: Structure | readonly Structure[]
        readonly Else?: Structure | readonly Structure[]
      }
    }

function structure(template: string): Structure {
  if (!/^\{"(?:Concat|IfPresent)":/.test(template)) return template
  return JSON.parse(template) as Structure
}

function fill(part: Structure, input: ExecutorInput): string[] {
  if (typeof part === 'string') return [fillString(part, input)]
  if ('Concat' in part) return [part.Concat.flatMap((each) => fill(each, input)).join('')]
  const { InputName, Then, Else = [] } = part.IfPresent
  const isPresent =
    input.inputs?.parameterValues?.[InputName] !== undefined ||
    input.inputs?.artifacts?.[InputName] !== undefined
  return [isPresent ? Then : Else].flat().flatMap((each) => fill(each, input))
}

function fillString(template: string, input: ExecutorInput): string {
  return template.replaceAll(/\{\{\$(?:\.([^}]*))?\}\}/g, (whole, path: string | undefined) =>
    path === undefined ? JSON.stringify(input) : (placeholder(path, input) ?? whole),
  )
}

const PATH =
  /^(inputs|outputs)\.(parameters|artifacts)\[['"]([^'"]+)['"]\](?:\.(\w+))?(?:\[['"]([^'"]+)['"]\])?$/

function placeholder(path: string, { inputs = {}, outputs = {} }: ExecutorInput): string | undefined {
  const [, side, kind, name = '', property, key] = PATH.exec(path) ?? []
  if (kind === 'parameters')
    return side === 'inputs' ? asText(inputs.parameterValues?.[name]) : outputs.parameters?.[name]?.outputFile
  if (kind !== 'artifacts') return undefined
  const artifact = (side === 'inputs' ? inputs : outputs).artifacts?.[name]?.artifacts?.[0]
  if (artifact === undefined) return ''
  if (property === 'metadata') return asText(artifact.metadata?.[key ?? ''])
  return property === 'name' ? artifact.name : artifact.uri
}

/** As the launcher writes a value: text as it is, all else as JSON; nothing where there is none. */
function asText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
