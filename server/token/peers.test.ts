import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ServerEvent } from '../observe/events.js'
import { digestsUnder } from '../pepper/digests.js'
import { memoryStore } from '../store/memory.js'
import { StoreError, type Store } from '../store/store.js'
import { rotate } from './key-lifecycle.js'
import { revokeOn } from './key-ring.js'
import { SigningKeysError, type PrivateJwk } from './key-set.js'
import { changingKeys, generateSigningJwk, importKeys, type WorkingKey } from './keys.js'
import { createPeers, sharePeppers, sitekeysOn } from './peers.js'

const PEPPER = randomBytes(32)

let store: Store
let time: number
let events: ServerEvent[]
let a: PrivateJwk
let b: PrivateJwk
beforeEach(async () => {
  time = Date.UTC(2026, 0, 15, 12)
  store = memoryStore({ now: () => time })
  events = []
  a = await generateSigningJwk(randomBytes)
  b = await generateSigningJwk(randomBytes)
})

/** A server with these keys, which may be given others. */
async function server(name: string, jwks: PrivateJwk[], pepper = PEPPER, other?: Buffer) {
  let keys: WorkingKey[] = await importKeys(jwks)
  const peers = createPeers({
    store,
    signingKeys: changingKeys(
      () => keys,
      () => time,
    ),
    digests: digestsUnder(pepper, other),
    sitekeys: ['shop'],
    observe: (event) => events.push(event),
    member: name,
  })
  return {
    ...peers,
    async give(others: PrivateJwk[]) {
      keys = await importKeys(others)
    },
  }
}

describe('a server that comes to a store', () => {
  it('is refused beside one that signs with other keys, and the mismatch is named (SR-A23)', async () => {
    await (await server('one', [a])).join()
    const two = await server('two', [b])
    await expect(two.join()).rejects.toThrow(SigningKeysError)
    await expect(two.join()).rejects.toThrow(`signs with the key ${a.kid}, which this one does not have`)
    const half = await server('half', [b, a])
    await expect(half.join()).rejects.toThrow(`would sign with the key ${b.kid}`)
    const impostor = await server('impostor', [{ ...b, kid: a.kid }])
    await expect(impostor.join()).rejects.toThrow(SigningKeysError)
    await (await server('three', [a, b])).join()
  })

  it('is refused with another pepper, which would make two numbers of every one', async () => {
    await (await server('one', [a])).join()
    await expect((await server('two', [a], randomBytes(32))).join()).rejects.toThrow('pepper')
  })

  it('is let in during a change of the pepper beside those that read what it writes, and no others (SR-G03)', async () => {
    const fresh = randomBytes(32)
    await (await server('old', [a])).join()
    await (await server('old, new', [a], PEPPER, fresh)).join()
    const early = await server('new, old', [a], fresh, PEPPER)
    await expect(early.join()).rejects.toThrow('pepper')
    await (await server('old', [a])).leave()
    await early.join()
    const alone = await server('new', [a], fresh)
    await expect(alone.join()).rejects.toThrow('pepper')
    await (await server('old, new', [a])).leave()
    await alone.join()
  })

  it('is let in with a rotation that gives the others time', async () => {
    const one = await server('one', [a])
    await one.join()
    const rotating = rotate([a], b, time)
    await (await server('two', rotating)).join()
    await one.give(rotating)
    for (let minutes = 0; minutes < 20; minutes++) {
      await one.renew()
      time += 10_000
    }
    time += 15 * 60_000
    await one.renew()
    await (await server('three', rotating)).join()
    await expect((await server('late', [a])).join()).rejects.toThrow(b.kid)
  })

  it('takes the place of one that has left, or was silent for 20 seconds', async () => {
    const one = await server('one', [a])
    await one.join()
    await one.leave()
    const two = await server('two', [b])
    await two.join()
    time += 19_999
    await expect(one.join()).rejects.toThrow(SigningKeysError)
    time += 1
    await one.join()
  })

  it('is told, once, when another has come to sign with a key that it does not know', async () => {
    const one = await server('one', [a])
    const two = await server('two', [a, b])
    await one.join()
    await two.join()
    await two.give([b, a])
    await two.renew()
    await one.renew()
    await one.renew()
    expect(events).toEqual([{ event: 'keys', change: 'differ', kid: b.kid }])
  })

  it('is told nothing of a key that was revoked since another last spoke', async () => {
    const one = await server('one', [a, b])
    const two = await server('two', [a, b])
    await one.join()
    await two.join()
    await revokeOn(store, a.kid)
    await two.give([b])
    await two.renew()
    await one.renew()
    expect(events).toEqual([])
    // Whoever signs with another key under that name is none of it.
    await one.give([{ ...a, kid: 'other' }, b])
    await one.renew()
    await two.renew()
    expect(events).toEqual([{ event: 'keys', change: 'differ', kid: 'other' }])
  })

  it('is told, once, of another with another pepper that came while it was silent, and the later one stops working', async () => {
    const one = await server('one', [a])
    await one.join()
    time += 20_000
    const two = await server('two', [a], randomBytes(32))
    await two.join()
    await one.renew()
    await two.renew()
    await one.renew()
    await two.renew()
    const pepper = { event: 'keys', change: 'pepper', kid: a.kid }
    expect(events).toEqual([pepper, pepper])
    expect([one.mayWork(), two.mayWork()]).toEqual([true, false])
    await one.leave()
    await two.renew()
    expect(two.mayWork()).toBe(true)
  })

  it('of two with different peppers that began at the same moment by the clock of the store, one goes on', async () => {
    const one = await server('one', [a])
    await one.join()
    await one.leave()
    const two = await server('two', [a], randomBytes(32))
    await two.join()
    for (const each of [one, two, one]) await each.renew()
    expect([one.mayWork(), two.mayWork()]).toEqual([true, false])
  })

  it('goes on while the store is away', async () => {
    const one = await server('one', [a])
    await one.join()
    const away = () => Promise.reject(new StoreError('away'))
    Object.assign(store, { announce: away, withdraw: away })
    await one.renew()
    await one.leave()
    await expect((await server('two', [a])).join()).rejects.toThrow(StoreError)
  })
})

describe('a command on a store', () => {
  const ask = (...peppers: [Buffer, Buffer?]) => sharePeppers(store, digestsUnder(...peppers))

  it('learns whether servers have its pepper, and is none of them', async () => {
    expect(await ask(PEPPER)).toBe(undefined)
    const one = await server('one', [a])
    const asked = ask(PEPPER)
    await one.join()
    expect([await asked, one.count()]).toEqual([undefined, 1])
    const fresh = randomBytes(32)
    expect([await ask(PEPPER), await ask(fresh), await ask(PEPPER, fresh)]).toEqual([true, false, true])
    await (await server('two', [a], PEPPER, fresh)).join()
    expect([await ask(fresh, PEPPER), await ask(PEPPER)]).toEqual([false, true])
    time += 20_000
    expect(await ask(fresh)).toBe(undefined)
  })

  it('learns the sites of its servers', async () => {
    expect(await sitekeysOn(store)).toEqual({ sitekeys: [], silent: 0 })
    await (await server('one', [a])).join()
    expect(await sitekeysOn(store)).toEqual({ sitekeys: ['shop'], silent: 0 })
    time += 20_000
    expect(await sitekeysOn(store)).toEqual({ sitekeys: [], silent: 0 })
  })
})
