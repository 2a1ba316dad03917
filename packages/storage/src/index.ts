export { openStorage } from './open-storage.ts'
export { distributionFromJson, distributionToJson } from './optuna/distribution-json.ts'
export { parseStorageUrl, redactStorageUrl, type StorageAddress } from './url.ts'
