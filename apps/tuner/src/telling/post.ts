import ky, { HTTPError, TimeoutError } from 'ky'

/** How long an answer may take, in milliseconds. What was not answered may have arrived, and is not sent again. */
const ANSWER_MS = 60_000
/** With pauses of 0.3 s that double up to 30 s: for about a minute and a half. */
const RETRIES = 9
const LONGEST_PAUSE_MS = 30_000

/** A request that was not answered well. Its text names no URL, which may be a secret. */
export class NotSent extends Error {}

/**
 * Sends JSON, again with growing pauses where the server is away, asks for a pause, or has failed.
 *
 * @throws NotSent
 */
export async function post(
  url: string,
  json: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  try {
    const text = await ky
      .post(url, {
        json,
        headers,
        timeout: ANSWER_MS,
        redirect: 'error',
        retry: {
          limit: RETRIES,
          methods: ['post'],
          backoffLimit: LONGEST_PAUSE_MS,
          maxRetryAfter: LONGEST_PAUSE_MS,
        },
      })
      .text()
    return parsed(text)
  } catch (error) {
    throw new NotSent(reasonOf(error, ANSWER_MS))
  }
}

/** How long to wait for a sign of life, in milliseconds. */
const SIGN_MS = 20_000

/** Looks whether a server answers, whatever it answers. Sends nothing. @throws NotSent */
export async function reach(url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  try {
    await ky.head(url, { headers, timeout: SIGN_MS, redirect: 'manual', retry: 1, throwHttpErrors: false })
    return 'it answers; only a message would show whether it takes one'
  } catch (error) {
    throw new NotSent(reasonOf(error, SIGN_MS))
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function reasonOf(error: unknown, limitMs: number): string {
  if (error instanceof HTTPError) return `it answered ${error.response.status}`
  if (error instanceof TimeoutError) return `it did not answer within ${limitMs / 1000} s`
  // What fetch says itself names nothing; its cause has the code.
  let code: unknown
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    code = (at as NodeJS.ErrnoException).code ?? code
  return `it cannot be reached${typeof code === 'string' ? ` (${code})` : ''}`
}
