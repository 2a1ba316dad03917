import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeOutputs } from '../src/deployed/outputs.ts'
import type { Message } from '../src/telling/message.ts'

const message: Message = {
  study: 'churn',
  outcome: 'success',
  end: 'trials',
  reason: '3 trials are done',
  text: [
    'churn: tuned, 3 trials are done',
    'best auc 0.9 (trial 1), +4.00 % over the current parameters',
    'recommended: trial 2, 0.88 expected (0.87 to 0.89)',
    'rate 0.2, depth 4',
    'cost so far: 3 complete, 2 s of evaluation',
    'best trial: https://kubeflow.example.org/#/runs/details/1',
    'tuner: https://kubeflow.example.org/#/runs/details/0',
  ].join('\n'),
  state: {
    trials: { waiting: 0, running: 0, complete: 3, pruned: 0, failed: 0 },
    seconds: 7200,
    best: { trial: 1, metric: 'auc', value: 0.9, params: { rate: 0.1, depth: 4 }, gain: 0.04 },
    recommended: { trial: 2, params: { rate: 0.2, depth: 4 }, expected: 0.88, interval: [0.87, 0.89] },
  },
  links: {
    tuner: 'https://kubeflow.example.org/#/runs/details/0',
    best: 'https://kubeflow.example.org/#/runs/details/1',
  },
}

it('a deployed tuner leaves a report for people, and the same for programs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tune-outputs-'))
  const at = (name: string) => join(folder, 'deep', name)
  const files = { file: 'study.yaml', report: at('report'), result: at('result'), best: at('best') }
  const artifact = { name: 'metrics', uri: 'minio://m' }
  const outputs = { artifacts: { metrics: { artifacts: [artifact] } }, outputFile: at('outputs') }
  await writeOutputs(files, { outputs }, message)
  expect(await readFile(files.report, 'utf8')).toBe(`# churn: tuned, 3 trials are done

- best auc 0.9 (trial 1), +4.00 % over the current parameters
- recommended: trial 2, 0.88 expected (0.87 to 0.89)
- cost so far: 3 complete, 2 s of evaluation
- [run of the best trial](https://kubeflow.example.org/#/runs/details/1)

| parameter | recommended |
| --- | --- |
| rate | 0.2 |
| depth | 4 |
`)
  expect(JSON.parse(await readFile(files.result, 'utf8'))).toEqual(message)
  expect(JSON.parse(await readFile(files.best, 'utf8'))).toEqual({ rate: 0.2, depth: 4 })
  expect(JSON.parse(await readFile(outputs.outputFile, 'utf8'))).toEqual({
    artifacts: {
      metrics: {
        artifacts: [
          {
            ...artifact,
            metadata: {
              auc: 0.9,
              gain_percent: 4,
              complete: 3,
              pruned: 0,
              failed: 0,
              hours_of_evaluation: 2,
            },
          },
        ],
      },
    },
  })
  await rm(folder, { recursive: true })
})
