/** Seconds by which a token may outlive its `exp`, because clocks differ. */
const TOLERANCE = 60

const used = new Map<string, number>()

/**
 * Whether this is the first time that somebody comes with this token. Verifying one offline does not make it good for
 * one sign-up only; remembering its `jti` until it has expired does, in a shop of one process.
 */
export function isFirstUse({ jti, exp }: { jti: string; exp: number }): boolean {
  const now = Date.now() / 1000
  for (const [id, until] of used) if (until < now) used.delete(id)
  if (used.has(jti)) return false
  used.set(jti, exp + TOLERANCE)
  return true
}
