import { describe } from 'vitest'
import type { StorageBackend } from './backend.ts'
import { handedOverLaws } from './handed-over.ts'
import { leaseLaws } from './leases.ts'
import { modelLaws } from './model.ts'
import { newsLaws } from './news.ts'
import { stateLaws } from './states.ts'
import { studyLaws } from './studies.ts'
import { trialLaws } from './trials.ts'

/** The laws of `StudyStorage`, as tests. Call it in a vitest file with a backend. */
export function storageContract(backend: StorageBackend): void {
  describe(`the storage '${backend.name}'`, () => {
    studyLaws(backend)
    trialLaws(backend)
    handedOverLaws(backend)
    stateLaws(backend)
    leaseLaws(backend)
    newsLaws(backend)
    modelLaws(backend)
  })
}
