export * from './pipeline/index.ts'
export * from './simulation/index.ts'
