/** How far a reader has read a study. */
export class StudyCursor {
  readonly studyId: number
  /** The highest trial id that was read. Ids of a study are committed in order, since its row is locked for each. */
  readonly lastId: number
  /** Trials that were not finished when they were read. */
  readonly unfinished: readonly number[]
  constructor(studyId: number, lastId: number, unfinished: readonly number[]) {
    this.studyId = studyId
    this.lastId = lastId
    this.unfinished = unfinished
  }
}
