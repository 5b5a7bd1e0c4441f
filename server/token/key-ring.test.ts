import { randomBytes } from 'node:crypto'
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ServerEvent } from '../observe/events.js'
import { memoryStore } from '../store/memory.js'
import { StoreError, type Store } from '../store/store.js'
import { rotate } from './key-lifecycle.js'
import { SigningKeysError, type PrivateJwk } from './key-set.js'
import { openKeyRing, revocationKey, revokeOn } from './key-ring.js'
import { generateSigningJwk } from './keys.js'

let folder: string
let file: string
let store: Store
let time: number
let events: ServerEvent[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-'))
  file = join(folder, 'keys.json')
  time = Date.UTC(2026, 0, 15, 12)
  store = memoryStore({ now: () => time })
  events = []
})
afterEach(() => rm(folder, { recursive: true }))

const fresh = () => generateSigningJwk(randomBytes)
const HOUR = 3600_000

/** @param ahead milliseconds by which the server's own clock is ahead of the store's */
const ring = (source: { file: string } | { text: string } = { file }, ahead = 0) =>
  openKeyRing({ source, store, now: () => time + ahead, observe: (event) => events.push(event) })

async function write(...keys: PrivateJwk[]): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify({ keys }), { mode: 0o600 })
  await rename(`${file}.new`, file)
}

