import { describe, expect, it } from 'vitest'
import { parseStorageUrl, redactStorageUrl } from '../src/index.ts'

describe('a storage URL', () => {
  it.each([
    ['sqlite:study.db', 'study.db'],
    ['sqlite:/folder/study.db', '/folder/study.db'],
    ['sqlite:///study.db', 'study.db'],
    ['sqlite:////folder/my%20study.db', '/folder/my study.db'],
    ['sqlite::memory:', ':memory:'],
    ['sqlite://', ':memory:'],
  ])('%s is the file %s', (url, path) => {
    expect(parseStorageUrl(url)).toEqual({ kind: 'sqlite', path })
  })

  it.each([
    [
      'mysql://me:pass@db:3307/tune',
      { host: 'db', port: 3307, user: 'me', password: 'pass', database: 'tune' },
    ],
    [
      'mysql+pymysql://me:p%40ss%2F@db/tune',
      { host: 'db', port: 3306, user: 'me', password: 'p@ss/', database: 'tune' },
    ],
    ['mariadb+mysqldb://me@localhost/t', { host: 'localhost', user: 'me', password: '' }],
    ['mysql://me@localhost/t?unix_socket=/run/s', { socket: '/run/s', database: 't' }],
  ])('%s', (url, address) => {
    expect(parseStorageUrl(url)).toMatchObject({ kind: 'mysql', ...address })
  })

  it.each([
    '',
    'postgresql://me:secret@host/db',
    'mysql://me:secret@host',
    'mysql://me:sec#ret@@:host',
    'study.db',
  ])('%j is refused without its password', (url) => {
    expect(() => parseStorageUrl(url)).toThrow(expect.objectContaining({ code: 'STORAGE_URL' }))
    expect(() => parseStorageUrl(url)).toThrow(expect.not.stringContaining('ret'))
  })

  it.each([
    ['mysql://me:secret@host/db', 'mysql://me:***@host/db'],
    ['mysql+pymysql://me:a:b@c@host/db', 'mysql+pymysql://me:***@host/db'],
    ['sqlite:a.db', 'sqlite:a.db'],
  ])('%s is shown as %s', (url, shown) => {
    expect(redactStorageUrl(url)).toBe(shown)
  })
})
