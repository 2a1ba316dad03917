import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Argument, Command, Option } from 'commander'
import {
  atLeastZero,
  configured,
  healthPortOption,
  type LogFormat,
  located,
  logOption,
  type Overrides,
  parallelOption,
  runnerOption,
  seedsOption,
  severally,
  storageOption,
  trialsOption,
} from './command-line/options.ts'
import { addDeploying, addPipelines } from './command-line/pipelines.ts'
import { BEST_FORMATS, type BestOptions, printBest } from './commands/best.ts'
import { type CompareOptions, compareStudy } from './commands/compare.ts'
import { exportStudy, FORMATS, type Format } from './commands/export.ts'
import { showLogs } from './commands/logs.ts'
import { planStudy, runStudy } from './commands/run.ts'
import { showStudy } from './commands/show.ts'
import { showCheck, upgradeStorage } from './commands/storage.ts'
import { listStudies } from './commands/studies.ts'
import { copyStudy, deleteStudy, studyObjective } from './commands/study.ts'
import { tryStudy } from './commands/try.ts'
import { defaultStorage } from './config/default-storage.ts'
import { studyConfigSchema } from './config/study-config.ts'
import { EXIT } from './exit-code.ts'
import { isWell } from './health/ask-health.ts'
import { serveHealth } from './health/health-server.ts'
import { fixedOf } from './objective/shared/fixed.ts'
import { telemetry } from './telemetry/telemetry.ts'
import { logAsJson, say } from './text/output.ts'

interface RunOptions extends Overrides {
  readonly dryRun: boolean
  readonly log: LogFormat
  readonly healthPort?: number
}

/** Four of the weeks that neither tuning nor its confirmation has seen. */
const HELD_OUT = '49-76'
const DEFAULT_FOLDER = '.tune'
const demoFile = fileURLToPath(new URL('../examples/demo.yaml', import.meta.url))

/** What is wrong with a command line, as everything else that is wrong is told. */
function oneLine(text: string): string {
  return `tuner: ${text
    .trim()
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')}`
}

/** The command line. @param again how the user called it, to be told how to go on. */
export function createCli(again: string): Command {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const cli = new Command('tuner')
    .description('Tunes the hyperparameters of expensive black boxes.')
    .version(version)
    .option('--verbose', 'show the whole of an error')
    .configureOutput({
      outputError: (text, write) => write(`${oneLine(text)} (--help shows what there is)\n`),
    })
    .exitOverride()
  addTuning(cli, again)
  addLooking(cli)
  addResults(cli)
  addKeeping(cli)
  addHealth(cli)
  addPipelines(cli)
  addDeploying(cli)
  return cli
}

/** The commands that run trials. */
function addTuning(cli: Command, again: string): void {
  cli
    .command('run')
    .description('tune until the study has its trials; the same command goes on after any end')
    .argument('<file>', "the study's YAML file")
    .addOption(storageOption())
    .addOption(trialsOption())
    .addOption(parallelOption())
    .addOption(runnerOption())
    .addOption(logOption())
    .addOption(healthPortOption())
    .option('--dry-run', 'say what would be done, and check what the file names', false)
    .action(async (file: string, { dryRun, log, healthPort, ...options }: RunOptions) => {
      const config = await configured(file, options)
      if (dryRun) return planStudy(config)
      if (log === 'json') await logAsJson()
      await using _telemetry = await telemetry()
      await using health = await serveHealth(healthPort)
      process.exitCode = await runStudy(config, again, { onStart: async (study) => health.begin(study) })
    })
  cli
    .command('try')
    .description(
      'evaluate one trial, with the current parameters or those in the middle; show all and keep nothing',
    )
    .argument('<file>', "the study's YAML file")
    .action(async (file: string) => {
      process.exitCode = await tryStudy(await configured(file, {}))
    })
  cli
    .command('demo')
    .description('tune the built-in simulator with 100 trials and compare on days that it has not seen')
    .addOption(storageOption())
    .addOption(trialsOption())
    .addOption(parallelOption())
    .action(async (options: Overrides) => {
      const config = await configured(demoFile, options)
      process.exitCode = await runStudy(config, again)
      if (process.exitCode === EXIT.done)
        await compareStudy(config, { days: HELD_OUT, seeds: 3, candidate: [] })
    })
}

