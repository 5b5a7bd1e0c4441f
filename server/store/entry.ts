import { PROOF_MEMORY, type Channel } from '../../contract/index.js'
import { ofGuessAlone } from './settlement.js'
import type {
  Attempt,
  AttemptRefusal,
  ResendRefusal,
  Settlement,
  Verification,
  VerificationFacts,
  VerificationTerms,
} from './store.js'

/** How long a verification can still be asked about after its end, in milliseconds. */
export const AFTERLIFE = 10 * 60_000

/** How long once it is verified, in milliseconds: longer than a fresh token may be asked for. */
export const VERIFIED_AFTERLIFE = PROOF_MEMORY * 1000

/** How many attempts of one verification are ever given back. */
export const MOST_GIVEN_BACK = 10

/** All that a store knows about one verification, including what it does not report. Times are in milliseconds since 1970. */
export interface Entry {
  readonly facts: VerificationFacts
  readonly expiresAt: number
  /** Milliseconds to wait before the first, second, … resend. */
  readonly cooldowns: readonly number[]
  /** As of the last change; `refresh` brings it up to date. */
  state: Verification['state']
  channel: Channel
  attemptsRemaining: number
  givenBack: number
  lastAttemptAt: number | undefined
  lease: { name: string; until: number } | undefined
  resendsUsed: number
  resendAvailableAt: number
  /** The provider's handle of the newest message. */
  reference: string | undefined
  proof: string | undefined
  /** Until the first message is sent: the verification that it replaces. */
  supersedes: string | undefined
  /** When it is forgotten. */
  until: number
}

/** The entry of a new verification. */
export function newEntry(facts: VerificationFacts, terms: VerificationTerms, now: number): Entry {
  const { channel, lifetime, attempts, cooldowns, supersedes } = terms
  return {
    facts,
    expiresAt: now + lifetime,
    cooldowns,
    state: 'sending',
    channel,
    attemptsRemaining: attempts,
    givenBack: 0,
    lastAttemptAt: undefined,
    lease: undefined,
    resendsUsed: 0,
    resendAvailableAt: now + (cooldowns[0] ?? 0),
    reference: undefined,
    proof: undefined,
    supersedes,
    until: now + lifetime + AFTERLIFE,
  }
}

/** Brings the entry up to date: leases and verifications end with time even if nobody looks. */
export function refresh(entry: Entry, now: number): Entry {
  if (entry.lease && entry.lease.until <= now) entry.lease = undefined
  const unfinished = entry.state === 'sending' || entry.state === 'sent'
  if (unfinished && !entry.lease) {
    if (entry.attemptsRemaining <= 0) entry.state = 'exhausted'
    else if (entry.expiresAt <= now) entry.state = 'expired'
  }
  return entry
}

/** What a store reports of an entry that is up to date. Written member by member, since spreading takes ten times as long. */
export function snapshot(entry: Entry): Verification {
  const { facts } = entry
  return {
    id: facts.id,
    slot: facts.slot,
    phoneDigest: facts.phoneDigest,
    sitekey: facts.sitekey,
    origin: facts.origin,
    country: facts.country,
    language: facts.language,
    action: facts.action,
    cdata: facts.cdata,
    nonce: facts.nonce,
    trail: facts.trail,
    keyThumbprint: facts.keyThumbprint,
    state: entry.state,
    channel: entry.channel,
    expiresAt: entry.expiresAt,
    attemptsRemaining: entry.attemptsRemaining,
    resendsUsed: entry.resendsUsed,
    resendsRemaining: entry.cooldowns.length - entry.resendsUsed,
    resendAvailableAt: entry.resendAvailableAt,
    proof: entry.proof,
  } satisfies Record<keyof Verification, unknown>
}

/** Whether `newer` takes the slot from `older`, which ends it: a proof is not lost to a new start. */
export function mayReplace(newer: VerificationFacts, older: Entry): boolean {
  return older.state !== 'verified' && older.facts.id !== newer.id
}

/** Whether `newer` may end `older` because its page says so: only one of the same site and origin. */
export function maySupersede(newer: VerificationFacts, older: Entry): boolean {
  const { sitekey, origin } = older.facts
  return mayReplace(newer, older) && sitekey === newer.sitekey && origin === newer.origin
}

/** Why a verification that is not `sent` takes neither checks nor resends. */
function ended(entry: Entry | undefined): 'not_found' | 'expired' | 'exhausted' | 'verified' | undefined {
  if (!entry || entry.state === 'sending') return 'not_found'
  return entry.state === 'sent' ? undefined : entry.state
}

/** What `reserveResend` does to an entry that is up to date. */
export function takeResend(entry: Entry | undefined, now: number): { reference: string } | ResendRefusal {
  const refused = ended(entry)
  if (refused || entry?.reference === undefined) return { refused: refused ?? 'not_found' }
  if (entry.resendsUsed >= entry.cooldowns.length) return { refused: 'none_left' }
  const wait = entry.resendAvailableAt - now
  if (wait > 0) return { refused: 'too_soon', wait }
  entry.resendsUsed++
  // A resend that was given back has the last resend's own cooldown.
  entry.resendAvailableAt = now + (entry.cooldowns[entry.resendsUsed] ?? entry.cooldowns.at(-1)!)
  return { reference: entry.reference }
}

/** What `reserveAttempt` does to an entry that is up to date. `newLease` names the lease. */
export function takeAttempt(
  entry: Entry | undefined,
  now: number,
  { interval, patience, newLease }: { interval: number; patience: number; newLease: () => string },
): Attempt | AttemptRefusal {
  if (entry?.lease) return { refused: 'busy', wait: Math.min(1000, entry.lease.until - now) }
  const refused = ended(entry)
  if (refused || entry?.reference === undefined) return { refused: refused ?? 'not_found' }
  const wait = (entry.lastAttemptAt ?? -Infinity) + interval - now
  if (wait > 0) return { refused: 'too_soon', wait }
  entry.attemptsRemaining--
  entry.lastAttemptAt = now
  entry.lease = { name: newLease(), until: now + patience }
  return { lease: entry.lease.name, reference: entry.reference }
}

/**
 * What `settleAttempt` does to an entry that is up to date.
 *
 * @returns `false`, changing nothing, when the lease is void: its attempt is spent and another may be under way.
 */
export function settle(entry: Entry, now: number, lease: string, said: Settlement): boolean {
  if (entry.lease?.name !== lease) return false
  entry.lease = undefined
  const settlement = isReplaced(said, entry) ? ofGuessAlone(said) : said
  if (settlement.as === 'unasked') {
    if (entry.givenBack++ < MOST_GIVEN_BACK) entry.attemptsRemaining++
  } else if (settlement.as === 'incorrect') {
    entry.attemptsRemaining = Math.min(entry.attemptsRemaining, settlement.cap ?? Infinity)
  } else if (settlement.as !== 'unknown') entry.state = settlement.as
  if (settlement.as === 'exhausted') entry.attemptsRemaining = 0
  if (settlement.as === 'verified') {
    entry.proof = settlement.proof
    entry.until = now + VERIFIED_AFTERLIFE
  }
  refresh(entry, now)
  return true
}

/** Whether a settlement is about a message that a newer one has replaced. */
function isReplaced(settlement: Settlement, { reference }: Entry): boolean {
  return 'reference' in settlement && settlement.reference !== undefined && settlement.reference !== reference
}
