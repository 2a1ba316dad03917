import { gp, randomSampler, tpe } from '../src/index.ts'
import { samplerContract } from '../src/testing/index.ts'

samplerContract(randomSampler)
samplerContract(() => tpe())
samplerContract(() => tpe({ startupTrials: 0, multivariate: false, constantLiar: false }))
samplerContract(() => gp({ candidates: 32, localSearches: 2 }))
samplerContract(() => gp({ startupTrials: 0, candidates: 8, localSearches: 1 }))
