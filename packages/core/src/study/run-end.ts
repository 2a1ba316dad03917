/** Why a run of a study came to its end. */
export type RunEnd =
  /** The study has its trials. */
  | 'trials'
  /** The best value is as good as was asked for. */
  | 'goal'
  /** The sampler went through all that there is. */
  | 'exhausted'
  /** Its time was over. */
  | 'timeout'
  /** Somebody stopped it: trials that ran were finished. */
  | 'stopped'
  /** Its signal was aborted, and with it the trials that ran. */
  | 'aborted'
  /** What is left of the budget is in other hands, which give no sign of life. */
  | 'left'
