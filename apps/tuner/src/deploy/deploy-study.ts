import { pipelineYaml } from '@tune/kfp'
import { linkTo, openKfp } from '../objective/pipeline/open-kfp.ts'
import { prepare } from './prepare.ts'
import { namesOf } from './tuner-pipeline.ts'
import { referenceTo, upload } from './upload.ts'

/** A tuner on its way: what to run, where, and what differs from the file. */
export interface DeployOptions {
  readonly trials?: number
  readonly parallel?: number
}

/** A tuner that was started. */
export interface Deployed {
  readonly study: string
  readonly pipeline: string
  readonly version: string
  /** Whether the server had this version before. */
  readonly isKnown: boolean
  readonly run: string
  /** Where people see it, where the file says where the user interface is. */
  readonly url?: string
}

/** The pipeline of a study's tuner, as YAML. @param serverVersion default: the newest. @throws ConfigError */
export async function deploymentYaml(path: string, serverVersion?: string): Promise<string> {
  const { compile } = await prepare(path)
  return pipelineYaml(compile(serverVersion))
}

/**
 * Uploads the pipeline of a study's tuner, unless the server has this very version, and starts it.
 *
 * @throws ConfigError; TuneError as `KfpClient` does
 */
export async function deployStudy(path: string, options: DeployOptions): Promise<Deployed> {
  const prepared = await prepare(path)
  const { config } = prepared
  const server = await openKfp(config.kfp)
  const uploaded = await upload(prepared, server)
  const { pipeline, version, isKnown } = uploaded
  const { experimentId } = await server.runnerOptions()
  const { serviceAccount, ui } = config.kfp
  const { run_id } = await server.client.runs.create({
    display_name: namesOf(config).name,
    description: `tunes the study ${config.study}`,
    experiment_id: experimentId,
    pipeline_version_reference: referenceTo(uploaded),
    runtime_config: { parameters: { ...options } },
    ...(serviceAccount !== undefined && { service_account: serviceAccount }),
  })
  return {
    study: config.study,
    pipeline: pipeline.display_name,
    version: version.display_name,
    isKnown,
    run: run_id,
    ...(ui !== undefined && { url: linkTo(ui, run_id) }),
  }
}
