import { setTimeout as delay } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import type { MiddlewareHandler } from 'hono'
import { ApiError } from '../api/api-error.ts'
import type { Misbehaviour } from './misbehaviour.ts'

/** Lets answers fail, come late or get lost as it has been told. */
export class AnswerFaults {
  #told: Misbehaviour = {}
  #loseNext = 0
  #unavailable = 0
  #lost = 0

  set(told: Misbehaviour): void {
    this.#told = told
    this.#loseNext = told.loseNext?.times ?? 0
  }

  get areOutputsAway(): boolean {
    return this.#told.outputsAway === true
  }

  readonly middleware: MiddlewareHandler<{ Bindings: HttpBindings }> = async (context, next) => {
    const { lateMs = 0, unavailable = 0, lostAnswers = 0, loseNext } = this.#told
    this.#authorize(context.req.header('authorization'))
    if (lateMs > 0) await delay(lateMs)
    // Spread evenly, not at random: so many of a hundred are so many.
    this.#unavailable += unavailable
    if (this.#unavailable >= 1) {
      this.#unavailable--
      throw new ApiError('UNAVAILABLE', 'the server is not ready')
    }
    if (this.areOutputsAway && (context.req.query('view') === 'FULL' || context.req.path.endsWith('/tasks')))
      throw new ApiError('UNAVAILABLE', 'the tasks cannot be read')
    await next()
    this.#lost += lostAnswers
    const isNext =
      this.#loseNext > 0 &&
      context.req.method === loseNext?.method &&
      context.req.path.includes(loseNext.path)
    if (isNext) this.#loseNext--
    if (this.#lost >= 1) this.#lost--
    else if (!isNext) return
    context.env.incoming.socket.destroy()
  }

  #authorize(header: string | undefined): void {
    const { tokens, powerlessTokens = [] } = this.#told
    const token = header?.replace(/^Bearer /, '')
    if (token !== undefined && powerlessTokens.includes(token))
      throw new ApiError(
        'PERMISSION_DENIED',
        'User is not authorized with reason: not allowed (request: LIST runs)',
      )
    if (tokens === undefined || (token !== undefined && tokens.includes(token))) return
    throw new ApiError(
      'UNAUTHENTICATED',
      'Request header error: there is no user identity header, or it has expired',
    )
  }
}
