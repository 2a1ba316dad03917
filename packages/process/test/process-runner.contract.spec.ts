import { runnerContract } from '@tune/core/testing'
import { groupOf, scripted } from './place.ts'

runnerContract({
  name: 'process',
  scripts: 30,
  place: async () => {
    const here = scripted()
    return {
      open: async () => here.open(),
      release: async (gate) => here.release(gate),
      begun: async () => here.begun(),
      alive: async () => new Set(here.alive().flatMap((pid) => groupOf(pid) ?? [])).size,
      [Symbol.asyncDispose]: () => here[Symbol.asyncDispose](),
    }
  },
})
