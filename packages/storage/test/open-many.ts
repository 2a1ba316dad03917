/** Opens a storage, and says what it made. */
import { openStorage } from '../src/index.ts'

const made: string[] = []
await using _storage = await openStorage(process.argv[2] as string, { onChange: (what) => made.push(what) })
console.log(JSON.stringify(made))
