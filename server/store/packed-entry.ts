import type { Channel } from '../../contract/index.js'
import type { Entry } from './entry.js'
import type { Verification, VerificationFacts } from './store.js'

/**
 * An entry as two texts without the names of its members: objects take three times as much memory. What never changes is kept
 * apart, so that it is written once.
 */
export interface PackedEntry {
  readonly facts: string
  readonly state: string
}

type Absent = undefined | null

type Facts = [
  slot: string,
  phoneDigest: string,
  sitekey: string,
  origin: string,
  country: string,
  language: string | Absent,
  action: string | Absent,
  cdata: string | Absent,
  nonce: string | Absent,
  trail: string | Absent,
  keyThumbprint: string | Absent,
  expiresAt: number,
  cooldowns: readonly number[],
]

type State = [
  state: Verification['state'],
  channel: Channel,
  attemptsRemaining: number,
  givenBack: number,
  lastAttemptAt: number | Absent,
  lease: Entry['lease'] | Absent,
  resendsUsed: number,
  resendAvailableAt: number,
  reference: string | Absent,
  proof: string | Absent,
  supersedes: string | Absent,
  until: number,
]

/** Most characters of a state: every member at its longest. */
export const LONGEST_STATE = 480

export function packFacts({ facts, expiresAt, cooldowns }: Entry): string {
  const { slot, phoneDigest, sitekey, origin, country, language, action, cdata, nonce } = facts
  const { trail, keyThumbprint } = facts
  const packed: Facts = [
    slot,
    phoneDigest,
    sitekey,
    origin,
    country,
    language,
    action,
    cdata,
    nonce,
    trail,
    keyThumbprint,
    expiresAt,
    cooldowns,
  ]
  return JSON.stringify(packed)
}

export function packState(entry: Entry): string {
  const { state, channel, attemptsRemaining, givenBack, lastAttemptAt, lease, resendsUsed } = entry
  const { resendAvailableAt, reference, proof, supersedes, until } = entry
  const packed: State = [
    state,
    channel,
    attemptsRemaining,
    givenBack,
    lastAttemptAt,
    lease,
    resendsUsed,
    resendAvailableAt,
    reference,
    proof,
    supersedes,
    until,
  ]
  return JSON.stringify(packed)
}

/** The entry with that id. Written member by member, since spreading takes ten times as long as all the rest. */
export function unpackEntry(id: string, packed: PackedEntry): Entry {
  const facts = JSON.parse(packed.facts) as Facts
  const state = JSON.parse(packed.state) as State
  return {
    facts: {
      id,
      slot: facts[0],
      phoneDigest: facts[1],
      sitekey: facts[2],
      origin: facts[3],
      country: facts[4],
      language: facts[5] ?? undefined,
      action: facts[6] ?? undefined,
      cdata: facts[7] ?? undefined,
      nonce: facts[8] ?? undefined,
      trail: facts[9] ?? undefined,
      keyThumbprint: facts[10] ?? undefined,
    } satisfies Record<keyof VerificationFacts, unknown>,
    expiresAt: facts[11],
    cooldowns: facts[12],
    state: state[0],
    channel: state[1],
    attemptsRemaining: state[2],
    givenBack: state[3],
    lastAttemptAt: state[4] ?? undefined,
    lease: state[5] ?? undefined,
    resendsUsed: state[6],
    resendAvailableAt: state[7],
    reference: state[8] ?? undefined,
    proof: state[9] ?? undefined,
    supersedes: state[10] ?? undefined,
    until: state[11],
  }
}
