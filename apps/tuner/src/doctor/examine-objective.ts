import type { Finding } from '@tune/storage'
import { objectiveOf } from '../objective/objective.ts'
import { samplerOf } from '../wiring.ts'
import { look, type Patient } from './finding.ts'

/** Whether what is tuned is there, and takes the parameters that it will be given. */
export async function* examineObjective({ config, mayRun }: Patient): AsyncGenerator<Finding> {
  yield look('sampler', async () => (await samplerOf(config)).name)
  const found = await look('objective', async () => {
    const objective = await objectiveOf(config)
    objective.check()
    return objective.description
  })
  yield found
  const isImage = config.objective.simulator !== undefined && config.runner === 'kfp'
  if (found.level !== 'ok' || !isImage) return
  if (!mayRun) return yield { about: 'image', level: 'warning', text: 'not looked at, since nothing is run' }
  yield look('image', async () => {
    await using _runner = await (await objectiveOf(config)).open()
    return `a task with ${config.kfp.image} gave what it should`
  })
}
