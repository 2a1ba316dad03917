/** Ten minutes, in milliseconds: a safety net for what hangs. Nothing may depend on how fast a machine is. */
const SAFETY_NET = 600_000

/** The time limits of every test, hook and poll. Tests set none of their own: a lint rule sees to that. */
export const limits = {
  testTimeout: SAFETY_NET,
  hookTimeout: SAFETY_NET,
  teardownTimeout: SAFETY_NET,
  expect: { poll: { timeout: SAFETY_NET, interval: 20 } },
} as const
