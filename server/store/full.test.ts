import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { NUMBER, TestServer } from '../test/harness.js'
import { compileChildren } from './sqlite/test/children.js'
import { StoreError, StoreFullError, type Charge, type Store } from './store.js'
import { facts, INTERVAL, PATIENCE, taken, tally, terms } from './test/bench.js'
import { fill, machineStores } from './test/machine-stores.js'

const MEGABYTE = 2 ** 20
const FLOOD = join(import.meta.dirname, '../../dist/server/store/test/flood.js')

/** `npm run soak` asks for the whole of it: the starts, and the bytes that stores hold unless told otherwise. */
const [STARTS, BYTES] = process.env['SOAK'] === '1' ? [2_000_000, 64 * MEGABYTE] : [30_000, 4 * MEGABYTE]
const FEW = 20_000
const CAPACITY = 1000
const DAY = 24 * 60 * 60_000

const from = (n: number) => ({ 'X-Forwarded-For': `10.1.${n}.1` })

const { stores, pathOf } = machineStores()

describe.each(stores)('a %s store that strangers fill', (name, open) => {
  beforeAll(compileChildren, 120_000)

  it(
    `stays small while ${STARTS} start, and lets finish who was there, the victim with a last attempt (SR-D20)`,
    { timeout: 120_000 + STARTS * 2 },
    async () => {
      const path = pathOf('flooded.db')
      const run = promisify(execFile)(process.execPath, [FLOOD, name, path, String(STARTS), String(BYTES)])
      const { mostRss, refused, finished, ofThem, ...said } = JSON.parse((await run).stdout)
      expect(said).toMatchObject({
        victim: { state: 'sent', attemptsRemaining: 1 },
        counted: false,
        last: true,
      })
      expect(refused).toBeGreaterThan(STARTS / 3)
      expect(finished).toBe(ofThem)
      expect(mostRss).toBeLessThan(250 * MEGABYTE)
      const size = name === 'sqlite' ? statSync(path).size : 0
      expect(size).toBeLessThan(BYTES)
      console.info(
        `${name}: ${STARTS - refused} of ${STARTS} taken, ${mostRss} bytes of RSS, ${size} of file`,
      )
    },
  )

  it(`evicts nobody and no key of any kind when as many are held as may be (SR-D20)`, async () => {
    let time = Date.UTC(2026, 0, 1)
    const store = open({ now: () => time, capacity: CAPACITY })
    const daily = tally('victim', 3, DAY)
    const guess = async () => {
      time += INTERVAL
      const reserved = await store.reserveAttempt('victim', INTERVAL, PATIENCE)
      if ('refused' in reserved) throw new Error(reserved.refused)
      return reserved.lease
    }
    await store.add(facts({ id: 'victim', slot: 'victim-slot' }), terms({ attempts: 5 }), PATIENCE)
    await store.recordSend('victim', 'ref-1', 'sms')
    for (let n = 0; n < 4; n++) await store.settleAttempt('victim', await guess(), { as: 'incorrect' })
    for (let n = 0; n < daily.limit; n++) expect(await taken(store.consume([daily]))).toBe(true)
    await store.claim('token', 'holder', DAY)

    const outcomes: Record<string, number> = {}
    async function count(what: string, call: Promise<unknown>): Promise<void> {
      const outcome = await call.then(
        (value) => (value === 'full' ? 'refused' : 'taken'),
        (error: unknown) => (error instanceof StoreError ? 'refused' : String(error)),
      )
      outcomes[`${what} ${outcome}`] = (outcomes[`${what} ${outcome}`] ?? 0) + 1
    }
    for (let n = 0; n < FEW; n++) {
      await count('start', store.add(facts({ id: `id-${n}`, slot: `id-slot-${n}` }), terms(), PATIENCE))
      if (n % 10) continue
      await count('counter', store.consume([tally(`number ${n}`, 3, DAY)]))
      await count('claim', store.claim(`key ${n}`, 'holder', DAY))
    }
    const refused = (calls: number) => calls - (CAPACITY - 1)
    expect(outcomes).toEqual({
      ...{ 'start taken': CAPACITY - 1, 'counter taken': CAPACITY - 1, 'claim taken': CAPACITY - 1 },
      'start refused': refused(FEW),
      ...{ 'counter refused': refused(FEW / 10), 'claim refused': refused(FEW / 10) },
    })
    expect(await store.get('victim')).toMatchObject({ state: 'sent', attemptsRemaining: 1 })
    expect(await taken(store.consume([daily]))).toBe(false)
    expect(await store.claim('token', 'another', DAY)).toBe(false)
    const settled = await store.settleAttempt('victim', await guess(), { as: 'verified', proof: 'proof' })
    expect(settled).toMatchObject({ state: 'verified', attemptsRemaining: 0 })
    await store.close()
  })

  it('begins no call whose answer it could not keep, so that none is made twice (SR-C10, SR-D20)', async () => {
    const store = open({ now: () => 0, capacity: 100_000, bytes: MEGABYTE })
    const begun: string[] = []
    let full = false
    while (!full) {
      const key = `call ${begun.length}`
      await store.begin(key, 'holder', PATIENCE).then(
        () => begun.push(key),
        (error: unknown) => (full = error instanceof StoreError),
      )
      // Some hundred are under way at a time; the others have their answers.
      const done = begun[begun.length - 100]
      if (done !== undefined)
        await store.complete(done, 'holder', `answer of ${done} ${'x'.repeat(2000)}`, DAY)
    }
    expect(begun.length).toBeGreaterThan(200)
    for (const key of begun.slice(-100))
      await store.complete(key, 'holder', `answer of ${key} ${'x'.repeat(2000)}`, DAY)
    for (const key of begun) {
      expect(await store.begin(key, 'holder', PATIENCE)).toEqual({
        answer: `answer of ${key} ${'x'.repeat(2000)}`,
      })
    }
    await store.close()
  })

  it('raises all counters or none when there is room for some of them (SR-D20)', async () => {
    const store = open({ now: () => 0, capacity: 2 })
    const charge = (key: string) => tally(key, 2, DAY)
    await store.consume([charge('known')])
    await expect(store.consume([charge('known'), charge('new'), charge('one too many')])).rejects.toThrow(
      StoreError,
    )
    expect(await taken(store.consume([charge('known'), charge('other')]))).toBe(true)
    expect(await taken(store.consume([charge('known')]))).toBe(false)
    await store.close()
  })

  it('keeps nothing of what is given back, so that calls which come to nothing cannot fill it (SR-D20)', async () => {
    const store = open({ now: () => 0, capacity: 2 })
    const spans = [{ limit: 3, window: DAY }]
    for (let n = 0; n < 20; n++) {
      for (const charge of [
        tally(`tally ${n}`, 3, DAY),
        { kind: 'spacing', key: `spacing ${n}`, spans },
        { kind: 'credit', key: `credit ${n}`, initial: 3, refill: 1, overdraft: 0, keep: DAY },
      ] satisfies Charge[]) {
        const receipt = await store.consume([charge])
        if ('refused' in receipt) throw new Error(receipt.refused)
        await store.refund(receipt)
      }
    }
    await store.close()
  })

  it('has room for an eighth more accounts of those who are under way, whatever filled it (SR-D20)', async () => {
    const store = open({ now: () => 0, capacity: 16 })
    const charge = (n: number) => [tally(`account ${n}`, 3, DAY)]
    for (let n = 0; n < 16; n++) await store.consume(charge(n))
    await expect(store.consume(charge(16))).rejects.toThrow(StoreError)
    for (const n of [16, 17]) expect(await taken(store.consume(charge(n), 'under way'))).toBe(true)
    await expect(store.consume(charge(18), 'under way')).rejects.toThrow(StoreError)
    await store.close()

    const small = open({ now: () => 0, capacity: 100_000, bytes: MEGABYTE })
    for (let n = 0, full = false; !full; n++) {
      full = (await small.add(facts({ id: `id-${n}`, slot: `slot-${n}` }), terms(), PATIENCE)) === 'full'
    }
    await expect(small.consume(charge(99))).rejects.toThrow(StoreError)
    expect(await taken(small.consume(charge(99), 'under way'))).toBe(true)
    await small.close()
  })

  it.each([
    ['as many keys', { capacity: 200 }],
    ['as many bytes', { capacity: 100_000, bytes: MEGABYTE }],
  ])('has room for operators and servers when it holds %s as it may (SR-D20)', async (_, limits) => {
    const store = open({ now: () => 0, ...limits })
    for (let n = 0, refused = 0; refused < 20; n++) {
      await store.claim(`key ${n}`, 'x'.repeat(500), DAY).catch(() => refused++)
    }
    for (let n = 0; n < 3; n++) {
      await expect(store.claim(`other ${n}`, 'x'.repeat(500), DAY)).rejects.toThrow(StoreFullError)
    }
    expect(await store.claim('revoked', 'operator', DAY, 'operator')).toBe(true)
    expect(await store.isClaimed('revoked')).toBe(true)
    const allowed = (key: string) => ({ earnings: [], marks: [{ key, keep: DAY }], forgotten: [] })
    for (let n = 0; n < 300; n++) await store.apply(allowed(`a favour ${n}`))
    await store.apply(allowed('by the operator'), 'operator')
    expect(await store.standing(['by the operator'])).toEqual([true])
    expect((await store.announce('servers', 'one', 'here', 1000)).size).toBe(1)
    await store.close()
  })
})

