import type { Study } from '../study/study.ts'
import type { Runner } from './runner.ts'

/**
 * Lets a runner end what still goes on for trials of a study that are over: runs that could not be stopped when their
 * trial was pruned, and those of processes that died. Call it once, when both are open.
 */
export async function endLeftovers<P>(study: Study<P>, runner: Runner): Promise<void> {
  await runner.endLeftovers?.(study.id, async () => {
    const trials = await study.trials()
    return new Set(trials.filter(({ state }) => state === 'running').map(({ number }) => number))
  })
}
