import { Agent, type Dispatcher, fetch, Headers, type RequestInit, type Response } from 'undici'
import type { Authorization, Connection } from './connection.ts'

// Requests have a deadline of their own; a log that is followed may be silent for as long as it likes.
const WITHOUT_DEADLINE = { headersTimeout: 0, bodyTimeout: 0 }

const plainDispatcher = new Agent(WITHOUT_DEADLINE)

/** A response, and what must not be said of the request. */
export interface Answer {
  readonly response: Response
  /** The text with every secret that the request carried taken out. */
  readonly redact: (text: string) => string
}

/**
 * Sends a request with the connection's credentials, and once more with new ones when the server does not know the
 * caller. It has not looked at the request then, so this is safe for any.
 */
export async function authorizedFetch(
  { credentials }: Connection,
  url: string,
  init: RequestInit & { readonly signal: AbortSignal },
): Promise<Answer> {
  const send = async (renew: boolean): Promise<Answer> => {
    const authorizations = await Promise.all(credentials.map((each) => each.authorize(renew, init.signal)))
    const { headers, dispatcher } = combine(authorizations)
    const response = await fetch(url, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), ...headers },
      // A gateway sends those that it does not know to a page to log in.
      redirect: 'manual',
      dispatcher: dispatcher ?? plainDispatcher,
    })
    return { response, redact: redactor(headers) }
  }
  const answer = await send(false)
  if (answer.response.status !== 401 || credentials.length === 0) return answer
  await answer.response.body?.cancel()
  return send(true)
}

function combine(authorizations: readonly Authorization[]): Authorization {
  // The names of headers differ in case from one source to the next.
  const headers = new Headers()
  for (const each of authorizations)
    for (const [name, value] of Object.entries(each.headers)) headers.set(name, value)
  const dispatcher = authorizations.find((each) => each.dispatcher !== undefined)?.dispatcher
  return {
    headers: Object.fromEntries(headers),
    ...(dispatcher && { dispatcher: dispatcher.compose(withoutDeadline) }),
  }
}

const withoutDeadline: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
  dispatch({ ...options, ...WITHOUT_DEADLINE }, handler)

/** Words this short are in any text. */
const SHORTEST_SECRET = 6

/** Takes what headers hold out of a text. */
export function redactor(headers: Readonly<Record<string, string>>): (text: string) => string {
  // A server may quote the part of a header that it does not like. Who the user is, it may say.
  const secrets = Object.entries(headers)
    .filter(([name]) => name !== 'kubeflow-userid')
    .flatMap(([, value]) => [value, ...value.split(/[\s;=,]+/)])
    .filter((word) => word.length >= SHORTEST_SECRET && word !== 'Bearer')
    .sort((a, b) => b.length - a.length)
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
}
