import { type DeployOptions, deploymentYaml, deployStudy } from '../deploy/deploy-study.ts'
import { bold, dim, say, write } from '../text/output.ts'

export interface DeployCommandOptions extends DeployOptions {
  readonly dryRun: boolean
  readonly json: boolean
  readonly serverVersion?: string
}

/** Starts the tuner of a study as a pipeline, or prints what would be started. */
export async function deploy(file: string, options: DeployCommandOptions): Promise<void> {
  const { dryRun, json, serverVersion, ...inputs } = options
  if (dryRun) return write(await deploymentYaml(file, serverVersion))
  const deployed = await deployStudy(file, inputs)
  if (json) return say(JSON.stringify(deployed))
  const { pipeline, version, isKnown, run, url } = deployed
  say(`${bold(pipeline)} ${dim(`version ${version} ${isKnown ? 'is there already' : 'uploaded'}`)}`)
  say(`run ${run} started${url === undefined ? '' : `: ${url}`}`)
}
