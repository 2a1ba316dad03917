import {
  hyperband,
  median,
  noPruner,
  type Pruner,
  patient,
  percentile,
  successiveHalving,
  threshold,
  wilcoxon,
} from '../src/index.ts'
import { randomSource } from '../src/random/index.ts'
import { prunerContract } from '../src/testing/index.ts'

prunerContract(() => median())
prunerContract(() => median({ startupTrials: 0, warmupSteps: 1, intervalSteps: 3, minTrials: 2 }))
prunerContract(() => percentile(25, { startupTrials: 1 }))
prunerContract(() => successiveHalving())
prunerContract(() => successiveHalving({ minResource: 2, reductionFactor: 2, bootstrapCount: 1 }))
prunerContract(() => hyperband())
prunerContract(() => hyperband({ maxResource: 27, bootstrapCount: 1 }))
prunerContract(() => patient(median({ startupTrials: 1 }), { patience: 1, minDelta: 0.25 }))
prunerContract(() => patient(null, { patience: 0 }))
prunerContract(() => threshold({ lower: -2, upper: 3 }), { directions: 1 })
prunerContract(() => threshold({ lower: [-2, -3], intervalSteps: 2 }), { directions: 2 })
prunerContract(() => wilcoxon())
prunerContract(() => wilcoxon({ pThreshold: 0.6, startupSteps: 3 }))
prunerContract(noPruner)

// One of a user's own, which no registry knows and which leaves it to chance.
const coin: Pruner = {
  name: 'coin',
  options: {},
  prune: ({ seed, number, reports }) => ({
    prune: reports.steps.length > 0 && randomSource(seed).stream(number, 'coin').uniform() < 0.5,
  }),
}
prunerContract(() => coin, { registered: false })
