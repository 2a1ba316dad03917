import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemClock } from '@tune/core'
import { sayFinding } from '../commands/doctor.ts'
import { examineHere } from '../doctor/examine.ts'
import { type Examined, firstLine } from '../doctor/finding.ts'
import { rollingInstances } from '../schedule/rolling-instances.ts'
import { type DeployedTask, deployedTask } from './deployed-task.ts'

/** What the command line of the task says besides its input. */
export interface DoctorFiles {
  /** The name of the study's file. */
  readonly file: string
  /** Where what was found goes, as JSON. */
  readonly findings: string
}

/** Looks, in a pod, at what the tuner needs there. @param input the input of the task as JSON. */
export async function doctorDeployed(input: string, { file, findings }: DoctorFiles): Promise<void> {
  const found: Examined[] = []
  for await (const finding of examinePod(input, file)) {
    sayFinding(finding, found.at(-1)?.part)
    found.push(finding)
  }
  await mkdir(dirname(findings), { recursive: true })
  await writeFile(findings, JSON.stringify(found))
}

async function* examinePod(input: string, file: string): AsyncGenerator<Examined> {
  let task: DeployedTask
  try {
    task = await todaysTask(input, file)
  } catch (error) {
    return yield { part: 'file', about: 'study', level: 'error', text: firstLine(error) }
  }
  yield { part: 'file', about: 'study', level: 'ok', text: task.config.study }
  const { config } = task
  yield* examineHere({ path: file, config, mayRun: true })
}

/** The task as it would be if its schedule started it now. */
async function todaysTask(input: string, file: string): Promise<DeployedTask> {
  const task = deployedTask(input, file)
  await task.layOut()
  const { schedule, folderOfFile } = task.config
  const now = systemClock.now()
  if (schedule === undefined) return task
  return deployedTask(input, file, now, await rollingInstances(schedule, now, folderOfFile))
}
