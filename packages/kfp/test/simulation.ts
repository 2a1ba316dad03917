import type { SimulationPipelineOptions } from '@tune/kfp'

/** A week of simulations. */
export const weekOptions: SimulationPipelineOptions = {
  name: 'week',
  days: Array.from({ length: 7 }, (_, index) => `2026-08-1${index}`),
  simulate: {
    container: ({ day, params, trial, profitFile }) => ({
      image: 'sim:1',
      command: ['sim'],
      args: ['day', day, params, trial, profitFile],
    }),
    retry: { retries: 2 },
  },
  collect: {
    container: ({ profits, profitFile }) => ({
      image: 'sim:1',
      command: ['sim'],
      args: ['sum', profits, profitFile],
    }),
  },
}
