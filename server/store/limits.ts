/** What a store of one machine may hold. */
export interface Limits {
  /** Most verifications, and most keys of every other kind. */
  capacity: number
  /** Bytes of all of them. */
  bytes: number
}

/** What a process holds in memory by default. */
export const MEMORY_LIMITS: Limits = { capacity: 200_000, bytes: 64 * 2 ** 20 }

/** What a file holds by default: what the guard keeps for some 28,000 new visitors a day. */
export const FILE_LIMITS: Limits = { capacity: 400_000, bytes: 128 * 2 ** 20 }

/** Fractions of a store's bytes, and of its keys of one kind, that a writer may fill. Beyond either nothing is added. */
export interface Part {
  bytes: number
  keys: number
}

/** Who adds to a store, and what each may fill. */
export const PARTS = {
  /**
   * A start, or another newcomer who claims something: a flood leaves the rest to visitors under way, for their claims and for
   * the answers to their calls.
   */
  start: { bytes: 1 / 2, keys: 1 },
  /** A visitor who was admitted before, and finds room for more keys than a flood may fill. */
  'under way': { bytes: 7 / 8, keys: 9 / 8 },
  /** A call that begins, and will write its answer however full the store is then. */
  call: { bytes: 7 / 8, keys: 1 },
  /** An operator who revokes and denies, and servers that announce themselves. */
  operator: { bytes: 1, keys: 9 / 8 },
  /** A mark that does a favour. Those of numbers stay for months, and must not keep starts out. */
  mark: { bytes: 1 / 4, keys: 1 },
  /** An account that a refused call opens (`Tally.insteadOf`). Such calls are free, so they leave room for others. */
  refused: { bytes: 3 / 8, keys: 3 / 4 },
} as const satisfies Record<string, Part>

/** Most accounts that refused calls open in a Redis within an hour (some 30 MB), since a Redis is not divided into parts. */
export const REFUSED_AN_HOUR = 150_000

/** Who adds to a store. */
export type Writer = keyof typeof PARTS
