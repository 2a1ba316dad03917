/** Words of what the built-in simulator is about. Adapters and the core speak of no objective in particular. */
const WORDS = /profit|taxi|passenger|\bweek|\bdrivers?\b|simulat/i
/** What Kubeflow Pipelines calls the pod that prepares a task: `'x-driver'`, `'DRIVER'`. */
const THEIRS = /'-?driver'/gi

/** The lines of a source that speak of the simulator's domain. */
export function domainWords(source: string): readonly string[] {
  return source.split('\n').filter((line) => WORDS.test(line.replaceAll(THEIRS, '')))
}
