import { bruteForce, cmaEs, gp, grid, partialFixed, qmc, randomSampler, tpe } from '../src/index.ts'
import { samplerContract } from '../src/testing/index.ts'

samplerContract(randomSampler)
samplerContract(() => tpe())
samplerContract(() => tpe({ startupTrials: 0, multivariate: false, constantLiar: false }))
samplerContract(() => qmc())
samplerContract(() => qmc({ sequence: 'halton' }))
samplerContract(() => grid())
samplerContract(bruteForce)
samplerContract(() => partialFixed(tpe(), { 'not there': 1 }))
samplerContract(() => cmaEs())
samplerContract(() => cmaEs({ populationSize: 3, restart: 'ipop' }))
samplerContract(() => gp({ candidates: 32, localSearches: 2 }))
samplerContract(() => gp({ startupTrials: 0, candidates: 8, localSearches: 1 }))
