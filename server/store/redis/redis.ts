import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { ConnectionOptions } from 'node:tls'
import type { Channel } from '../../../contract/index.js'
import type { RandomBytes } from '../../random.js'
import { tallied, type AccountChanges, type ChargedBy, type Receipt } from '../charge.js'
import type { Sleep } from '../insist.js'
import { recently } from '../recent.js'
import { parseRedisUrl } from '../redis-address.js'
import {
  StoreFullError,
  type Attempt,
  type AttemptRefusal,
  type OfNumber,
  type ResendRefusal,
  type Settlement,
  type Store,
  type VerificationFacts,
  type VerificationTerms,
} from '../store.js'
import * as scripts from './charge-scripts.js'
import { writeChanges, writeReceipt } from './charges.js'
import { connect, type Argument, type Script } from './connection.js'
import * as keys from './key-scripts.js'
import { pack, packFacts, packSettlement, readVerification, unpack } from './packing.js'
import { together } from './together.js'
import { undoing } from './undoing.js'
import * as verifications from './verification-scripts.js'

/** Settings of a Redis store. */
export interface RedisStoreOptions {
  /** Where Redis listens, as `parseRedisUrl` reads it. */
  url: string
  /** What every key begins with, so that tests can share a Redis. @default 'otp:' */
  prefix?: string
  /** Authorities and certificates for `rediss:`. @default those of the system */
  tls?: ConnectionOptions
  /** Milliseconds since 1970. @default Redis's own clock, which no machine that uses it can set */
  now?: () => number
  /** @default randomBytes of node:crypto */
  random?: RandomBytes
  /** @default setTimeout, for which no process stays */
  sleep?: Sleep
}

/** How many characters the ids and slots of one place have in common. */
const PLACE = 3

/**
 * A store in Redis 7 or Valkey, or a cluster of either, for any number of processes on any number of machines.
 *
 * It connects at once and goes on trying, so it can be made before Redis is up. Each change is one script, in one round trip
 * while Redis knows it, which calls of `consume` that come together share; only `recordSend` takes further ones to end
 * verifications elsewhere that it replaces, and `countNumber` and `eraseNumber` as many as there are places. Lists are read page
 * by page.
 *
 * A call that rejects may have been carried out all the same: its answer was lost, or it is still on its way. Nobody
 * gains a guess, a message or a token by that. What `add`, `begin` and `reserveAttempt` have taken then is given back by
 * itself as soon as Redis answers. What happens when a call is made again:
 *
 * | Call                                                                  | Made again                         |
 * | --------------------------------------------------------------------- | ---------------------------------- |
 * | `now`, `recent`, `get`, `isClaimed`, `sums`, `standing`, `kept`, `countNumber` | only asks                 |
 * | `eraseNumber`                                                         | erases what is left                |
 * | `recordSend`, `discard`, `claim`, `release`, `complete`, `abandon`, `announce`, `withdraw` | changes nothing more |
 * | `add`, `begin`, `reserveAttempt`                                      | may be refused, until what was taken is given back |
 * | `reserveResend`                                                       | refused: what was taken is spent   |
 * | `settleAttempt`                                                       | `undefined`; the settlement stands |
 * | `consume`, `apply`, `returnResend`, `refund` of credit                  | acts twice: leave it to time       |
 *
 * Redis must run with `maxmemory-policy noeviction`: then a full one refuses new verifications, while with any other
 * policy it forgets who has used up their attempts.
 *
 * Replication is asynchronous: a failover may undo the last moments, and with them an attempt, a resend or a claim that
 * was acknowledged. A guess more, a message more, and a token that is redeemed twice are then possible. With
 * `?replicas=1` at the end of the address, `add`, `reserveResend`, `reserveAttempt`, `claim`, and an operator's `consume`
 * and `apply`, wait until that many replicas have what they wrote (one WAIT for all that come together, 200 ms), and reject
 * when they have not (SR-C14). Whatever replaces the primary must be among them: with one replica it is; with more, wait
 * for all, or leave the choice to Sentinel, which takes the one that has most. While too few replicas are up, nobody can be
 * verified.
 *
 * @throws TypeError when `url` cannot be read; its message does not repeat it
 */
