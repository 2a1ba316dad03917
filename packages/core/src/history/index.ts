export { History } from './history.ts'
export { HistoryFold } from './history-fold.ts'
export { COMPLETE, type HistorySnapshot, PRUNED } from './history-snapshot.ts'
export { type ReportedTrial, reportedTrial } from './reported-trial.ts'
