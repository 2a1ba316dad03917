export { findServer } from './find-server.ts'
export { mysqlNine } from './mysql-nine.ts'
export { startServer, type TestServer } from './server.ts'
export { createDatabase, createDatabaseOn, type TestDatabase } from './test-database.ts'
