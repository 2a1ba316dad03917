import type { ContainerSpec } from '../api/index.ts'
import type { Container, Resources } from './container.ts'
import { requireFeature, type ServerVersion } from './server-version.ts'

/** @throws TuneError KFP_UNSUPPORTED_VERSION */
export function compileContainer(container: Container, server: ServerVersion, where: string): ContainerSpec {
  const { image, command, args, env, resources } = container
  if (resources) requireFeature('resource requests and limits', server, where)
  return {
    image,
    ...(command && { command }),
    ...(args && { args }),
    ...(env && { env: environment(env) }),
    ...(resources && { resources: quantities(resources) }),
  }
}

/** Environment variables as both documents list them. */
export function environment(
  env: Readonly<Record<string, string>>,
): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(env).map(([name, value]) => ({ name, value }))
}

function quantities({ requests = {}, limits = {} }: Resources): NonNullable<ContainerSpec['resources']> {
  return {
    ...(requests.cpu && { resourceCpuRequest: requests.cpu }),
    ...(limits.cpu && { resourceCpuLimit: limits.cpu }),
    ...(requests.memory && { resourceMemoryRequest: requests.memory }),
    ...(limits.memory && { resourceMemoryLimit: limits.memory }),
  }
}
