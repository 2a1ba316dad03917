import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, relative, resolve } from 'node:path'
import { ConfigError } from '../../config/config-error.ts'
import type { StudyConfig } from '../../config/study-config.ts'

/** Programs whose first argument, if it is no option, is a file. */
const INTERPRETERS = /(^|\/)(python[\d.]*|node|deno|bun|Rscript|julia|perl|ruby|bash|sh)$/

/**
 * Looks whether the program, its script and its folder are there.
 *
 * @param cwd where it runs.
 * @throws ConfigError: one of them is not
 */
export function checkCommand({ command = [] }: StudyConfig['objective'], cwd: string): void {
  const shown = relative('.', cwd) || '.'
  if (!existsSync(cwd) || !statSync(cwd).isDirectory())
    throw new ConfigError(`objective.cwd: there is no folder '${shown}'`)
  if (typeof command === 'string') return
  const [program = '', script = ''] = command
  if (!program.includes('{') && !isProgram(program, cwd))
    throw new ConfigError(
      program.includes('/')
        ? `objective.command: '${program}' is no program that can be executed`
        : `objective.command: there is no program '${program}' in PATH`,
    )
  const isFile = INTERPRETERS.test(program) && /^[^-{][^{]*\.\w+$/.test(script)
  if (isFile && !existsSync(resolve(cwd, script)))
    throw new ConfigError(
      `objective.command: there is no file '${script}'${shown === '.' ? '' : ` in ${shown}`}`,
    )
}

/** Whether there is such a program. @param cwd where it runs */
export function isProgram(program: string, cwd: string): boolean {
  if (isAbsolute(program) || program.includes('/')) return isExecutable(resolve(cwd, program))
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, program)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
