import { z } from 'zod'

const share = z.number().min(0).max(1)

const taskRule = z.strictObject({
  /** The task's name; `*` is any. */
  task: z.string(),
  /** Only where the inputs are these. */
  inputs: z.record(z.string(), z.json()).optional(),
  /** `fail` ends the container at once, badly; `hang` never ends it. */
  how: z.enum(['fail', 'hang']),
  /** How often; default: always. */
  times: z.number().int().min(1).optional(),
})

/** How a server of this machine is to misbehave, so that a caller can be tested. */
export const misbehaviour = z.strictObject({
  /** The share of requests that are answered by 503 and have no effect. */
  unavailable: share.optional(),
  /** The share of requests that have their effect, and whose connection breaks before the answer. */
  lostAnswers: share.optional(),
  /** So many of the next requests have their effect, and no answer. */
  loseNext: z.strictObject({ method: z.string(), path: z.string(), times: z.number().int() }).optional(),
  /** In milliseconds, how long every answer is late. */
  lateMs: z.number().min(0).optional(),
  /** Bearer tokens that are taken; where this is given all others are refused with 401. */
  tokens: z.array(z.string()).optional(),
  /** Tokens that are known and may do nothing: 403. */
  powerlessTokens: z.array(z.string()).optional(),
  /** Whether the outputs of runs cannot be read: ML Metadata, or the calls that show tasks, answer with 503. */
  outputsAway: z.boolean().optional(),
  tasks: z.array(taskRule).optional(),
})

export type Misbehaviour = z.infer<typeof misbehaviour>
export type TaskRule = z.infer<typeof taskRule>
