import { expect } from 'vitest'
import { categorical, float, int } from '../../space/index.ts'
import { readAllTrials } from '../../storage/read-all-trials.ts'
import type { FrozenStudy, Lease, NewTrial, StudyId, StudyStorage } from '../../storage/study-storage.ts'
import type { FrozenTrial, TrialParam } from '../../trial/index.ts'

/** A lease that outlives every test. */
export const LONG = 60_000

/** One parameter of each kind. */
export const everyParam: ReadonlyMap<string, TrialParam> = new Map<string, TrialParam>([
  ['x', { distribution: float(-1.5, 1e300), internal: 0.1 + 0.2 }],
  ['rate', { distribution: float(1e-300, 1e-5, { log: true }), internal: 1e-300 }],
  ['ratio', { distribution: float(0, 1, { step: 0.25 }), internal: 0.75 }],
  ['n', { distribution: int(-5, 2 ** 53 - 1), internal: 2 ** 53 - 1 }],
  ['width', { distribution: int(1, 1024, { log: true }), internal: 17 }],
  ['even', { distribution: int(0, 8, { step: 2 }), internal: 6 }],
  ['choice', { distribution: categorical([null, true, 1.5, 'ä“🚕', '']), internal: 3 }],
])

/** A study with one direction. */
export function newStudy(storage: StudyStorage, name = 'study'): Promise<FrozenStudy> {
  return storage.createStudy({ name, directions: ['minimize'] })
}

/** Starts a trial. @returns its lease */
export async function startTrial(storage: StudyStorage, studyId: StudyId, leaseMs = LONG): Promise<Lease> {
  const started = await storage.startTrial(studyId, { leaseMs })
  if (started === undefined) throw new Error('nothing was started')
  return started.lease
}

/** Adds one trial. */
export async function createTrial(
  storage: StudyStorage,
  studyId: StudyId,
  trial: NewTrial,
): Promise<FrozenTrial> {
  const [created] = await storage.createTrials(studyId, [trial])
  return created as FrozenTrial
}

/** All trials of a study, read anew. */
export function allTrials(storage: StudyStorage, studyId: StudyId): Promise<readonly FrozenTrial[]> {
  return readAllTrials(storage, studyId)
}

/** What an expectation of a TuneError with this code looks like. */
export function withCode(code: string): unknown {
  return expect.objectContaining({ name: 'TuneError', code })
}
