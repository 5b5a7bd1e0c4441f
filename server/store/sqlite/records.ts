import { CHANNELS, VERIFICATION_STATES } from '../../../contract/index.js'
import type { Entry } from '../entry.js'
import type { VerificationFacts } from '../store.js'
import type { StoreFile, Value } from './file.js'
import type { KnownEntries, SavedEntry } from './known-entries.js'
import { pack, unpack } from './pack.js'
import type { FileRoom } from './room.js'

/** What is never changed, and what `save` writes. */
const FIXED = 'id, slot, phone_digest, cdata, nonce, trail, key_thumbprint, expires_at'
const CHANGING = `state, channel, attempts_remaining, given_back, last_attempt_at, lease, lease_until,
  resends_used, resend_available_at, reference, proof, supersedes`

type Packed = string | Buffer

type Fixed = [
  id: Packed,
  slot: Packed,
  phoneDigest: Packed,
  cdata: string | null,
  nonce: Packed | null,
  trail: Packed | null,
  keyThumbprint: Packed | null,
  expiresAt: number,
]

type Changing = [
  state: number,
  channel: number,
  attemptsRemaining: number,
  givenBack: number,
  lastAttemptAt: number | null,
  lease: number | null,
  leaseUntil: number | null,
  resendsUsed: number,
  resendAvailableAt: number,
  reference: Packed | null,
  proof: string | null,
  supersedes: Packed | null,
]

/** What a verification shares with many others. */
type Common = [
  sitekey: string,
  origin: string,
  country: string,
  language: string | null,
  action: string | null,
  cooldowns: readonly number[],
]

/** Entries of verifications, as rows of a file. To be used inside a step. */
export interface Records {
  /** The entry as last saved; `undefined` when there is none or it has expired. */
  find(id: string, now: number): SavedEntry | undefined
  /** Finds the entry by one statement, to be used inside a look. */
  look(id: string, now: number): SavedEntry | undefined
  /** The one that has the slot. */
  holder(slot: string, now: number): SavedEntry | undefined
  /** Whether a message for the slot is being sent. */
  isSending(slot: string, now: number): boolean
  /** Adds an entry which sends a message for its slot until `sendingUntil`. @returns `false` when there is no room. */
  add(entry: Entry, sendingUntil: number, now: number): boolean
  save(record: SavedEntry): void
  /** Saves the entry, and also when it is forgotten. */
  saveUntil(record: SavedEntry): void
  /** Saves the entry, and gives it its slot. */
  seat(record: SavedEntry): void
  /** Takes its slot away from the entry. */
  unseat(record: SavedEntry): void
  remove(record: SavedEntry): void
}

/** The verifications of a file. */
export function verificationRecords(file: StoreFile, room: FileRoom, known: KnownEntries): Records {
  const select = `SELECT v.row, until, facts, ${FIXED}, ${CHANGING}
    FROM verification v JOIN common c ON c.row = v.common`
  const find = file.first(`${select} WHERE substr(id, -6) = substr(?1, -6) AND id = ?1 AND until > ?2`)
  const holder = file.first(
    `${select} WHERE substr(slot, -6) = substr(?1, -6) AND slot = ?1 AND seat = 0 AND until > ?2`,
  )
  const sender = file.first(
    'SELECT row FROM verification WHERE substr(slot, -6) = substr(?1, -6) AND slot = ?1 AND seat > ?2',
  )
  const count = file.first<[number]>(`SELECT n FROM tally WHERE kind = 'verification'`)
  const share = file.returning<[number]>(
    `INSERT INTO common (facts, uses) VALUES (?, 1) ON CONFLICT DO UPDATE SET uses = uses + 1 RETURNING row`,
  )
  const insert = file.returning<[number]>(
    `INSERT INTO verification (${FIXED}, ${CHANGING}, common, until, seat)
     VALUES (${Array(23).fill('?').join()}) RETURNING row`,
  )
  const unseat = file.change('UPDATE verification SET seat = NULL WHERE row = ?')
  const remove = file.change('DELETE FROM verification WHERE row = ?')

  const look = (id: string, now: number) => toRecord(find(pack(id), now))

  /** A function that saves an entry, and further columns. */
  function saving(besides = '', values: (entry: Entry) => Value[] = () => []) {
    const update = file.change(
      `UPDATE verification SET (${CHANGING}) = (${Array(12).fill('?').join()})${besides} WHERE row = ?`,
    )
    return (record: SavedEntry): void => {
      const { row, entry } = record
      update(...changingOf(entry), ...values(entry), row)
      known.set(record)
    }
  }

  return {
    find(id, now) {
      const record = known.get(id)
      if (!record) return look(id, now)
      return record.entry.until > now ? record : undefined
    },
    look,
    holder: (slot, now) => toRecord(holder(pack(slot), now)),
    isSending: (slot, now) => sender(pack(slot), now) !== undefined,
    add(entry, sendingUntil, now) {
      room.sweepVerifications(now)
      if (count()![0] >= room.capacityFor('start')) {
        // A refused call makes room for later ones by removing expired entries of any kind.
        room.sweep(now)
        return false
      }
      const [common] = share(JSON.stringify(commonOf(entry)))!
      const [row] = insert(...fixedOf(entry), ...changingOf(entry), common, entry.until, sendingUntil)!
      known.set({ row, entry })
      return true
    },
    save: saving(),
    saveUntil: saving(', until = ?', ({ until }) => [until]),
    seat: saving(', seat = 0'),
    unseat: ({ row }) => void unseat(row),
    remove({ row, entry }) {
      remove(row)
      known.delete(entry.facts.id)
    },
  }
}

