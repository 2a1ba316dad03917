import { describe, expect, it } from 'vitest'
import { outcomeOfCheck, outcomeOfTests } from './outcome.ts'

interface Test {
  status: string
  fullName: string
}

const report = (
  numPassedTests: number,
  numFailedTests: number,
  testResults: { name: string; status: string; assertionResults: Test[] }[] = [],
) => ({
  numPassedTests,
  numFailedTests,
  testResults,
})

describe('the outcome of a step', () => {
  it('counts a check as one', () => {
    expect(outcomeOfCheck(true)).toEqual({ passed: 1, failed: 0 })
    expect(outcomeOfCheck(false)).toEqual({ passed: 0, failed: 1 })
  })

  it.each([
    ['counts tests', true, report(7, 0), { passed: 7, failed: 0 }],
    ['counts failed tests', false, report(7, 2), { passed: 7, failed: 2 }],
    [
      'counts a file that cannot be loaded',
      false,
      report(7, 0, [{ name: 'a.spec.ts', status: 'failed', assertionResults: [] }]),
      { passed: 7, failed: 1, failures: ['a.spec.ts'] },
    ],
    [
      'names the tests that failed',
      false,
      report(1, 1, [
        {
          name: 'a.spec.ts',
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'a holds' },
            { status: 'failed', fullName: 'b holds' },
          ],
        },
      ]),
      { passed: 1, failed: 1, failures: ['b holds'] },
    ],
    ['fails where vitest fails outside of a test', false, report(7, 0), { passed: 7, failed: 1 }],
    ['fails where nothing ran', true, report(0, 0), { passed: 0, failed: 1 }],
    ['fails where vitest left no report', true, undefined, { passed: 0, failed: 1 }],
  ])('%s', (_, succeeded, given, expected) => {
    expect(outcomeOfTests(succeeded, given)).toMatchObject(expected)
  })
})
