import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createStudy, randomSampler } from '@tune/core'
import { openStorage } from '@tune/storage'
import { freePort } from '@tune/tooling/mysql'
import { describe, expect, inject, it } from 'vitest'
import { stores } from './stores.ts'

describe.each(stores)("Optuna's dashboard on %s", (_, store) => {
  it('shows a study that was made here', async () => {
    await using place = await store()
    await using storage = await openStorage(place.url)
    await using study = await createStudy({ name: 'shown', storage, sampler: randomSampler() })
    await study.optimize(
      async (trial) => {
        const x = await trial.suggestFloat('x', -5, 5)
        await trial.suggestCategorical('kind', ['a', 'b'])
        for (let step = 0; step < 3; step++) await trial.report(x / (step + 1), step)
        return x * x
      },
      { trials: 20 },
    )
    const port = await freePort()
    const program = join(dirname(inject('python')), 'optuna-dashboard')
    const dashboard = spawn(program, [place.pythonUrl, '--port', String(port)], { stdio: 'ignore' })
    try {
      const get = (path: string) => fetched(`http://127.0.0.1:${port}/api/${path}`)
      const { study_summaries: studies } = await get('studies')
      expect(studies).toMatchObject([{ study_name: 'shown' }])
      const shown = await get(`studies/${studies[0]?.study_id}?after=0`)
      const trials = await study.trials()
      expect(shown.trials).toMatchObject(
        trials.map(({ number, values }) => ({ number, state: 'Complete', values })),
      )
      expect(shown.best_trials).toMatchObject([{ number: (await study.bestTrial()).number }])
    } finally {
      dashboard.kill()
    }
  })
})

interface Answer {
  readonly study_summaries: readonly { readonly study_id: number }[]
  readonly trials: unknown
  readonly best_trials: unknown
}

/** What a server says that may only just be starting. */
async function fetched(url: string): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    const response = await fetch(url).catch((error: unknown) => {
      if (tries === 100) throw error
    })
    if (response !== undefined) return (await response.json()) as Answer
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
