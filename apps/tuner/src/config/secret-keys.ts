/** What a key is called that mostly holds a secret. */
const SECRET_NAME = /auth|cookie|token|key|secret|password|credential/i

/** Whether the value at a path of a study's file is a secret as a whole. */
export function isSecret(path: readonly PropertyKey[]): boolean {
  const last = String(path.at(-1))
  const at = path.join('.')
  if (/^notify\.(slack\.(webhook|token)|webhook\.url)$/.test(at) || at === 'kfp.store.secretAccessKey')
    return true
  return (
    /^(kfp\.headers|notify\.webhook\.headers|deploy\.pods\.env)\.[^.]+$/.test(at) && SECRET_NAME.test(last)
  )
}

/** Whether a text at a path may be a secret, also where the file has got it wrong. */
export function mayBeSecret(path: readonly PropertyKey[]): boolean {
  return (
    /^(storage|kfp\.(headers|store)|notify|deploy\.pods\.env)(\.|$)/.test(path.join('.')) ||
    SECRET_NAME.test(String(path.at(-1)))
  )
}