export function redisStore(options: RedisStoreOptions): Store {
  const { url, prefix = 'otp:', tls = {}, now, random = randomBytes, sleep = doze } = options
  const address = parseRedisUrl(url)
  if ('mistake' in address) throw new TypeError(address.mistake)
  const { replicas } = address
  const connection = connect(address, tls)
  // Redis answers nothing else on a connection that waits for replicas, so the other calls have one of their own.
  const lasting = replicas > 0 ? connect(address, tls) : connection
  const orUndo = undoing(sleep)
  const withTime = (args: readonly Argument[]) => [now?.() ?? '', ...args]
  /** Whatever may have to be decided with a verification lies in the same key. */
  const place = (id: string) => [`${prefix}v:${id.slice(0, PLACE)}`]

  function run(script: Script, names: readonly string[], ...args: Argument[]): Promise<unknown> {
    return connection.run(script, names, withTime(args), false)
  }

  /** Runs a script whose effect may not be lost once it is acknowledged. */
  function runLasting(script: Script, names: readonly string[], ...args: Argument[]): Promise<unknown> {
    return lasting.run(script, names, withTime(args), true)
  }

  /** What a visitor is charged may be lost, what an operator commands may not. */
  const runFor = (by?: ChargedBy) => (by === 'operator' ? runLasting : run)

  /** Runs a script on a verification. */
  function runOn(id: string, script: Script, ...args: Argument[]): Promise<unknown> {
    return run(script, place(id), id.slice(PLACE), ...args)
  }

  /** Does both. */
  function runLastingOn(id: string, script: Script, ...args: Argument[]): Promise<unknown> {
    return runLasting(script, place(id), id.slice(PLACE), ...args)
  }

  /** Counts or erases the verifications of a number in every place there is, a page of places at a time. */
  async function ofNumber(what: 'count' | 'erase', phoneDigests: readonly string[]): Promise<OfNumber> {
    const digests = phoneDigests.map(pack)
    // Redis may name a key twice.
    const seen = new Set<string>()
    const found: OfNumber = { verifications: 0, skipped: 0 }
    for await (const page of connection.scan(`${prefix}v:`)) {
      const places = page.filter((place) => !seen.has(place) && seen.add(place))
      const each = places.map((place) => run(verifications.OF_NUMBER, [place], what, ...digests))
      for (const count of await Promise.all(each)) {
        if (count === null) found.skipped++
        else found.verifications += count as number
      }
    }
    return found
  }

  const claimed = (key: string) => [`${prefix}c:${key}`]
  const called = (key: string) => [`${prefix}i:${key}`]
  const group = (name: string) => [`${prefix}a:${name}`]
  /** All accounts and marks lie on one node of a cluster, for those that are charged together may be any. */
  const counter = (key: string) => `${prefix}{n}:${key}`

  const asked = async () => now?.() ?? (await connection.time())
  const recent = now ? asked : recently(asked, () => performance.now())

  /** What is kept of accounts and marks, and the time. */
  const valuesOf = async (names: readonly string[]) =>
    [await connection.values(names.map(counter)), await recent()] as const

  return {
    now: asked,
    recent,

    async add(facts: VerificationFacts, terms: VerificationTerms, patience: number) {
      const { id, slot } = facts
      if (id.slice(0, PLACE) !== slot.slice(0, PLACE)) throw new TypeError('An id begins like its slot.')
      const { channel, lifetime, attempts, cooldowns, supersedes = '' } = terms
      const limits = [channel, lifetime, attempts, supersedes, ...cooldowns]
      try {
        const adding = runLastingOn(id, verifications.ADD, patience, ...packFacts(facts), ...limits)
        const added = await orUndo(adding, () => runOn(id, verifications.DISCARD))
        return Array.isArray(added) ? readVerification(id, added) : 'busy'
      } catch (error) {
        if (error instanceof StoreFullError) return 'full'
        throw error
      }
    },

    async get(id: string) {
      const found = await runOn(id, verifications.GET)
      return found === null ? undefined : readVerification(id, found)
    },

    async recordSend(id: string, reference: string, channel: Channel, otherSlot?: string) {
      const other = otherSlot === undefined ? '' : pack(otherSlot)
      const recorded = await runOn(id, verifications.RECORD_SEND, pack(reference), channel, other)
      if (recorded === null) return false
      const [empties, sitekey, origin, supersedes] = recorded as [number, Buffer, Buffer, Buffer | null]
      // In a cluster it may be kept by another node, so this step is its own. In between, or should it never be
      // taken, the older verification lives on with the attempts it has, of a number of its own: nothing is won.
      const older = supersedes?.toString()
      if (older !== undefined && older !== id) await runOn(older, verifications.SUPERSEDE, sitekey, origin)
      if (empties === 1) await runOn(otherSlot!, verifications.EMPTY_SLOT, other)
      return true
    },

    async discard(id: string) {
      await runOn(id, verifications.DISCARD)
    },

    async reserveResend(id: string): Promise<{ reference: string } | ResendRefusal> {
      return readReservation<ResendRefusal>(await runLastingOn(id, verifications.RESERVE_RESEND))
    },

    async returnResend(id: string) {
      await runOn(id, verifications.RETURN_RESEND)
    },

    async reserveAttempt(id: string, interval: number, patience: number): Promise<Attempt | AttemptRefusal> {
      // Random, so that whoever held a lease that a crash of Redis has undone does not hold the next one.
      const lease = Buffer.from(random(12)).toString('base64url')
      const reply = await orUndo(
        runLastingOn(id, verifications.RESERVE_ATTEMPT, lease, interval, patience),
        () => runOn(id, verifications.SETTLE_ATTEMPT, lease, ...packSettlement({ as: 'unasked' })),
      )
      const reserved = readReservation<AttemptRefusal>(reply)
      return 'refused' in reserved ? reserved : { lease, ...reserved }
    },

    async settleAttempt(id: string, lease: string, settlement: Settlement) {
      const settled = await runOn(id, verifications.SETTLE_ATTEMPT, lease, ...packSettlement(settlement))
      return settled === null ? undefined : readVerification(id, settled)
    },

    async claim(key: string, holder: string, ttl: number, by: ChargedBy = 'start') {
      const claiming = by === 'start' ? keys.CLAIM : keys.CLAIM_ALL_THE_SAME
      return (await runLasting(claiming, claimed(key), holder, ttl)) === 1
    },

    async release(key: string, holder: string) {
      await run(keys.RELEASE, claimed(key), holder)
    },

    async isClaimed(key: string, holder?: string) {
      return (await run(keys.IS_CLAIMED, claimed(key), ...(holder === undefined ? [] : [holder]))) === 1
    },

    consume: together(counter, (by, keys, numbers) => {
      const consuming = by === 'start' ? scripts.CONSUME : scripts.CONSUME_UNDER_WAY
      return runFor(by)(consuming, keys, numbers)
    }),

    async refund(receipt: Receipt) {
      if (receipt.charges.length === 0) return
      const { keys, numbers } = writeReceipt(receipt, counter)
      await run(scripts.REFUND, keys, numbers)
    },

    async apply(changes: AccountChanges, by?: ChargedBy) {
      const { keys, numbers } = writeChanges(changes, counter)
      await runFor(by)(scripts.APPLY, keys, numbers)
    },

    async sums(keys: readonly string[]) {
      const [values, at] = await valuesOf(keys)
      return values.map((value) => tallied(value && [value.readDoubleBE(0), value.readDoubleBE(8)], at)[0])
    },

    async standing(marks: readonly string[]) {
      const [values, at] = await valuesOf(marks)
      return values.map((value) => value !== undefined && value.readDoubleBE(0) > at)
    },

    kept: async (keys) => (await connection.values(keys.map(counter))).filter(Boolean).length,

    async begin(key: string, holder: string, patience: number) {
      const begun = (await orUndo(run(keys.BEGIN, called(key), patience, holder), () =>
        run(keys.RELEASE, called(key), holder),
      )) as Buffer | number
      if (typeof begun === 'number') return begun === 1 ? 'begun' : 'running'
      return { answer: begun.toString('utf8', 1) }
    },

    async complete(key: string, holder: string, answer: string, ttl: number) {
      await run(keys.COMPLETE, called(key), holder, answer, ttl)
    },

    async abandon(key: string, holder: string) {
      await run(keys.RELEASE, called(key), holder)
    },

    async announce(name: string, member: string, value: string, ttl: number) {
      const said = (await run(keys.ANNOUNCE, group(name), member, value, ttl)) as Buffer[]
      const texts = said.map(String)
      return new Map(texts.flatMap((text, i) => (i % 2 ? [] : [[text, texts[i + 1]!] as const])))
    },

    async withdraw(name: string, member: string) {
      await run(keys.WITHDRAW, group(name), member)
    },

    countNumber: (phoneDigests) => ofNumber('count', phoneDigests),
    eraseNumber: (phoneDigests) => ofNumber('erase', phoneDigests),

    async close() {
      await Promise.all([...new Set([connection, lasting])].map((each) => each.close()))
    },
  }
}

/** Waits, but not for that does a process stay. */
async function doze(milliseconds: number): Promise<void> {
  await setTimeout(milliseconds, undefined, { ref: false })
}

function readReservation<Refusal>(reply: unknown): { reference: string } | Refusal {
  const [word, detail] = reply as [Buffer, (Buffer | number)?]
  if (Buffer.isBuffer(detail)) return { reference: unpack(detail) }
  return { refused: word.toString(), ...(detail !== undefined && { wait: detail }) } as Refusal
}
