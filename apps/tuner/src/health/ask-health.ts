/** How long an answer may take, in milliseconds. */
const ANSWER_MS = 10_000

/** Whether a tuner of this machine is well. @param port where it says so; it is well where nobody listens */
export async function isWell(port: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS)
    return (await fetch(`http://127.0.0.1:${port}/healthz`, { signal })).ok
  } catch (error) {
    const { cause } = error as { readonly cause?: NodeJS.ErrnoException }
    return cause?.code === 'ECONNREFUSED'
  }
}
