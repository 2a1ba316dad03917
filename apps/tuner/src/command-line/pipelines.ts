import { type Command, Option } from 'commander'
import type { DeployCommandOptions } from '../commands/deploy.ts'
import type { DoctorOptions } from '../commands/doctor.ts'
import type { InitOptions } from '../commands/init.ts'
import type { KfpLocalOptions } from '../commands/kfp-local.ts'
import { SCHEDULE_ACTIONS, type ScheduleAction } from '../commands/schedule-actions.ts'
import type { DoctorFiles } from '../deployed/doctor-deployed.ts'
import type { TaskFiles } from '../deployed/outputs.ts'
import { EXIT } from '../exit-code.ts'
import { serveHealth } from '../health/health-server.ts'
import { telemetry } from '../telemetry/telemetry.ts'
import { logAsJson } from '../text/output.ts'
import {
  atLeastOne,
  configured,
  healthPortOption,
  type LogFormat,
  logOption,
  parallelOption,
  port,
  severally,
  trialsOption,
} from './options.ts'

/** The commands of a tuner that runs as a pipeline itself. */
export function addDeploying(cli: Command): void {
  cli
    .command('deploy')
    .description("start the tuner itself as a pipeline, from a study's file")
    .argument('<file>', "the study's YAML file")
    .addOption(trialsOption())
    .addOption(parallelOption())
    .option('--dry-run', 'print the pipeline instead', false)
    .option('--server-version <version>', 'with --dry-run, for which server; default: the newest')
    .option('--json', 'say what was started as JSON', false)
    .action(async (file: string, options: DeployCommandOptions) => {
      const { deploy } = await import('../commands/deploy.ts')
      await deploy(file, options)
    })
  cli
    .command('doctor')
    .description("look at all that a study's file needs, here and in the tuner's pod, and say what to do")
    .argument('<file>', "the study's YAML file")
    .option('--no-run', 'start nothing on the server; leaves out images, and what only the cluster knows')
    .option('--json', 'say what was found as JSON', false)
    .action(async (file: string, options: DoctorOptions) => {
      const { doctor } = await import('../commands/doctor.ts')
      if (!(await doctor(file, options))) process.exitCode = EXIT.error
    })
  const schedule = cli.command('schedule').description('start the tuner as a pipeline again and again')
  for (const [action, description] of Object.entries(SCHEDULE_ACTIONS))
    schedule
      .command(action)
      .description(description)
      .argument('<file>', "the study's YAML file, with a schedule")
      .option('--json', 'say what came of it as JSON', false)
      .action(async (file: string, options: { readonly json: boolean }) => {
        const { schedule: perform } = await import('../commands/schedule.ts')
        await perform(action as ScheduleAction, file, options)
      })
  addDeployed(cli)
}

interface DeployedOptions extends TaskFiles {
  readonly log: LogFormat
  readonly healthPort?: number
}

/** What the tasks of a deployed tuner run. */
function addDeployed(cli: Command): void {
  const deployed = cli.command('deployed', { hidden: true }).description('what tuner deploy starts')
  const command = (name: string, description: string) =>
    deployed
      .command(name)
      .description(description)
      .argument('<input>', 'the input of the task, as JSON')
      .requiredOption('--file <name>', "the name of the study's file")
      .requiredOption('--report <file>', 'where the report goes')
      .requiredOption('--result <file>', 'where the result goes')
      .addOption(logOption())
      .addOption(healthPortOption())
  command('tune', 'tune')
    .requiredOption('--best <file>', 'where the best parameters go')
    .action(async (input: string, { log, healthPort, ...files }: DeployedOptions) => {
      if (log === 'json') await logAsJson()
      await using _telemetry = await telemetry()
      await using health = await serveHealth(healthPort)
      const { runDeployed } = await import('../deployed/run-deployed.ts')
      process.exitCode = await runDeployed(input, files, (study) => health.begin(study))
    })
  deployed
    .command('doctor')
    .description('look at what a tuner needs in its pod')
    .argument('<input>', 'the input of the task, as JSON')
    .requiredOption('--file <name>', "the name of the study's file")
    .requiredOption('--findings <file>', 'where what was found goes')
    .action(async (input: string, files: DoctorFiles) => {
      const { doctorDeployed } = await import('../deployed/doctor-deployed.ts')
      await doctorDeployed(input, files)
    })
  command('tell', 'tell how it ended').action(async (input: string, { log, ...files }: DeployedOptions) => {
    if (log === 'json') await logAsJson()
    const { tellDeployed } = await import('../deployed/tell-deployed.ts')
    await tellDeployed(input, files)
  })
}

/** The commands about Kubeflow Pipelines. */
export function addPipelines(cli: Command): void {
  cli
    .command('init')
    .description("write a study's file for a pipeline, with comments on what to choose")
    .option('--pipeline <file>', 'a compiled pipeline')
    .option('--pipeline-name <name>', 'a pipeline that the server has')
    .option(
      '--endpoint <where>',
      'the server: a URL, in-cluster or kubeconfig; default: http://127.0.0.1:8888',
    )
    .option('--output <file>', 'the file to write', 'study.yaml')
    .action(async (options: InitOptions) => {
      // Loaded only here, since the client is large.
      const { init } = await import('../commands/init.ts')
      await init(options)
    })
  cli
    .command('kfp-local')
    .description('serve Kubeflow Pipelines on this machine: the same API, tasks as local processes')
    .addOption(new Option('--port <port>', 'where').argParser(port).default(8888))
    .addOption(
      new Option('--metadata-port <port>', 'where ML Metadata is, which keeps outputs')
        .argParser(port)
        .default(9090),
    )
    .option('--folder <folder>', 'where it keeps its state', '.kfp-local')
    .addOption(new Option('--parallel <n>', 'how many tasks run at a time').argParser(atLeastOne))
    .option('--image <name=command>', 'what stands for an image; may be given again', severally, [])
    .option(
      '--secret <name=file>',
      'a secret of the cluster, from a file of lines KEY=value; may be given again',
      severally,
      [],
    )
    .option(
      '--config-map <name=file>',
      'a config map of the cluster, from such a file; may be given again',
      severally,
      [],
    )
    .action(async (options: KfpLocalOptions) => {
      // Loaded only here, since it is large.
      const { serveKfpLocal } = await import('../commands/kfp-local.ts')
      await serveKfpLocal(options)
    })
  cli
    .command('pipeline')
    .description('look at the pipeline that evaluates a trial')
    .command('print')
    .description('print it as YAML')
    .argument('<file>', "the study's YAML file")
    .option('--server-version <version>', 'for which server, as in 2.14.0; default: the newest')
    .action(async (file: string, { serverVersion }: { readonly serverVersion?: string }) => {
      const { printPipeline } = await import('../commands/pipeline.ts')
      printPipeline(await configured(file, {}), serverVersion)
    })
}