/** The commands that look at what was found. */
function addLooking(cli: Command): void {
  cli
    .command('show')
    .description('show the best parameters and the history of a study')
    .argument('<study>', 'its YAML file, or its name')
    .addOption(storageOption())
    .action(async (study: string, options: Overrides) => {
      const { name, url } = await located(study, options)
      await showStudy(name, url)
    })
  cli
    .command('logs')
    .description('show what the processes of a trial printed')
    .argument('<study>', 'its YAML file, or its name')
    .argument('<trial>', 'its number', atLeastZero)
    .addOption(storageOption())
    .option(
      '--folder <folder>',
      "where the runs keep their files; default: as the study's file says, or .tune",
    )
    .action(async (study: string, trial: number, options: Overrides & { readonly folder?: string }) => {
      const { name, url, config } = await located(study, options)
      await showLogs(name, url, options.folder ?? config?.objective.folder ?? DEFAULT_FOLDER, trial)
    })
  cli
    .command('compare')
    .description(
      'compare the recommended, and others, with the current parameters on days that tuning has not seen',
    )
    .argument('<file>', "the study's YAML file")
    .addOption(storageOption())
    .addOption(
      new Option('--days <days>', 'which: train, confirm, holdout, or as in 49-76').default(HELD_OUT),
    )
    .addOption(seedsOption())
    .option(
      '--candidate <file>',
      'a JSON file of further parameters to compare; may be given again',
      severally,
      [],
    )
    .action(async (file: string, options: Overrides & CompareOptions) => {
      await compareStudy(await configured(file, options), options)
    })
  cli
    .command('schema')
    .description("print the JSON Schema of a study's file, for editors")
    .action(() => say(JSON.stringify(studyConfigSchema(), null, 2)))
}

/** The commands that give what was found to other programs. */
function addResults(cli: Command): void {
  cli
    .command('best')
    .description('print the recommended parameters, for the next program')
    .argument('<study>', 'its YAML file, or its name')
    .addOption(storageOption())
    .addOption(new Option('--format <format>', 'how').choices([...BEST_FORMATS]).default('json'))
    .option('--observed', 'those of the trial with the best value instead, luck and all', false)
    .action(async (study: string, options: Overrides & BestOptions) => {
      const { name, url, config } = await located(study, options)
      await printBest(name, url, options, config === undefined ? {} : fixedOf(config))
    })
  cli
    .command('export')
    .description('write all trials')
    .argument('<study>', 'its YAML file, or its name')
    .addOption(storageOption())
    .addOption(new Option('--format <format>', 'how').choices([...FORMATS]).default('csv'))
    .option('--output <file>', 'where to; default: standard output')
    .action(
      async (study: string, options: Overrides & { readonly format: Format; readonly output?: string }) => {
        const { name, url } = await located(study, options)
        await exportStudy(name, url, options.format, options.output)
      },
    )
  cli
    .command('studies')
    .description('list the studies of a storage')
    .addOption(storageOption().default(defaultStorage(), 'TUNE_STORAGE, else sqlite:tune.db'))
    .action(({ storage }: { readonly storage: string }) => listStudies(storage))
}

/** Whether a tuner of this machine is well, for whoever can only start programs. */
function addHealth(cli: Command): void {
  cli
    .command('health')
    .description(
      'ask the tuner that runs on this machine whether it is well; well is also where none listens',
    )
    .addOption(healthPortOption())
    .action(async ({ healthPort }: { readonly healthPort?: number }) => {
      if (healthPort !== undefined && !(await isWell(healthPort))) process.exitCode = EXIT.error
    })
}

/** The commands that look after storages and the studies in them. */
function addKeeping(cli: Command): void {
  const storage = cli.command('storage').description('look after a storage')
  const url = () =>
    new Argument('[url]', 'sqlite:file or mysql://user:password@host/database').default(
      defaultStorage(),
      'TUNE_STORAGE, else sqlite:tune.db',
    )
  storage
    .command('check')
    .description('look whether it can be reached and used: version, collation, clock, permissions')
    .addArgument(url())
    .action(async (at: string) => {
      if (!(await showCheck(at))) process.exitCode = 1
    })
  storage
    .command('upgrade')
    .description('bring its tables to what this version needs')
    .addArgument(url())
    .action((at: string) => upgradeStorage(at))
  const study = cli.command('study').description('look after a study')
  study
    .command('copy')
    .description('copy a study with all its trials into another storage, or under another name')
    .argument('<name>', 'the study')
    .addOption(storageOption().default(defaultStorage(), 'TUNE_STORAGE, else sqlite:tune.db'))
    .requiredOption('--to <url>', 'the storage to copy into')
    .option('--as <name>', 'the name of the copy; default: the same')
    .action(
      (name: string, options: { readonly storage: string; readonly to: string; readonly as?: string }) =>
        copyStudy(name, options.storage, options.to, options.as),
    )
  study
    .command('objective')
    .description('show what a study measures, or let it measure something else from now on')
    .argument('<study>', 'its YAML file, or its name')
    .addOption(storageOption())
    .option('--accept', 'take the objective of the next run, and record that', false)
    .action(async (study: string, options: Overrides & { readonly accept: boolean }) => {
      const { name, url } = await located(study, options)
      await studyObjective(name, url, options.accept)
    })
  study
    .command('delete')
    .description('remove a study with all its trials for good')
    .argument('<name>', 'the study')
    .addOption(storageOption().default(defaultStorage(), 'TUNE_STORAGE, else sqlite:tune.db'))
    .option('--yes', 'really', false)
    .action((name: string, options: { readonly storage: string; readonly yes: boolean }) =>
      deleteStudy(name, options.storage, options.yes),
    )
}
