import { calculateJwkThumbprint, type JSONWebKeySet } from 'jose'
import { nameOf } from '../observe/error-name.js'
import type { Observe } from '../observe/events.js'
import { underEach, type Digests } from '../pepper/digests.js'
import { listed, READER } from '../store/listing.js'
import type { Store } from '../store/store.js'
import { revocationKey } from './key-ring.js'
import { SigningKeysError } from './key-set.js'
import type { SigningKeys } from './keys.js'

/** Group in which servers on one store announce their keys, peppers, sites and age. */
const GROUP = 'servers'

/** Milliseconds for which a server that has fallen silent still counts. */
const SILENCE = 20_000

/**
 * What a server announces: thumbprints (RFC 7638) by kid, its sites, and a digest for each of its peppers, beginning with the
 * one it writes under.
 */
interface Statement {
  signs: string | null
  knows: Record<string, string>
  peppers: string[]
  sitekeys: readonly string[]
  /** When it began, by the store's clock, in milliseconds since 1970. */
  since: number
}

/** What another server announces, and its name. */
type Peer = Statement & { name: string }

/** The servers that share a store. */
export interface Peers {
  /**
   * Makes sure that this server can work beside those already there.
   *
   * @throws SigningKeysError, naming the key, when one of them signs with a key that the other does not know, or writes
   * under a pepper that the other does not have
   */
  join(): Promise<void>
  /**
   * Announces again that this server is there. Keys or peppers that came to differ, while a server was silent or the store lost
   * data, are reported to the observer, and so is a store that is away, once until it answers again. Never rejects.
   */
  renew(): Promise<void>
  /** Whether this server may work beside the others: of two with different peppers, the one that started later may not. */
  mayWork(): boolean
  /** How many servers are on the store, including this one, as of the last announcements. */
  count(): number
  /** Makes room for a server with other keys. Never rejects. */
  leave(): Promise<void>
}

/** What joining needs. `member` names this server among the others. */
export interface PeersDeps {
  store: Pick<Store, 'now' | 'announce' | 'withdraw' | 'isClaimed'>
  signingKeys: SigningKeys
  digests: Digests
  sitekeys: readonly string[]
  observe: Observe
  member: string
}

/**
 * Keeps servers on one store from working against each other: a token signed by one would be refused by a backend that fetched
 * the keys from another, and a number digested under two peppers would be two numbers to every limit.
 */
export function createPeers(deps: PeersDeps): Peers {
  const { store, signingKeys, digests, sitekeys, observe, member } = deps
  let since: number | undefined
  let differing: string | undefined
  let peppered = false
  let may = true
  let away = false
  let known = 1

  async function others(): Promise<{ own: Statement; theirs: Peer[] }> {
    since ??= await store.now()
    const own = { ...(await statement(signingKeys, digests)), sitekeys, since }
    const all = await store.announce(GROUP, member, JSON.stringify(own), SILENCE)
    const servers = [...all].filter(([name]) => name !== READER)
    known = servers.length
    const theirs = servers
      .filter(([name]) => name !== member)
      .map(([name, text]) => ({ ...(JSON.parse(text) as Statement), name }))
    return { own, theirs }
  }

  async function noteKeys(own: Statement, theirs: Peer[]): Promise<void> {
    let found: string | undefined
    for (const peer of theirs) {
      if (peer.signs === null || knows(own, peer.signs)) continue
      const kid = kidOf(peer, peer.signs)
      // It was revoked since that server's last announcement; the server will report that itself.
      if (!(await store.isClaimed(revocationKey(kid)))) found ??= kid
    }
    if (found !== undefined && found !== differing) observe({ event: 'keys', change: 'differ', kid: found })
    differing = found
  }

  function notePeppers(own: Statement, theirs: Peer[]): void {
    const strangers = theirs.filter((peer) => !shareNumbers(own, peer))
    may = strangers.every((peer) => (peer.since === own.since ? peer.name > member : peer.since > own.since))
    const [first] = strangers
    if (first && !peppered) {
      observe({
        event: 'keys',
        change: 'pepper',
        kid: first.signs === null ? 'unknown' : kidOf(first, first.signs),
      })
    }
    peppered = first !== undefined
  }

  async function leave(): Promise<void> {
    // If the store is away, the announcement expires by itself.
    await store.withdraw(GROUP, member).catch(() => {})
  }

  return {
    async join() {
      const { own, theirs } = await others()
      const mismatch = theirs.map((peer) => mismatchOf(own, peer)).find((text) => text !== undefined)
      if (mismatch === undefined) return
      await leave()
      throw new SigningKeysError(`${mismatch} ${ADVICE}`)
    },
    async renew() {
      try {
        const { own, theirs } = await others()
        notePeppers(own, theirs)
        await noteKeys(own, theirs)
        away = false
      } catch (error) {
        // Where a load balancer sends no calls to servers that are not ready, nothing else would report it.
        if (!away) observe({ event: 'failure', operation: 'store', requestId: '', error: nameOf(error) })
        away = true
      }
    },
    mayWork: () => may,
    count: () => known,
    leave,
  }
}

