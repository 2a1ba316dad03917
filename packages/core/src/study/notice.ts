/** What a study says besides its results: nothing failed, but somebody should know. */
export interface Notice {
  readonly code: /** A study that did not say what it measures was given its first objective. */
    | 'OBJECTIVE_TAKEN'
    /** The study goes on with a wider space. */
    | 'SPACE_WIDENED'
    /** Leases could not be renewed: other processes may take the trials. */
    | 'RENEWAL_FAILED'
    /** A waiting trial had parameters that cannot be: it failed. */
    | 'TRIAL_REFUSED'
    /** The storage took a part of what a trial was to keep, but not all. */
    | 'WRITE_REFUSED'
    /** The rest of the budget is in the hands of processes that live. */
    | 'WAITING_FOR_OTHERS'
    /** The rest of the budget is in hands that give no sign of life: the run ends. */
    | 'NOT_WAITING_FOR_OTHERS'
    /** The time of a run is over. */
    | 'TIMEOUT'
  /** One line for people. */
  readonly message: string
}

/** Hears what a study has to say. */
export type Notify = (notice: Notice) => void

/** Says it as a warning of the process, which Node prints to standard error. */
export const warn: Notify = ({ code, message }) => {
  process.emitWarning(message, { type: 'TuneNotice', code })
}
