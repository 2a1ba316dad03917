import { readFileSync } from 'node:fs'

/** How a step ended. */
export interface Outcome {
  readonly passed: number
  readonly failed: number
}

/** The part of the report of vitest's JSON reporter that is looked at. */
interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
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
  ).length
  const failed = numFailedTests + unloaded
  const content = succeeded && passed > 0
  return { passed, failed: content ? failed : Math.max(1, failed) }
}

/** The report at `path`; `undefined` where vitest came to no end. */
export function readVitestReport(path: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