describe('a key ring', () => {
  it('without a key that may sign names the file and what to do', async () => {
    const ended = { ...(await fresh()), exp: time / 1000 }
    await write(ended)
    await expect(ring()).rejects.toThrow(`No key in ${file} may sign now. Add one: otp-verify keys rotate`)
    await expect(ring({ text: JSON.stringify(ended) })).rejects.toThrow('No key in OTP_SIGNING_KEYS')
  })

  it('takes up a rotation while the server runs, and tells when the new key signs', async () => {
    const old = await fresh()
    const next = await fresh()
    await write(old)
    const keys = await ring()
    await write(...rotate([old], next, time))
    await keys.refresh()
    expect(keys.published().keys.map(({ kid }) => kid)).toEqual([next.kid, old.kid])
    expect(keys.signer().kid).toBe(old.kid)
    time += 15 * 60_000
    await keys.refresh()
    expect(keys.signer().kid).toBe(next.kid)
    expect(events).toEqual([{ event: 'keys', change: 'signing', kid: next.kid }])
  })

  it('takes up a file that was replaced by one of the same size', async () => {
    await write(await fresh())
    const { size } = await stat(file)
    const keys = await ring()
    const next = await fresh()
    await write(next)
    expect((await stat(file)).size).toBe(size)
    await keys.refresh()
    expect(keys.signer().kid).toBe(next.kid)
  })

  it('forgets a key that was revoked on the store, though its own text still has it (SR-A22)', async () => {
    const old = await fresh()
    const other = { ...(await fresh()), nbf: 1 }
    const keys = await ring({ text: JSON.stringify({ keys: [old, other] }) })
    await store.claim(revocationKey(other.kid), 'operator', 1_000_000)
    await keys.refresh()
    expect(keys.signer().kid).toBe(old.kid)
    expect(keys.published().keys.map(({ kid }) => kid)).toEqual([old.kid])
    await store.claim(revocationKey(old.kid), 'operator', 1_000_000)
    await keys.refresh()
    expect(() => keys.signer()).toThrow(SigningKeysError)
    await keys.refresh()
    expect(events).toEqual([
      { event: 'keys', change: 'gone', kid: other.kid },
      { event: 'keys', change: 'signing', kid: old.kid },
      { event: 'keys', change: 'gone', kid: old.kid },
      { event: 'keys', change: 'none', kid: old.kid },
    ])
    await expect(ring({ text: JSON.stringify(old) })).rejects.toThrow(SigningKeysError)
  })

  it('tells a store that has lost its data again which of its keys were revoked, and uses none of them', async () => {
    const [old, leaked] = [await fresh(), { ...(await fresh()), nbf: 1 }]
    const keys = await ring({ text: JSON.stringify({ keys: [old, leaked] }) })
    await revokeOn(store, leaked.kid)
    await keys.refresh()
    store = Object.assign(store, memoryStore({ now: () => time }))
    const { claim } = store
    store.claim = () => Promise.reject(new StoreError('read-only'))
    await keys.refresh()
    expect(keys.published().keys.map(({ kid }) => kid)).toEqual([old.kid])
    store.claim = claim
    await keys.refresh()
    expect(keys.signer().kid).toBe(old.kid)
    expect(await store.isClaimed(revocationKey(leaked.kid))).toBe(true)
    const another = await ring({ text: JSON.stringify({ keys: [old, leaked] }) })
    expect(another.signer().kid).toBe(old.kid)
  })

  it('a revocation is kept for ninety days, and taken by a store that has no room for anybody else', async () => {
    store = memoryStore({ now: () => time, capacity: 8 })
    await expect(
      (async () => {
        for (let n = 0; n < 20; n++) await store.claim(`other-${n}`, 'somebody', 60_000)
      })(),
    ).rejects.toThrow(StoreError)
    await revokeOn(store, 'leaked')
    time += 90 * 24 * 60 * 60_000 - 1
    expect(await store.isClaimed(revocationKey('leaked'))).toBe(true)
  })

  it('keeps its keys, and says so once, when the file cannot be read any more', async () => {
    const key = await fresh()
    await write(key)
    const keys = await ring()
    await rm(file)
    await keys.refresh()
    await keys.refresh()
    await writeFile(file, 'half a fi', { mode: 0o600 })
    await keys.refresh()
    expect(keys.signer().kid).toBe(key.kid)
    expect(events).toEqual([{ event: 'keys', change: 'unreadable', kid: key.kid }])
    await write({ ...key, kid: 'renamed' })
    await keys.refresh()
    expect(keys.signer().kid).toBe('renamed')
  })

  it('is not opened on a file that is not there, and says so', async () => {
    await expect(ring()).rejects.toThrow(`${file}, does not exist. Run this where the server runs`)
  })

  it('keeps its keys while the store is away, and is not opened without one', async () => {
    await write(await fresh())
    const keys = await ring()
    store.isClaimed = () => Promise.reject(new StoreError('away'))
    await keys.refresh()
    expect(keys.published().keys).toHaveLength(1)
    await expect(ring()).rejects.toThrow(StoreError)
  })

  it('drops a key that is out of its file while the store is away, and takes up the one beside it (SR-A22)', async () => {
    const [leaked, next] = [await fresh(), { ...(await fresh()), nbf: 1 }]
    await write(leaked)
    const keys = await ring()
    store.isClaimed = () => Promise.reject(new StoreError('away'))
    await write(next)
    await keys.refresh()
    expect(keys.published().keys.map(({ kid }) => kid)).toEqual([next.kid])
    expect(keys.signer().kid).toBe(next.kid)
    expect(events).toEqual([
      { event: 'keys', change: 'gone', kid: leaked.kid },
      { event: 'keys', change: 'signing', kid: next.kid },
    ])
  })

  it('uses none that was revoked while the store is away, though its own text has it', async () => {
    const [old, leaked] = [await fresh(), { ...(await fresh()), nbf: 1 }]
    const keys = await ring({ text: JSON.stringify({ keys: [old, leaked] }) })
    await revokeOn(store, leaked.kid)
    await keys.refresh()
    store.isClaimed = () => Promise.reject(new StoreError('away'))
    await keys.refresh()
    expect(keys.published().keys.map(({ kid }) => kid)).toEqual([old.kid])
  })

  it('goes by the time of the store: servers whose own clocks are hours apart sign with one key', async () => {
    const [old, next] = [await fresh(), await fresh()]
    await write(old)
    const rings = await Promise.all([ring(), ring({ file }, 2 * HOUR), ring({ file }, -2 * HOUR)])
    await write(...rotate([old], next, time))
    for (const [minutes, signing] of [
      [0, old],
      [14, old],
      [1, next],
    ] as const) {
      time += minutes * 60_000
      for (const keys of rings) {
        await keys.refresh()
        expect(keys.published().keys.map(({ kid }) => kid)).toEqual([next.kid, old.kid])
        expect(keys.signer().kid).toBe(signing.kid)
      }
    }
  })
})
