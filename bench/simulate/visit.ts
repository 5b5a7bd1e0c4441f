/** Somebody asks for a code. */
export interface Visit {
  /** Seconds since the scenario began, which is at midnight. */
  at: number
  /** IPv4 or IPv6. */
  address: string
  /** E.164 with +. */
  phone: string
  /** Whether it is a visitor whom the site wants. */
  legit: boolean
  /** Seconds after the start at which another message is asked for. */
  again?: number
  /** Seconds after the last message at which its code is entered; without it, nobody ever does. */
  proves?: number
}

export const HOUR = 3600
export const DAY = 24 * HOUR

/** Virtual time of a scenario's begin, in milliseconds since 1970: a midnight. */
export const MIDNIGHT = Date.UTC(2026, 0, 1)
