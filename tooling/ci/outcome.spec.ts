import { describe, expect, it } from 'vitest'
import { outcomeOfCheck, outcomeOfTests } from './outcome.ts'

const report = (
  numPassedTests: number,
  numFailedTests: number,
  testResults: { status: string; assertionResults: [] }[] = [],
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
      report(7, 0, [{ status: 'failed', assertionResults: [] }]),
      { passed: 7, failed: 1 },
    ],
    ['fails where vitest fails outside of a test', false, report(7, 0), { passed: 7, failed: 1 }],
    ['fails where nothing ran', true, report(0, 0), { passed: 0, failed: 1 }],
    ['fails where vitest left no report', true, undefined, { passed: 0, failed: 1 }],
  ])('%s', (_, succeeded, given, expected) => {
    expect(outcomeOfTests(succeeded, given)).toEqual(expected)
  })
})
