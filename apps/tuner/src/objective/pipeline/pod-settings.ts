import type { Container, KubernetesOptions } from '@tune/kfp'
import type { z } from 'zod'
import { defined } from '../shared/identity.ts'
import type { pods } from './pods-config.ts'

/** What a file says of pods, in two: for their container, and for Kubernetes around it. */
export function podSettings(written: z.output<typeof pods>): {
  readonly container: Pick<Container, 'resources' | 'env'>
  readonly kubernetes: KubernetesOptions
} {
  const { resources, env, ...kubernetes } = defined(written)
  return {
    container: { ...(resources && { resources }), ...(env && { env }) } as Pick<
      Container,
      'resources' | 'env'
    >,
    kubernetes: kubernetes as KubernetesOptions,
  }
}
