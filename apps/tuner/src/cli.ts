import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { WEEKS } from '@tune/sim-local'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { type CompareOptions, compareStudy } from './commands/compare.ts'
import { exportStudy, FORMATS, type Format } from './commands/export.ts'
import { type KfpLocalOptions, serveKfpLocal } from './commands/kfp-local.ts'
import { printPipeline } from './commands/pipeline.ts'
import { runStudy } from './commands/run.ts'
import { showStudy } from './commands/show.ts'
import { showCheck, upgradeStorage } from './commands/storage.ts'
import { listStudies } from './commands/studies.ts'
import { copyStudy, deleteStudy, studyObjective } from './commands/study.ts'
import { readConfig } from './config/read-config.ts'
import { type StudyConfig, studyConfigSchema } from './config/study-config.ts'
import { say } from './text/output.ts'

const DEFAULT_STORAGE = 'sqlite:tune.db'
const demoFile = fileURLToPath(new URL('../examples/demo.yaml', import.meta.url))

interface Overrides {
  readonly storage?: string
  readonly trials?: number
  readonly parallel?: number
  readonly runner?: StudyConfig['runner']
}

function atLeastOne(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('It must be a whole number of at least 1.')
}

function port(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value < 65_536) return value
  throw new InvalidArgumentError('It must be a whole number from 0, which is any free one, to 65535.')
}

const storageOption = () =>
  new Option('--storage <url>', 'where the study is kept: sqlite:file or mysql://user:password@host/database')
const trialsOption = () =>
  new Option('--trials <n>', 'how many complete trials the study is to have').argParser(atLeastOne)
const parallelOption = () =>
  new Option('--parallel <n>', 'how many trials run at a time').argParser(atLeastOne)
const runnerOption = () =>
  new Option('--runner <runner>', 'where trials are evaluated').choices(['local', 'kfp'])
const seedsOption = () =>
  new Option('--seeds <n>', 'replications of each day').argParser(atLeastOne).default(3)

async function configured(file: string, overrides: Overrides): Promise<StudyConfig> {
  const { storage, trials, parallel, runner } = overrides
  return {
    ...(await readConfig(file)),
    ...(storage !== undefined && { storage }),
    ...(trials !== undefined && { trials }),
    ...(parallel !== undefined && { parallel }),
    ...(runner !== undefined && { runner }),
  }
}

/** A study by its file, or by its name in a storage. */
async function located(
  study: string,
  { storage }: Overrides,
): Promise<{ readonly name: string; readonly url: string }> {
  if (!/\.ya?ml$/.test(study)) return { name: study, url: storage ?? DEFAULT_STORAGE }
  const config = await configured(study, storage === undefined ? {} : { storage })
  return { name: config.study, url: config.storage }
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
    .showHelpAfterError('Try tuner --help.')
  addTuning(cli, again)
  addLooking(cli)
  addKeeping(cli)
  addPipelines(cli)
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
    .action(async (file: string, options: Overrides) => {
      await runStudy(await configured(file, options), again)
    })
  cli
    .command('demo')
    .description('tune the built-in simulator with 100 trials and compare on days that it has not seen')
    .addOption(storageOption())
    .addOption(trialsOption())
    .addOption(parallelOption())
    .action(async (options: Overrides) => {
      const config = await configured(demoFile, options)
      if (await runStudy(config, again)) await compareStudy(config, { week: 'holdout', seeds: 3 })
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
    .command('compare')
    .description('compare the best with the current parameters on days that tuning has not seen')
    .argument('<file>', "the study's YAML file")
    .addOption(storageOption())
    .addOption(new Option('--week <week>', 'which days').choices([...WEEKS]).default('holdout'))
    .addOption(seedsOption())
    .option('--against <file>', 'a JSON file of parameters to compare with; default: the current ones')
    .action(async (file: string, options: Overrides & CompareOptions) => {
      await compareStudy(await configured(file, options), options)
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
    .addOption(storageOption().default(DEFAULT_STORAGE))
    .action(({ storage }: { readonly storage: string }) => listStudies(storage))
  cli
    .command('schema')
    .description("print the JSON Schema of a study's file, for editors")
    .action(() => say(JSON.stringify(studyConfigSchema(), null, 2)))
}

/** The commands that look after storages and the studies in them. */
function addKeeping(cli: Command): void {
  const storage = cli.command('storage').description('look after a storage')
  const url = () =>
    new Argument('[url]', 'sqlite:file or mysql://user:password@host/database').default(DEFAULT_STORAGE)
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
    .addOption(storageOption().default(DEFAULT_STORAGE))
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
    .addOption(storageOption().default(DEFAULT_STORAGE))
    .option('--yes', 'really', false)
    .action((name: string, options: { readonly storage: string; readonly yes: boolean }) =>
      deleteStudy(name, options.storage, options.yes),
    )
}

/** The commands about Kubeflow Pipelines. */
function addPipelines(cli: Command): void {
  cli
    .command('kfp-local')
    .description('serve Kubeflow Pipelines on this machine: the same API, tasks as local processes')
    .addOption(new Option('--port <port>', 'where').argParser(port).default(8888))
    .option('--folder <folder>', 'where it keeps its state', '.kfp-local')
    .addOption(new Option('--parallel <n>', 'how many tasks run at a time').argParser(atLeastOne))
    .option(
      '--image <name=command>',
      'what stands for an image; may be given again',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .action((options: KfpLocalOptions) => serveKfpLocal(options))
  cli
    .command('pipeline')
    .description('look at the pipeline that evaluates a trial')
    .command('print')
    .description('print it as YAML')
    .argument('<file>', "the study's YAML file")
    .option('--server-version <version>', 'for which server, as in 2.14.0; default: the newest')
    .action(async (file: string, { serverVersion }: { readonly serverVersion?: string }) => {
      printPipeline(await configured(file, {}), serverVersion)
    })
}
