/** Where studies are kept when nobody says: where the environment does, else in a file. */
export function defaultStorage(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['TUNE_STORAGE'] ?? 'sqlite:tune.db'
}
