import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ExecutorInput, ExecutorOutput } from '@tune/kfp/api'
import { type Message, paramsLine } from '../telling/message.ts'

/** What the command line of a task says besides its input. */
export interface TaskFiles {
  /** The name of the study's file. */
  readonly file: string
  /** Where the report goes, for people, in Markdown. */
  readonly report: string
  /** Where the message goes, for programs, as JSON. */
  readonly result: string
  /** Where the best parameters go. */
  readonly best?: string
}

/** Writes how a tuning ended where Kubeflow shows it. */
export async function writeOutputs(
  { report, result, best }: TaskFiles,
  { outputs }: ExecutorInput,
  message: Message,
): Promise<void> {
  const write = async (path: string, text: string) => {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
  await write(report, reportOf(message))
  await write(result, `${JSON.stringify(message, null, 2)}\n`)
  if (best !== undefined) await write(best, JSON.stringify(message.state?.recommended?.params ?? {}))
  const [metrics] = outputs?.artifacts?.['metrics']?.artifacts ?? []
  if (metrics === undefined || outputs?.outputFile === undefined) return
  const said: ExecutorOutput = {
    artifacts: { metrics: { artifacts: [{ ...metrics, metadata: metricsOf(message) }] } },
  }
  await write(outputs.outputFile, JSON.stringify(said))
}

function metricsOf({ state }: Message): Readonly<Record<string, number>> {
  if (state === undefined) return {}
  const { best, trials, seconds } = state
  return {
    ...(best !== undefined && { [best.metric ?? 'best']: best.value }),
    ...(best?.gain !== undefined && { gain_percent: 100 * best.gain }),
    complete: trials.complete,
    pruned: trials.pruned,
    failed: trials.failed,
    hours_of_evaluation: seconds / 3600,
  }
}

function reportOf({ study, text, state, links }: Message): string {
  const [title = study, ...lines] = text.split('\n')
  const params = state?.recommended?.params ?? {}
  const rows = Object.entries(params).map(([name, value]) => `| ${name} | ${value} |`)
  // What has a place of its own below.
  const said = [paramsLine(params), ...Object.values(links)]
  return [
    `# ${title}`,
    '',
    ...lines
      .filter((line) => !said.some((each) => each !== '' && line.endsWith(each)))
      .map((line) => `- ${line}`),
    ...(links.best === undefined ? [] : [`- [run of the best trial](${links.best})`]),
    ...(rows.length === 0 ? [] : ['', '| parameter | recommended |', '| --- | --- |', ...rows]),
    '',
  ].join('\n')
}
