import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type CompiledPipeline, compilePipeline, type Pipeline } from '@tune/kfp'
import { parseDocument } from 'yaml'
import { variablesIn } from '../config/environment.ts'
import { parseConfig, unreadable } from '../config/read-config.ts'
import type { StudyConfig } from '../config/study-config.ts'
import { setInstances } from '../schedule/rolling-instances.ts'
import { carriedFiles } from './carried-files.ts'
import type { DeployConfig } from './deploy-config.ts'
import { podEnvironment, podFile, unknown } from './pod-file.ts'
import { doctorPipeline, tunerPipeline } from './tuner-pipeline.ts'

/** A study's file with the pipeline of its tuner. */
export interface Prepared {
  /** As this machine reads it. */
  readonly config: StudyConfig
  readonly compile: (serverVersion: string | undefined) => CompiledPipeline
  /** A pipeline that looks whether the tuner's pods have what they need. */
  readonly doctor: Pipeline
}

/**
 * Reads a study's file and makes the pipeline of its tuner.
 *
 * @param isScheduled whether its schedule starts it. Default: a person does.
 * @throws ConfigError
 */
export async function prepare(path: string, isScheduled = false): Promise<Prepared> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error)
  })
  const { deploy } = parseConfig(text, path, { ...unknown(variablesIn(text)), ...process.env })
  const sent = podFile(text, path, deploy)
  if (isScheduled && sent.config.schedule?.instances !== undefined) checkRolling(sent.text, path, deploy)
  // What only the cluster knows is not needed here.
  const config = parseConfig(text, path, { ...podEnvironment(deploy), ...process.env })
  const file = basename(path)
  const files = await carriedFiles(sent.config, file, sent.text)
  const pipeline = tunerPipeline(sent.config, { file, files, isScheduled })
  return {
    config,
    compile: (serverVersion) => compilePipeline(pipeline, { serverVersion }),
    doctor: doctorPipeline(sent.config, { file, files }),
  }
}

/** Whether the file can have instances at all. @throws ConfigError */
function checkRolling(text: string, path: string, deploy: DeployConfig): void {
  const document = parseDocument(text, { merge: true })
  setInstances(document, ['2026-01-01'])
  parseConfig(document.toString(), path, podEnvironment(deploy))
}
