import { mysqlNine } from './mysql-nine.ts'
import { serverSetup } from './vitest-global-setup.ts'

/** MySQL 9 for the whole run. */
export default serverSetup(() => ({ program: mysqlNine() }))
