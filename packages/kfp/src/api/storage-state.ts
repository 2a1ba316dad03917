/** Whether a resource is in use, or put aside. */
export type StorageState = 'STORAGE_STATE_UNSPECIFIED' | 'AVAILABLE' | 'ARCHIVED'
