import { TuneError } from '../errors/tune-error.ts'
import type { Attributes } from '../trial/attributes.ts'

/** The system attribute of a database that holds a study's identity: `FrozenStudy.id`. */
export const STUDY_IDENTITY = 'tune:id'

/** @throws TuneError INVALID_NAME: somebody wants to set a study's identity, which the storage gives */
export function assertNoIdentity(attributes: Attributes): void {
  if (!Object.hasOwn(attributes, STUDY_IDENTITY)) return
  throw new TuneError('INVALID_NAME', `'${STUDY_IDENTITY}': the storage gives each study its own`, {
    name: STUDY_IDENTITY,
  })
}
