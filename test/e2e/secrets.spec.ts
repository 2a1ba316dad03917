import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDatabase } from '@tune/tooling/mysql'
import mysql from 'mysql2/promise'
import { expect, inject, it } from 'vitest'
import { smallStudy, workplace } from './tuner.ts'

const SECRET = 'Sw0rdf1sh/@:x'

it('a password reaches no output, however it is given and whatever goes wrong', async () => {
  await using place = await workplace()
  const database = await createDatabase()
  const admin = await mysql.createConnection(inject('mysqlUrl'))
  await admin.query("CREATE USER 'spy'@'%' IDENTIFIED BY ?", [SECRET])
  await admin.query(`GRANT ALL ON \`${new URL(database.url).pathname.slice(1)}\`.* TO 'spy'@'%'`)
  try {
    const file = join(place.folder, 'password')
    await writeFile(file, SECRET)
    const url = Object.assign(new URL(database.url), { username: 'spy', password: SECRET }).href
    const without = Object.assign(new URL(database.url), { username: 'spy', password: '' }).href
    const wrong = (change: Partial<URL>) => Object.assign(new URL(url), change).href
    await place.write('study.yaml', smallStudy(`storage: ${url}`))
    const commands = [
      ['run', 'study.yaml', '--trials', '2'],
      ['run', 'study.yaml', '--trials', '3', '--storage', `${without}?password_file=${file}`],
      ['show', 'study.yaml'],
      ['studies', '--storage', url],
      ['export', 'study.yaml', '--format', 'json'],
      ['storage', 'check', url],
      ['storage', 'upgrade', url],
      ['study', 'copy', 'small', '--storage', url, '--to', 'sqlite:copy.db'],
      ['study', 'copy', 'small', '--storage', 'sqlite:copy.db', '--to', url],
      ['study', 'delete', 'small', '--storage', url],
      ['show', 'nothing', '--storage', url],
      ['run', 'study.yaml', '--storage', wrong({ username: 'nobody' })],
      ['run', 'study.yaml', '--storage', wrong({ pathname: '/nowhere' })],
      ['run', 'study.yaml', '--storage', wrong({ host: '127.0.0.1:1', search: '?patience=0.3' })],
      ['run', 'study.yaml', '--storage', wrong({ host: 'no-such-host.invalid', search: '?patience=0.3' })],
      ['run', 'study.yaml', '--storage', `${url}?ssl=true`],
      ['run', 'study.yaml', '--storage', `${url}?nonsense=1`],
      ['run', 'study.yaml', '--storage', url.replace('mysql:', 'redis:')],
    ]
    const failed: string[] = []
    for (const command of commands) {
      const { out, err, code } = await place.tuner('--verbose', ...command)
      const said = out + err
      for (const spelling of [SECRET, encodeURIComponent(SECRET), 'Sw0rdf1sh'])
        expect([command, said.includes(spelling)]).toEqual([command, false])
      if (code !== 0) failed.push(command.slice(0, 2).join(' '))
    }
    // Those that were meant to fail did, and no others.
    expect(failed).toEqual([
      'study copy',
      'study delete',
      'show nothing',
      ...Array<string>(7).fill('run study.yaml'),
    ])
  } finally {
    await admin.query("DROP USER 'spy'@'%'")
    await admin.end()
    await database.drop()
  }
})
