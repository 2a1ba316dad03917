import { readFileSync } from 'node:fs'

/** How a step ended. */
export interface Outcome {
  readonly passed: number
  readonly failed: number
  /** Names of the tests that failed, to be read where what a step printed is long. */
  readonly failures?: readonly string[]
}

/** The part of the report of vitest's JSON reporter that is looked at. */
interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/** A step that is no more than right or wrong. */
export function outcomeOfCheck(succeeded: boolean): Outcome {
  return succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/**
 * A step that runs tests, from the report that vitest left, if it left one. Never without a failure where vitest
 * itself was not content, or where there was nothing to run.
 */
export function outcomeOfTests(succeeded: boolean, report: VitestReport | undefined): Outcome {
  if (report === undefined) return { passed: 0, failed: 1 }
  const { numPassedTests: passed, numFailedTests, testResults } = report
  // A file that cannot be loaded fails with no test of its own to show for it.
  const unloaded = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  const failed = numFailedTests + unloaded.length
  const content = succeeded && passed > 0
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  const failures = [
    ...tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    ...unloaded.map(({ name }) => name),
  ]
  return { passed, failed: content ? failed : Math.max(1, failed), failures }
}

/** The report at `path`; `undefined` where vitest came to no end. */
export function readVitestReport(path: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
