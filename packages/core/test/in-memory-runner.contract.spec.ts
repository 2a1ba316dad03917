import { InMemoryCluster, type RunHandle, runnerContract } from '../src/testing/index.ts'

/** A cluster whose runs do what the script in their parameters says. */
runnerContract({
  name: 'in-memory',
  place: async () => {
    const gates = new Map<string, PromiseWithResolvers<void>>()
    const gate = (name: string) => {
      const known = gates.get(name) ?? Promise.withResolvers<void>()
      gates.set(name, known)
      return known
    }
    let begun = 0
    const cluster = new InMemoryCluster((run) => {
      begun++
      void follow(run)
    })
    const follow = async ({ request, say }: RunHandle) => {
      for (const line of String(request.params['script']).split('\n')) {
        await Promise.resolve()
        const [verb, ...rest] = line.split(' ')
        const text = rest.join(' ')
        if (verb === 'wait') await gate(text).promise
        if (verb === 'fail') return say({ kind: 'end', failure: `exit code ${text}` })
        if (verb === 'say') {
          const { step, ...metrics } = JSON.parse(text) as { readonly step?: number; readonly m: number }
          say(step === undefined ? { kind: 'result', metrics } : { kind: 'report', step, metrics })
        }
      }
      say({ kind: 'end' })
    }
    return {
      open: async () => cluster.runner(),
      release: async (name) => gate(name).resolve(),
      begun: async () => begun,
      alive: async () => cluster.alive.length,
      [Symbol.asyncDispose]: async () => {},
    }
  },
})
