import { KEEP, type Pruner } from './pruner.ts'

/** Prunes nothing. */
export function noPruner(): Pruner {
  return { name: 'none', options: {}, prune: () => KEEP }
}
