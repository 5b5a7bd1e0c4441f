import { randomBytes } from 'node:crypto'

/** Someone's visit to the shop. The nonce ties a confirmed number to it. */
export interface Visit {
  /** The session cookie's value; nobody else knows it. */
  readonly id: string
  /** What the visit's next token must carry. */
  readonly nonce: string
}

/** The visits under way, in memory. */
export interface Visits {
  /** The visit of a session cookie, or a new one. Its nonce stays until it was used, so that a page may be reloaded. */
  open(id: string | undefined): Visit
  /** The visit of a session cookie, if it is known. */
  find(id: string | undefined): Visit | undefined
  /** Uses up the nonce of a visit. Returns `true` exactly once for each nonce. */
  use(visit: Visit): boolean
}

/** Keeps at most `limit` visits; the oldest are forgotten first. */
export function createVisits(limit = 10_000): Visits {
  const visits = new Map<string, Visit & { used: boolean }>()

  function add(id: string): Visit {
    const visit = { id, nonce: randomBytes(16).toString('base64url'), used: false }
    visits.delete(id)
    visits.set(id, visit)
    for (const oldest of visits.keys()) {
      if (visits.size <= limit) break
      visits.delete(oldest)
    }
    return visit
  }

  return {
    open(id) {
      const known = id === undefined ? undefined : visits.get(id)
      if (!known) return add(randomBytes(16).toString('base64url'))
      return known.used ? add(known.id) : known
    },
    find: (id) => (id === undefined ? undefined : visits.get(id)),
    use({ id, nonce }) {
      const visit = visits.get(id)
      if (!visit || visit.used || visit.nonce !== nonce) return false
      visit.used = true
      return true
    },
  }
}
