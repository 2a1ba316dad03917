import { systemClock } from '@tune/core'
import type { Finding } from '@tune/storage'
import { prepare } from '../deploy/prepare.ts'
import { type OpenedKfp, openKfp } from '../objective/pipeline/open-kfp.ts'
import { runOnce } from '../objective/pipeline/run-once.ts'
import { type Examined, firstLine, look, type Patient } from './finding.ts'

/** How far the server's clock may be from this machine's, in milliseconds. */
const MOST_SKEW = 60_000

/** Looks around in a pod as that of the tuner would be: with its image, secrets, service account and network. */
export async function* examinePod({ path, config, mayRun }: Patient): AsyncGenerator<Examined> {
  const { doctor } = await prepare(path, config.schedule !== undefined)
  const { image } = config.deploy
  const inPod = (finding: Finding): Examined => ({ part: 'pod', ...finding })
  if (!mayRun)
    return yield inPod({
      about: 'run',
      level: 'warning',
      text: `nothing is run, so that ${image}, its secrets and what it can reach were not looked at`,
    })
  const server = await openKfp(config.kfp)
  const begun = systemClock.now()
  const { run } = await runOnce(server, await server.runnerOptions(), doctor, {})
  const ended = systemClock.now()
  yield inPod({ about: 'run', level: 'ok', text: `a task with ${image} ran` })
  yield inPod(
    await look('clock', async () => {
      const at = Date.parse((await server.client.runs.get(run)).created_at ?? '')
      if (at > begun - MOST_SKEW && at < ended + MOST_SKEW) return "the server's clock is near this machine's"
      throw new Error(
        `the server began a run at ${new Date(at).toISOString()} that was sent at ${new Date(begun).toISOString()}: set the clocks right`,
      )
    }),
  )
  yield* findingsOf(run, server)
}

/** What was found in the pod. */
async function* findingsOf(run: string, { outputs }: OpenedKfp): AsyncGenerator<Examined> {
  try {
    for await (const { task, outputs: given } of (await outputs()).read({ run_id: run }))
      if (task === 'doctor')
        for (const finding of given['findings'] as unknown as readonly Examined[])
          yield { ...finding, part: `pod ${finding.part}` }
  } catch (error) {
    const text = `what it found is only in the log of run ${run}: ${firstLine(error)}`
    yield { part: 'pod', about: 'findings', level: 'warning', text }
  }
}
