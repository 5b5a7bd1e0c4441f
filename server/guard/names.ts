import { underEach, type Digests } from '../verification/digests.js'

/** Characters of a digest that name an account: 132 bits. */
const LENGTH = 22

/** Names accounts and marks so that whoever reads the store learns neither numbers nor addresses. */
export interface Names {
  /**
   * The keys of what `parts` stand for in one use: one, or two while one pepper replaces the other, so that limits hold
   * meanwhile. Those of different uses cannot be joined.
   */
  of(use: string, ...parts: string[]): string[]
}

/** Names under peppers. */
export function namesUnder(digests: Digests): Names {
  const each = underEach(digests)
  return {
    of: (use, ...parts) => each.map((one) => `${use}:${one.digest('limit', use, ...parts).slice(0, LENGTH)}`),
  }
}
