import { TuneError, type TuneErrorCode } from '@tune/core'
import type { Status, UploadError } from '../api/index.ts'

const KINDS: Readonly<Record<number, TuneErrorCode>> = {
  401: 'KFP_UNAUTHENTICATED',
  403: 'KFP_FORBIDDEN',
  404: 'KFP_NOT_FOUND',
  409: 'KFP_CONFLICT',
  429: 'KFP_UNAVAILABLE',
  502: 'KFP_UNAVAILABLE',
  503: 'KFP_UNAVAILABLE',
  504: 'KFP_UNAVAILABLE',
}

/** The error that an answer of the server means. `where` names the request. */
export function answerError(where: string, status: number, body: string): TuneError {
  const kind = KINDS[status] ?? (status >= 500 ? 'KFP_FAILED' : 'KFP_REFUSED')
  return new TuneError(kind, `${where}: ${status} ${messageOf(body)}`, { status })
}

/** The error of an answer that leads elsewhere, which the API never does. */
export function redirectError(where: string, status: number, location: string | null): TuneError {
  const target = URL.parse(location ?? '', 'http://same.host')?.pathname ?? location
  return new TuneError(
    'KFP_UNAUTHENTICATED',
    `${where}: ${status}, a gateway sends the caller to '${target}', perhaps to log in; are there credentials for it?`,
    { status },
  )
}

function messageOf(body: string): string {
  const parsed = parse(body)
  if (parsed === undefined) return body.trimStart().startsWith('<') ? 'an HTML page' : oneLine(body)
  return oneLine(parsed.message ?? parsed.error ?? parsed.error_message ?? body)
}

function parse(body: string): (Status & UploadError) | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 500 ? `${line.slice(0, 500)}…` : line
}

/** Failures in which the server never saw the request. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

/** Failures that will not pass by waiting. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL/

/** The error that a failed connection means; any other error is given back. */
export function networkError(where: string, error: unknown): unknown {
  if (!(error instanceof TypeError && error.cause instanceof Error)) return error
  const reason = 'code' in error.cause ? String(error.cause.code) : error.cause.name
  const details = { reason, neverSent: NEVER_SENT.has(reason) }
  if (CERTIFICATE.test(reason))
    return new TuneError(
      'KFP_CONNECTION',
      `${where}: its certificate is not trusted (${reason})`,
      details,
      error,
    )
  const meaning = details.neverSent ? 'nothing answers there' : 'the connection was lost'
  return new TuneError('KFP_UNAVAILABLE', `${where}: ${meaning} (${reason})`, details, error)
}

/** The error of an attempt that took too long. */
export function timeoutError(where: string, timeoutMs: number): TuneError {
  return new TuneError('KFP_TIMEOUT', `${where}: no answer within ${timeoutMs} ms`, { timeoutMs })
}
