import type { TrialOwner } from '../storage/study-storage.ts'
import type { Notice } from './notice.ts'

/** What is asked of a study. */
interface Owned {
  readonly name: string
  owners(): Promise<readonly TrialOwner[]>
  notify(notice: Notice): void
}

/** Those who run what is left of a budget, as a run sees them that has nothing to do itself. */
export class Others {
  readonly #study: Owned
  /** For whom it was said last that the run waits. */
  #waitedFor = ''

  constructor(study: Owned) {
    this.#study = study
  }

  /**
   * Whether they may still fail, and so give a part of the budget back: those that show that they live. For trials that
   * give no sign of life a run would wait for ever. What is found is said, once.
   */
  async mayGiveBack(): Promise<boolean> {
    const owners = await this.#study.owners()
    if (owners.length === 0) return true
    const living = owners.filter(({ sign }) => sign !== 'none')
    const numbers = (living.length > 0 ? living : owners).map(({ number }) => number).join(', ')
    if (numbers !== this.#waitedFor) this.#say(numbers, living.length > 0)
    this.#waitedFor = numbers
    return living.length > 0
  }

  #say(numbers: string, areWaitedFor: boolean): void {
    const { name } = this.#study
    this.#study.notify(
      areWaitedFor
        ? {
            code: 'WAITING_FOR_OTHERS',
            message: `study '${name}': waiting for other processes, which run the trials that are left (${numbers})`,
          }
        : {
            code: 'NOT_WAITING_FOR_OTHERS',
            message: `study '${name}': the run ends; the trials that are left (${numbers}) are run by another program, if it lives: they have neither a lease nor a heartbeat`,
          },
    )
  }
}