describe.each(stores)('a server whose %s store is full', (_, open) => {
  let server: TestServer
  let store: Store
  beforeEach(async () => {
    const now = () => server.time
    store = open({ now, capacity: 20 })
    server = await TestServer.start({ deps: { store } })
  })
  afterEach(async () => {
    await server.stop()
    await store.close()
  })

  it('refuses new starts with 503 and Retry-After, pays for none, and lets those under way finish (SR-D20)', async () => {
    const { verificationId } = (await server.start()).body
    for (const left of [4, 3, 2, 1]) {
      const answer = await server.check(verificationId, server.wrongCode())
      expect(answer.body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: left })
      server.advance(2)
    }
    const stranger = (n: number) => server.start({ phoneNumber: `+1202555${1000 + n}` })
    for (let n = 0; n < 19; n++) expect((await stranger(n)).status).toBe(201)
    const sent = server.asked('/pin')
    for (let n = 19; n < 100; n++) {
      const { status, body, headers } = await stranger(n)
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'service_unavailable' })
      expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0)
    }
    expect(server.asked('/pin')).toBe(sent)
    expect((await server.start({ phoneNumber: NUMBER })).status).toBe(503)
    expect((await server.status(verificationId)).body).toMatchObject({ attemptsRemaining: 1 })
    expect(await server.check(verificationId, server.code())).toMatchObject({
      status: 200,
      body: { token: expect.any(String) },
    })
  })

  /** Fills it with accounts, from behind one proxy. */
  async function fillAccounts(): Promise<void> {
    await fill((n) => store.consume([tally(`filler ${n}`, 3, DAY)]))
  }

  async function behindProxy(): Promise<void> {
    await server.stop()
    server = await TestServer.start({ deps: { store, trustedProxies: 1 } })
  }

  it('takes the first code of whoever was sent one before it was full, from another address too (SR-D20)', async () => {
    await behindProxy()
    const { verificationId } = (await server.start({}, from(0))).body
    await fillAccounts()
    expect((await server.start({ phoneNumber: '+12025552000' }, from(0))).status).toBe(503)
    expect((await server.check(verificationId, server.code(), from(1))).status).toBe(200)
  })

  it('spends no attempt on a code that it could not count (SR-D20)', async () => {
    const { verificationId } = (await server.start()).body
    const consume = store.consume.bind(store)
    const fails = vi.spyOn(store, 'consume').mockImplementation(async (charges, by) => {
      if (charges.some(({ key }) => key.startsWith('guess'))) throw new StoreFullError('The store is full.')
      return consume(charges, by)
    })
    for (let n = 0; n < 3; n++) {
      expect((await server.check(verificationId, server.code())).status).toBe(503)
      server.advance(2)
    }
    fails.mockRestore()
    expect((await server.status(verificationId)).body).toMatchObject({ state: 'sent', attemptsRemaining: 5 })
    expect((await server.check(verificationId, server.code())).status).toBe(200)
  })

  it('keeps nothing of checks of what has ended, or that come too soon, from whatever addresses (SR-D20)', async () => {
    await behindProxy()
    const { verificationId } = (await server.start({}, from(0))).body
    const wrong = server.wrongCode()
    for (let n = 0; n < 5; n++) {
      await server.check(verificationId, wrong, from(0))
      for (const other of [1, 2, 3, 4, 5, 6]) await server.check(verificationId, wrong, from(10 * n + other))
      server.advance(2)
    }
    const consume = vi.spyOn(store, 'consume')
    for (let n = 0; n < 100; n++) {
      const { body } = await server.check(verificationId, wrong, from(100 + n))
      expect(body.code).toBe('attempts_exhausted')
    }
    expect(consume).not.toHaveBeenCalled()
    expect((await server.start({ phoneNumber: '+12025552000' }, from(0))).status).toBe(201)
  })
})
