import type { Dialect } from '../relational/database.ts'

/** How MySQL and MariaDB spell what databases spell differently. */
export const mysqlDialect: Dialect = {
  forUpdate: ' FOR UPDATE',
  // Without an argument it reads the clock itself; of a local time it cannot tell which of two equal ones in a night in
  // which summer time ends. Both functions give the time at which the statement began.
  now: '(UNIX_TIMESTAMP() * 1000 + MICROSECOND(NOW(3)) DIV 1000)',
  // Optuna's heartbeats are local times of the server. Both differences are right but in a night in which the clock
  // is changed: then one of them is an hour too large.
  secondsSince: (column) =>
    `LEAST(UNIX_TIMESTAMP() - UNIX_TIMESTAMP(${column}), TIMESTAMPDIFF(SECOND, ${column}, NOW()))`,
  timeDigits: 0,
  // AUTO_INCREMENT outlives restarts since MySQL 8.0 and MariaDB 10.2.
  reusesKeys: false,
  longestText: 65_535,
  keepExisting: (column) => `ON DUPLICATE KEY UPDATE ${column} = VALUES(${column})`,
  replaceExisting: (_, columns) =>
    `ON DUPLICATE KEY UPDATE ${columns.map((column) => `${column} = VALUES(${column})`).join(', ')}`,
}