function commonOf({ facts, cooldowns }: Entry): Common {
  const { sitekey, origin, country, language, action } = facts
  return [sitekey, origin, country, language ?? null, action ?? null, cooldowns]
}

function fixedOf({ facts, expiresAt }: Entry): Fixed {
  const { id, slot, phoneDigest, cdata, nonce, trail, keyThumbprint } = facts
  const digests = [pack(id), pack(slot), pack(phoneDigest)] as const
  return [...digests, cdata ?? null, packed(nonce), packed(trail), packed(keyThumbprint), expiresAt]
}

function changingOf(entry: Entry): Changing {
  return [
    VERIFICATION_STATES.indexOf(entry.state),
    CHANNELS.indexOf(entry.channel),
    entry.attemptsRemaining,
    entry.givenBack,
    entry.lastAttemptAt ?? null,
    entry.lease ? Number(entry.lease.name) : null,
    entry.lease?.until ?? null,
    entry.resendsUsed,
    entry.resendAvailableAt,
    packed(entry.reference),
    entry.proof ?? null,
    packed(entry.supersedes),
  ]
}

function packed(text: string | undefined): Packed | null {
  return text === undefined ? null : pack(text)
}

function unpacked(packed: Packed | null): string | undefined {
  return packed === null ? undefined : unpack(packed)
}

function toRecord(found: readonly Value[] | undefined): SavedEntry | undefined {
  if (!found) return undefined
  const [row, until, common] = found as [number, number, string]
  const fixed = found.slice(3) as Fixed
  const changing = found.slice(3 + FIXED.split(',').length) as Changing
  const shared = JSON.parse(common) as Common
  return {
    row,
    entry: {
      facts: {
        id: unpack(fixed[0]),
        slot: unpack(fixed[1]),
        phoneDigest: unpack(fixed[2]),
        sitekey: shared[0],
        origin: shared[1],
        country: shared[2],
        language: shared[3] ?? undefined,
        action: shared[4] ?? undefined,
        cdata: fixed[3] ?? undefined,
        nonce: unpacked(fixed[4]),
        trail: unpacked(fixed[5]),
        keyThumbprint: unpacked(fixed[6]),
      } satisfies Record<keyof VerificationFacts, unknown>,
      expiresAt: fixed[7],
      cooldowns: shared[5],
      state: VERIFICATION_STATES[changing[0]]!,
      channel: CHANNELS[changing[1]]!,
      attemptsRemaining: changing[2],
      givenBack: changing[3],
      lastAttemptAt: changing[4] ?? undefined,
      lease: changing[5] === null ? undefined : { name: String(changing[5]), until: changing[6]! },
      resendsUsed: changing[7],
      resendAvailableAt: changing[8],
      reference: unpacked(changing[9]),
      proof: changing[10] ?? undefined,
      supersedes: unpacked(changing[11]),
      until,
    },
  }
}
