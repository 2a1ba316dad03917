export { measuredRunner } from './measured-runner.ts'
export { measuredStorage } from './measured-storage.ts'
