import { isTuneError, milliseconds } from '@tune/core'
import { z } from 'zod'

/** A length of time, as text with a unit. */
export const duration = z.string({ error: "a text with a unit such as '30 min'" }).refine(isDuration, {
  error: "a text with a unit such as '30 min'",
})

function isDuration(text: string): boolean {
  try {
    milliseconds(text, 'duration')
    return true
  } catch (error) {
    if (isTuneError(error)) return false
    throw error
  }
}