/**
 * Asks the servers on a store whether they find what is digested under these peppers.
 *
 * @returns `undefined` when there is no server to ask.
 * @throws StoreError
 */
export async function sharePeppers(
  store: Pick<Store, 'announce' | 'withdraw'>,
  digests: Digests,
): Promise<boolean | undefined> {
  const own = { peppers: peppersUnder(digests) }
  const theirs = await statements(store)
  return theirs.length === 0 ? undefined : theirs.every((peer) => shareNumbers(own, peer))
}

/** How many servers are on a store, as of their last announcements. @throws StoreError */
export async function serversOn(store: Pick<Store, 'announce' | 'withdraw'>): Promise<number> {
  return (await listed(store, GROUP)).size
}

/** What the servers on a store announce about their sites. */
export interface NamedSites {
  sitekeys: string[]
  /** How many are of a version that announces no sites. */
  silent: number
}

/** The sites of the servers on a store, as of their last announcements. @throws StoreError */
export async function sitekeysOn(store: Pick<Store, 'announce' | 'withdraw'>): Promise<NamedSites> {
  const told = (await statements(store)).map((said: Partial<Statement>) => said.sitekeys)
  return {
    sitekeys: told.flatMap((sitekeys) => sitekeys ?? []),
    silent: told.filter((sitekeys) => sitekeys === undefined).length,
  }
}

async function statements(store: Pick<Store, 'announce' | 'withdraw'>): Promise<Statement[]> {
  return [...(await listed(store, GROUP)).values()].map((text) => JSON.parse(text) as Statement)
}

const ADVICE =
  'All servers on a store need the same OTP_SIGNING_KEYS and OTP_PEPPER; keys are replaced with: otp-verify keys rotate; ' +
  'a pepper by giving all servers OLD,NEW, then all NEW,OLD, and a day later NEW. ' +
  'If the other server is gone, wait 20 seconds.'

function mismatchOf(own: Statement, peer: Statement): string | undefined {
  if (!shareNumbers(own, peer)) return 'Another server on this store has another pepper.'
  if (peer.signs !== null && !knows(own, peer.signs)) {
    return `Another server on this store signs with the key ${kidOf(peer, peer.signs)}, which this one does not have.`
  }
  if (own.signs !== null && !knows(peer, own.signs)) {
    return `This server would sign with the key ${kidOf(own, own.signs)}, which another server on this store does not have.`
  }
  return undefined
}

type Peppers = Pick<Statement, 'peppers'>

function shareNumbers(one: Peppers, other: Peppers): boolean {
  return readsAll(one, other) && readsAll(other, one)
}

function readsAll({ peppers }: Peppers, { peppers: [writes] }: Peppers): boolean {
  return peppers.includes(writes!)
}

function knows({ knows }: Statement, thumbprint: string): boolean {
  return Object.values(knows).includes(thumbprint)
}

function kidOf({ knows }: Statement, thumbprint: string): string {
  return Object.keys(knows).find((kid) => knows[kid] === thumbprint) ?? 'unknown'
}

async function statement(
  signingKeys: SigningKeys,
  digests: Digests,
): Promise<Omit<Statement, 'sitekeys' | 'since'>> {
  const knows = await thumbprints(signingKeys.published())
  let signs: string | null = null
  try {
    signs = knows[signingKeys.signer().kid] ?? null
  } catch {
    // A server without a signing key still answers what it can.
  }
  return { signs, knows, peppers: peppersUnder(digests) }
}

function peppersUnder(digests: Digests): string[] {
  return underEach(digests).map((one) => one.digest('pepper'))
}

async function thumbprints({ keys }: JSONWebKeySet): Promise<Record<string, string>> {
  const named = keys.map(async (key) => [key.kid!, await calculateJwkThumbprint(key)] as const)
  return Object.fromEntries(await Promise.all(named))
}
