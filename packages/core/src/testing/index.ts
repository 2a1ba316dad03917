export { FakeClock } from './fake-clock.ts'
export { anyDistribution, samplerContract } from './sampler-contract.ts'
