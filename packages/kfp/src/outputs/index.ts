export { collect, type DaySourceOptions, daySource } from './collect.ts'
export type { DayProfit, DaySource } from './day-profits.ts'
export { metadataStore } from './metadata/metadata-store.ts'
export { nativeTasks } from './native-tasks.ts'
