export * from './client/index.ts'
export * from './connection/index.ts'
export * from './pipeline/index.ts'
export * from './simulation/index.ts'
