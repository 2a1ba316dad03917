export { History } from './history.ts'
export { COMPLETE, type HistorySnapshot, PRUNED } from './history-snapshot.ts'
export { type ReportedTrial, reportedTrial } from './reported-trial.ts'
export { ReportedTrials } from './reported-trials.ts'
