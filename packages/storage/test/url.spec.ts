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
    ['', 30_000, 60_000],
    ['?attempt_timeout=5&patience=0.5', 5000, 500],
    ['?attempt_timeout=1%20min&patience=30%20days', 60_000, 2_592_000_000],
    ['?patience=Infinity', 30_000, Number.POSITIVE_INFINITY],
  ])('with the times of %j', (times, attemptMs, patienceMs) => {
    expect(parseStorageUrl(`mysql://me@host/t${times}`)).toMatchObject({ attemptMs, patienceMs })
  })

  it.each(['0', '-1', 'NaN', 'soon', '1 parsec'])('with a patience of %j is refused', (patience) => {
    expect(() => parseStorageUrl(`mysql://me@host/t?patience=${patience}`)).toThrow(
      expect.objectContaining({
        code: 'STORAGE_URL',
        message: expect.stringContaining(
          `patience must be a number of seconds above 0, or a text such as '5 min', but is ${patience}`,
        ),
      }),
    )
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
