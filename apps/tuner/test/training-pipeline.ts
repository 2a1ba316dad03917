import { component, pipeline } from '@tune/kfp'

const train = component({
  name: 'train',
  inputs: { rate: 'NUMBER_DOUBLE' },
  outputs: { auc: 'NUMBER_DOUBLE' },
  container: ({ inputs, outputs }) => ({ image: 'train', args: [inputs.rate, outputs.auc] }),
})

/** A pipeline in a module, as a file names it. */
export default pipeline(
  { name: 'in-a-module', inputs: { rate: 'NUMBER_DOUBLE' } },
  (scope, { rate }) => scope.task(train, { rate }).outputs,
)
