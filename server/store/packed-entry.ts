import type { Channel } from '../../contract/index.js'
import type { Entry } from './entry.js'
import type { Verification, VerificationFacts } from './store.js'

/**
 * An entry as two texts without the names of its members: objects take three times as much memory. What never changes is
 * apart, so that it is written once.
 */
export interface PackedEntry {
  readonly facts: string
  readonly state: string
}

type Absent = undefined | null

type Facts = [
  ...[slot: string, phoneDigest: string, sitekey: string, origin: string, country: string],
  ...[language: string | Absent, action: string | Absent, cdata: string | Absent, nonce: string | Absent],
  ...[trail: string | Absent, keyThumbprint: string | Absent],
  ...[expiresAt: number, cooldowns: readonly number[]],
]

type State = [
  ...[state: Verification['state'], channel: Channel, attemptsRemaining: number, givenBack: number],
  ...[lastAttemptAt: number | Absent, lease: Entry['lease'] | Absent, resendsUsed: number],
  ...[resendAvailableAt: number, reference: string | Absent, proof: string | Absent],
  ...[supersedes: string | Absent, until: number],
]

/** Most characters of a state: every member at its longest. */
export const LONGEST_STATE = 480

export function packFacts({ facts, expiresAt, cooldowns }: Entry): string {
  const { slot, phoneDigest, sitekey, origin, country, language, action, cdata, nonce } = facts
  const { trail, keyThumbprint } = facts
  const packed: Facts = [
    ...([slot, phoneDigest, sitekey, origin, country] as const),
    ...([language, action, cdata, nonce, trail, keyThumbprint, expiresAt, cooldowns] as const),
  ]
  return JSON.stringify(packed)
}

export function packState(entry: Entry): string {
  const { state, channel, attemptsRemaining, givenBack, lastAttemptAt, lease, resendsUsed } = entry
  const { resendAvailableAt, reference, proof, supersedes, until } = entry
  const packed: State = [
    ...([state, channel, attemptsRemaining, givenBack, lastAttemptAt, lease, resendsUsed] as const),
    ...([resendAvailableAt, reference, proof, supersedes, until] as const),
  ]
  return JSON.stringify(packed)
}

/** The entry with that id. */
export function unpackEntry(id: string, packed: PackedEntry): Entry {
  const [slot, phoneDigest, sitekey, origin, country, ...others] = JSON.parse(packed.facts) as Facts
  const [language, action, cdata, nonce, trail, keyThumbprint, expiresAt, cooldowns] = others
  const [state, channel, attemptsRemaining, givenBack, lastAttemptAt, lease, ...rest] = JSON.parse(
    packed.state,
  ) as State
  const [resendsUsed, resendAvailableAt, reference, proof, supersedes, until] = rest
  const facts: VerificationFacts = {
    ...{ id, slot, phoneDigest, sitekey, origin, country },
    ...{ language: language ?? undefined, action: action ?? undefined },
    ...{ cdata: cdata ?? undefined, nonce: nonce ?? undefined },
    ...{ trail: trail ?? undefined, keyThumbprint: keyThumbprint ?? undefined },
  }
  return {
    ...{ facts, expiresAt, cooldowns, state, channel, attemptsRemaining, givenBack },
    lastAttemptAt: lastAttemptAt ?? undefined,
    lease: lease ?? undefined,
    ...{ resendsUsed, resendAvailableAt },
    reference: reference ?? undefined,
    proof: proof ?? undefined,
    supersedes: supersedes ?? undefined,
    until,
  }
}
