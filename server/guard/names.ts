import { underEach, type Digests } from '../verification/digests.js'

/** Characters of a digest that name an account: 132 bits. */
const LENGTH = 22

/** Names accounts and marks so that whoever reads the store learns neither numbers nor addresses. */
export interface Names {
  /**
   * The keys of what `parts` stand for in one use: one, or two while one pepper replaces the other, so that limits hold
   * meanwhile. Those of different uses cannot be joined.
   */
  of(use: string, ...parts: string[]): readonly string[]
}

/** Most names that are remembered: what one call and those beside it look at, and a flood comes back to. */
const REMEMBERED = 1000

/** Names under peppers. */
export function namesUnder(digests: Digests): Names {
  const each = underEach(digests)
  // Digests are most of what refusing a call costs.
  const remembered = new Map<string, string[]>()
  return {
    of(use, ...parts) {
      const text = [use, ...parts].join('\u001f')
      const known = remembered.get(text)
      if (known) return known
      const keys = each.map((one) => `${use}:${one.digest('limit', use, ...parts).slice(0, LENGTH)}`)
      if (remembered.size >= REMEMBERED) remembered.clear()
      remembered.set(text, keys)
      return keys
    },
  }
}
