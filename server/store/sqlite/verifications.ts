import {
  mayReplace,
  maySupersede,
  newEntry,
  refresh,
  settle,
  snapshot,
  takeAttempt,
  takeResend,
  type Entry,
} from '../entry.js'
import type { Store } from '../store.js'
import type { FileClock } from './file-clock.js'
import type { StoreFile } from './file.js'
import type { KnownEntries, SavedEntry } from './known-entries.js'
import { verificationRecords } from './records.js'
import type { FileRoom } from './room.js'

type Verifications = Pick<
  Store,
  | 'add'
  | 'get'
  | 'recordSend'
  | 'discard'
  | 'reserveResend'
  | 'returnResend'
  | 'reserveAttempt'
  | 'settleAttempt'
>

/** The part of the store that is about verifications. */
export function verifications(
  file: StoreFile,
  { now, recent }: FileClock,
  room: FileRoom,
  known: KnownEntries,
): Verifications {
  const records = verificationRecords(file, room, known)
  const lease = file.returning<[number]>(`UPDATE tally SET n = n + 1 WHERE kind = 'lease' RETURNING n`)

  function find(id: string, at: number): SavedEntry | undefined {
    return refreshed(records.find(id, at), at)
  }

  /** Removes a verification if it may, and returns whether it did. */
  function end(older: SavedEntry | undefined, at: number, may: (older: Entry) => boolean): boolean {
    if (!older || !may(refresh(older.entry, at))) return false
    records.remove(older)
    return true
  }

  return {
    async add(facts, terms, patience) {
      return file.step(() => {
        const at = now()
        if (records.isSending(facts.slot, at)) return 'busy'
        const entry = newEntry(facts, terms, at)
        return records.add(entry, at + patience, at) ? snapshot(entry) : 'full'
      })
    },

    async get(id) {
      const at = await recent()
      return file.look(() => {
        // What this process has written need not be read.
        const record = refreshed(file.isAsLeft() ? records.find(id, at) : records.look(id, at), at)
        return record && snapshot(record.entry)
      })
    },

    async recordSend(id, reference, channel, otherSlot) {
      return file.step(() => {
        const at = now()
        const record = find(id, at)
        if (record?.entry.state !== 'sending' && record?.entry.state !== 'sent') return false
        const { facts, state, supersedes } = record.entry
        if (state === 'sending') {
          const holder = records.holder(facts.slot, at)
          if (!end(holder, at, (older) => mayReplace(facts, older)) && holder) records.unseat(holder)
          if (otherSlot !== undefined) {
            end(records.holder(otherSlot, at), at, (older) => mayReplace(facts, older))
          }
          if (supersedes !== undefined) {
            end(records.find(supersedes, at), at, (older) => maySupersede(facts, older))
          }
        }
        Object.assign(record.entry, { state: 'sent', reference, channel, supersedes: undefined })
        if (state === 'sending') records.seat(record)
        else records.save(record)
        return true
      })
    },

    async discard(id) {
      await file.step(() => {
        const record = find(id, now())
        if (record && record.entry.state !== 'verified' && !record.entry.lease) records.remove(record)
      })
    },

    async reserveResend(id) {
      return file.step(() => {
        const at = now()
        const record = find(id, at)
        const taken = takeResend(record?.entry, at)
        if ('reference' in taken) records.save(record!)
        return taken
      })
    },

    async returnResend(id) {
      await file.step(() => {
        const record = find(id, now())
        if (!record || record.entry.resendsUsed === 0) return
        record.entry.resendsUsed--
        records.save(record)
      })
    },

    async reserveAttempt(id, interval, patience) {
      return file.step(() => {
        const at = now()
        const record = find(id, at)
        const newLease = () => String(lease()![0])
        const taken = takeAttempt(record?.entry, at, { interval, patience, newLease })
        if ('lease' in taken) records.save(record!)
        return taken
      })
    },

    async settleAttempt(id, lease, settlement) {
      return file.step(() => {
        const at = now()
        const record = find(id, at)
        if (!record || !settle(record.entry, at, lease, settlement)) return undefined
        if (settlement.as === 'verified') records.saveUntil(record)
        else records.save(record)
        return snapshot(record.entry)
      })
    },
  }
}

function refreshed(record: SavedEntry | undefined, at: number): SavedEntry | undefined {
  if (record) refresh(record.entry, at)
  return record
}
