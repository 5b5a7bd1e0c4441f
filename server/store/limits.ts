import type { ChargedBy } from './charge.js'

/** What a store of one machine may hold. */
export interface Limits {
  /** Most verifications, and most keys of every other kind. */
  capacity: number
  /** Bytes of all of them. */
  bytes: number
}

/** What a process holds in memory unless told otherwise. */
export const MEMORY_LIMITS: Limits = { capacity: 200_000, bytes: 64 * 2 ** 20 }

/** What a file holds unless told otherwise: what the guard keeps of some 28,000 new visitors a day. */
export const FILE_LIMITS: Limits = { capacity: 400_000, bytes: 128 * 2 ** 20 }

/**
 * The part of the bytes beyond which nobody starts, nor claims what a start is to use up: whoever floods a store with starts
 * leaves the rest to those who are under way, for their claims and for the answers to their calls.
 */
export const PART_FOR_STARTS = 1 / 2

/** How many accounts, and claimed keys, there may be once those under way have theirs: a flood has to leave some for them. */
export const capacityBeyond = (capacity: number): number => capacity * (9 / 8)

/** The part of the bytes beyond which no number is marked as known: marks stay for months, and must not keep starts out. */
export const PART_FOR_MARKS = 1 / 4

/**
 * The part of the bytes beyond which nobody under way claims a key either, and no call is begun: a call that has begun writes
 * its answer, a verification its proof, and an operator revokes and denies, however full the store is.
 */
export const PART_FOR_KEYS = 7 / 8

/**
 * The part of the bytes that those may fill who are no newcomers, in place of the part for what they keep; they find room for
 * an eighth more keys too.
 */
export const PART_BEYOND = {
  start: undefined,
  'under way': PART_FOR_KEYS,
  operator: 1,
} as const satisfies Record<ChargedBy, number | undefined>
