import type { Channel, VerificationState } from '../../../contract/index.js'
import type { Settlement, Verification, VerificationFacts } from '../store.js'

/** First byte of a packed text: whether what follows is the text, or the bytes of which it is the base64url. */
const TEXT = 0
const BYTES = 1

/** Packs a text; digests and most references, being base64url, take three quarters of their length. */
export function pack(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text
    ? Buffer.from([BYTES, ...bytes])
    : Buffer.concat([Buffer.from([TEXT]), Buffer.from(text)])
}

/** The text that was packed. */
export function unpack(packed: Buffer): string {
  return packed.toString(packed[0] === BYTES ? 'base64url' : 'utf8', 1)
}

/** The facts as the scripts keep them, beside the id: slot, phone, sitekey, origin, others. */
export function packFacts(facts: VerificationFacts): (string | Buffer)[] {
  const { slot, phoneDigest, sitekey, origin, country, language, action, cdata, nonce, trail } = facts
  const others = [country, language, action, cdata, nonce, trail, facts.keyThumbprint]
  const last = others.findLastIndex((member) => member !== undefined)
  return [pack(slot), pack(phoneDigest), sitekey, origin, JSON.stringify(others.slice(0, last + 1))]
}

/** A settlement as its script is told it: the word, its proof or cap, and its reference. */
export function packSettlement(
  settlement: Settlement,
): [as: string, detail: string | number, reference: string | Buffer] {
  const { as } = settlement
  const detail = as === 'verified' ? settlement.proof : as === 'incorrect' ? (settlement.cap ?? '') : ''
  const reference = 'reference' in settlement ? settlement.reference : undefined
  return [as, detail, reference === undefined ? '' : pack(reference)]
}

type Reply = [
  ...[state: Buffer, channel: Buffer, expiresAt: number, attemptsRemaining: number, resendsUsed: number],
  ...[resendsRemaining: number, resendAvailableAt: number, proof: Buffer | null, slot: Buffer, phone: Buffer],
  ...[sitekey: Buffer, origin: Buffer, others: Buffer],
]

/** Reads what a script tells of the verification with that id. */
export function readVerification(id: string, reply: unknown): Verification {
  const [state, channel, expiresAt, attemptsRemaining, resendsUsed, ...more] = reply as Reply
  const [resendsRemaining, resendAvailableAt, proof, slot, phone, sitekey, origin, others] = more
  const [country, ...optional] = JSON.parse(others.toString()) as [string, ...(string | null)[]]
  const [language, action, cdata, nonce, trail, keyThumbprint] = optional.map((member) => member ?? undefined)
  return {
    id,
    slot: unpack(slot),
    phoneDigest: unpack(phone),
    sitekey: sitekey.toString(),
    origin: origin.toString(),
    ...{ country, language, action, cdata, nonce, trail, keyThumbprint },
    state: state.toString() as VerificationState,
    channel: channel.toString() as Channel,
    expiresAt,
    attemptsRemaining,
    resendsUsed,
    resendsRemaining,
    resendAvailableAt,
    proof: proof?.toString(),
  }
}
