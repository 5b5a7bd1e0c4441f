import { randomBytes } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { memoryDump, redisDump, sqliteDump, type MakeStore } from '../observe/test/dumps.js'
import { finder, numberForms, pieces } from '../observe/test/traces.js'
import { digestsUnder } from '../pepper/digests.js'
import type { Site } from '../site/site.js'
import { HAS_REDIS_SERVER } from '../store/redis/test/redis-server.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'
import { namesUnder } from './names.js'
import { liftOverride, livingOverrides, setOverride } from './override-list.js'
import { keysOfScope, type Scope, type Verdict } from './overrides.js'
import { pause } from './pause.js'

const HOUR = 3_600_000
const ADDRESS = '192.0.2.7'
const NOTE = 'seen in a wave of fraud'
const NEIGHBOUR = '+12025550177'

const NUMBERED: Scope = { of: 'number', value: NUMBER }
const RANGE: Scope = { of: 'range', value: NUMBER.slice(0, -4) }
const MILLION: Scope = { of: 'operator', value: NUMBER.slice(0, -6) }
const CALLER: Scope = { of: 'address', value: `${ADDRESS}/32` }
const AROUND: Scope = { of: 'neighbourhood', value: '192.0.2.0/24' }

const STORES: [name: string, make: MakeStore, runs: boolean][] = [
  ['memory', memoryDump, true],
  ['SQLite', sqliteDump, true],
  ['Redis', redisDump, HAS_REDIS_SERVER],
]

/** A guarded server over a store of that kind, what its operator does, and what visitors are told. */
async function open(make: MakeStore, over: Partial<Site> = {}, peppers: Uint8Array[] = [randomBytes(32)]) {
  const running: { server?: TestServer } = {}
  const dumped = await make(() => running.server?.time ?? Date.UTC(2026, 0, 15, 12))
  onTestFinished(() => dumped.close())
  const { store } = dumped
  async function serve(pepper: Uint8Array, otherPepper?: Uint8Array): Promise<TestServer> {
    const server = await TestServer.start({
      sites: [testSite({ shadow: false, ...over })],
      deps: { trustedProxies: 1, store, pepper, otherPepper },
    })
    onTestFinished(() => server.stop())
    return server
  }
  const server = await serve(peppers[0]!, peppers[1])
  running.server = server
  const digests = digestsUnder(peppers[0]!, peppers[1])
  const deps = { store, digests, observe: server.deps.observe, random: server.deps.random }
  const set = (verdict: Verdict, scope: Scope, milliseconds = HOUR) =>
    setOverride(deps, { scope, verdict, by: 'ops', note: NOTE }, milliseconds)
  const lift = (scope: Scope) => liftOverride(deps, scope, 'ops')
  async function code(phoneNumber = NUMBER, address = ADDRESS, at = server): Promise<unknown> {
    const { status, body } = await at.start({ phoneNumber }, { 'X-Forwarded-For': address })
    return body.code ?? status
  }
  return { server, dumped, deps, set, lift, code, serve, digests }
}

const reasons = ({ events }: TestServer) =>
  events.flatMap((one) =>
    one.event === 'refused' ? [one.reason] : one.event === 'shadowed' ? ['shadowed'] : [],
  )

describe.each(STORES)('overrides over %s', (_, make, runs) => {
  it.skipIf(!runs)(
    'allow waives the limits and credit of just what it names, until lifted or over (SR-K12)',
    async () => {
      const { server, set, lift, code } = await open(make)
      for (const scope of [NUMBERED, RANGE, MILLION, CALLER, AROUND]) {
        await set('allow', scope, 2 * HOUR)
        for (let n = 0; n < 8; n++) expect(await code(), scope.of).toBe(201)
        expect(await lift(scope)).toBe(true)
        // The first message that counts, and the pause after it.
        expect(await code(), scope.of).toBe(201)
        expect(await code(), scope.of).toBe('rate_limited')
        expect(await lift(scope)).toBe(false)
        server.advance(24 * 3600)
      }
      await set('allow', NUMBERED)
      expect([await code(), await code(NEIGHBOUR), await code(NEIGHBOUR)]).toEqual([201, 201, 'rate_limited'])
      server.advance(3599)
      expect([await code(), await code()]).toEqual([201, 201])
      server.advance(1)
      expect([await code(), await code()]).toEqual([201, 'rate_limited'])
    },
  )

  it.skipIf(!runs)(
    'deny stops what it names, with the answer of any other reason (SR-K12, SR-D07)',
    async () => {
      const { server, set, lift, code } = await open(make)
      for (const scope of [NUMBERED, RANGE, MILLION, CALLER, AROUND]) {
        await set('deny', scope)
        expect(await code(), scope.of).toBe('cannot_send')
        expect(reasons(server).at(-1)).toBe('denied')
        await lift(scope)
        expect(await code(), scope.of).toBe(201)
        server.advance(24 * 3600)
      }
      await set('deny', NUMBERED)
      await set('deny', CALLER)
      expect([await code(NEIGHBOUR, '192.0.2.8'), await code(NEIGHBOUR)]).toEqual([201, 'cannot_send'])
      server.advance(3600)
      expect(await code()).toBe(201)
      const answer = async () => {
        const { status, headers, body } = await server.start({}, { 'X-Forwarded-For': ADDRESS })
        const told = [...headers].filter(([name]) => name !== 'date')
        return { status, told, body: { ...body, requestId: '' } }
      }
      await pause(server.deps.store, {}, HOUR)
      const paused = await answer()
      server.advance(3600)
      await set('deny', NUMBERED)
      expect(await answer()).toEqual(paused)
      expect(reasons(server).slice(-2)).toEqual(['pause', 'denied'])
    },
  )

  it.skipIf(!runs)('they hold under both peppers while one replaces the other (SR-K12)', async () => {
    const [old, next] = [randomBytes(32), randomBytes(32)]
    const { deps, set, code, serve } = await open(make, {}, [next, old])
    await set('deny', NUMBERED)
    await set('allow', CALLER)
    for (const server of [await serve(old), await serve(next), await serve(old, next)]) {
      expect(await code(NUMBER, ADDRESS, server)).toBe('cannot_send')
      for (let n = 0; n < 4; n++) expect(await code(NEIGHBOUR, ADDRESS, server)).toBe(201)
    }
    const listed = (...peppers: [Uint8Array, Uint8Array?]) =>
      livingOverrides(deps.store, digestsUnder(...peppers))
    expect((await listed(old, next)).overrides).toHaveLength(2)
    // Listed under the one that everything new is written under.
    expect((await listed(next)).overrides).toHaveLength(2)
    expect(await listed(old)).toEqual({ overrides: [], foreign: 2 })
    // What was denied under the old one alone is lifted under both.
    await setOverride(
      { ...deps, digests: digestsUnder(old) },
      { scope: RANGE, verdict: 'deny', by: 'ops' },
      HOUR,
    )
    expect(await liftOverride(deps, RANGE, 'ops')).toBe(true)
    expect((await listed(next, old)).overrides).toHaveLength(2)
    expect(await code('+12025559999', ADDRESS, await serve(old))).toBe(201)
  })

  it.skipIf(!runs)('the list tells all, and the store nothing of them (SR-K12, SR-G01)', async () => {
    const { server, dumped, set, deps } = await open(make)
    const until = server.time + HOUR
    await set('deny', NUMBERED)
    await set('allow', NUMBERED, 2 * HOUR)
    await set('deny', { of: 'range', value: '+39320123' }, HOUR / 2)
    await set('deny', AROUND, HOUR)
    const common = { by: 'ops', note: NOTE }
    expect(await livingOverrides(deps.store, deps.digests)).toEqual({
      overrides: [
        { verdict: 'deny', scope: { of: 'range', value: '+39320123' }, until: until - HOUR / 2, ...common },
        { verdict: 'deny', scope: AROUND, until, ...common },
        { verdict: 'allow', scope: NUMBERED, until: until + HOUR, ...common },
      ],
      foreign: 0,
    })
    const find = finder([
      ...numberForms(NUMBER),
      ...pieces('note', common.note),
      ['range', Buffer.from('39320123')],
      ['network', Buffer.from('192.0.2.0')],
    ])
    expect([...find(await dumped.dump())]).toEqual([])
    await dumped.store.claim('39320123', `${NUMBER} ${AROUND.value} ${NOTE}`, 1000)
    const planted = [...find(await dumped.dump())]
    expect(planted).toEqual(expect.arrayContaining(['range', 'network', 'E164', 'note at 0']))
    server.advance(3600)
    expect((await livingOverrides(deps.store, deps.digests)).overrides).toHaveLength(1)
  })
})

describe('overrides', () => {
  it('deny wins over allow, whichever is wider, for resends and in shadow too (SR-K12)', async () => {
    const { server, set, lift, code } = await open(memoryDump, { shadow: true })
    const headers = { 'X-Forwarded-For': ADDRESS }
    await set('allow', NUMBERED)
    for (const scope of [RANGE, CALLER]) {
      const { body } = await server.start({}, headers)
      await set('deny', scope)
      expect(await code()).toBe('cannot_send')
      server.advance(31)
      expect((await server.resend(body.verificationId, {}, headers)).body.code).toBe('cannot_send')
      await lift(scope)
      expect(await code()).toBe(201)
    }
    await set('deny', NUMBERED)
    await set('allow', RANGE)
    expect(await code()).toBe('cannot_send')
    expect(reasons(server)).toEqual(['denied', 'denied', 'denied', 'denied', 'denied'])
  })

  it('who was sent a code before the denial may enter it', async () => {
    const { server, set } = await open(memoryDump)
    const headers = { 'X-Forwarded-For': ADDRESS }
    const { body } = await server.start({}, headers)
    await set('deny', NUMBERED)
    expect((await server.check(body.verificationId, server.code(), headers)).status).toBe(200)
  })

  it('allow waives neither budgets nor the pause nor wrong codes (SR-K12)', async () => {
    const budgeted = await open(memoryDump, { dailyBudget: 10 })
    await budgeted.set('allow', NUMBERED)
    const told: unknown[] = []
    for (let n = 0; n < 9; n++) told.push(await budgeted.code())
    expect(told).toEqual([...Array<number>(7).fill(201), 'cannot_send', 'cannot_send'])
    expect(reasons(budgeted.server)).toEqual(['budget-open', 'budget-open'])

    const { server, set, code } = await open(memoryDump)
    const headers = { 'X-Forwarded-For': ADDRESS }
    await set('allow', NUMBERED, 48 * HOUR)
    for (let n = 0; n < 3; n++) {
      const { verificationId } = (await server.start({}, headers)).body
      for (let guess = 0; guess < 4; guess++) {
        server.advance(1)
        await server.check(verificationId, server.wrongCode(), headers)
      }
    }
    expect(server.asked('/verify')).toBe(10)
    expect(await code()).toBe('cannot_send')
    expect(reasons(server).at(-1)).toBe('guess')
    server.advance(24 * 3600)
    expect(await code()).toBe(201)
    await pause(server.deps.store, { country: 'US' }, HOUR)
    expect(await code()).toBe('cannot_send')
    expect(reasons(server).at(-1)).toBe('pause')
  })

  it('what was sent without credit earns none, so nobody tests a range open (SR-K02)', async () => {
    const { server, set, lift, code } = await open(memoryDump)
    const headers = { 'X-Forwarded-For': ADDRESS }
    await set('allow', RANGE)
    for (let n = 0; n < 20; n++) {
      const phoneNumber = `+1202555${1000 + n}`
      const { body } = await server.start({ phoneNumber }, headers)
      expect((await server.check(body.verificationId, server.code(phoneNumber), headers)).status).toBe(200)
    }
    await lift(RANGE)
    const told: unknown[] = []
    for (let n = 0; n < 5; n++) told.push(await code(`+1202555${2000 + n}`))
    expect(told).toEqual([201, 201, 201, 'cannot_send', 'cannot_send'])
  })

  it('checks of an allowed address are not counted', async () => {
    const { server, set } = await open(memoryDump, { checkInterval: 0 })
    await set('allow', CALLER)
    const headers = { 'X-Forwarded-For': ADDRESS }
    const told = new Set<unknown>()
    for (let n = 0; n < 14; n++) {
      const { body } = await server.start({ phoneNumber: `+1202555${1000 + n}` }, headers)
      for (let guess = 0; guess < 5; guess++) {
        server.advance(1)
        const checked = await server.check(
          body.verificationId,
          server.wrongCode(`+1202555${1000 + n}`),
          headers,
        )
        told.add(checked.body.code)
      }
    }
    expect(server.asked('/verify')).toBe(70)
    expect(told).not.toContain('rate_limited')
  })

  it('each change is told to the operator, with no number in it (SR-K12, SR-G10)', async () => {
    const { server, set, lift, digests } = await open(memoryDump)
    await set('deny', NUMBERED)
    await set('allow', RANGE)
    await lift(NUMBERED)
    await lift(AROUND)
    const number = { ref: digests.ref(NUMBER), country: 'US', numberType: 'FIXED_LINE_OR_MOBILE' }
    const until = new Date(server.time + HOUR).toISOString()
    const told = server.events.filter(({ event }) => event === 'override')
    expect(told).toEqual([
      { event: 'override', change: 'deny', of: 'number', ...number, by: 'ops', until },
      { event: 'override', change: 'allow', of: 'range', by: 'ops', until },
      { event: 'override', change: 'lift', of: 'number', ...number, by: 'ops' },
    ])
    expect(JSON.stringify(told)).not.toContain('2025')
  })
})

it('exceptions of different scopes are never the same, though they be written alike (SR-K12)', () => {
  const names = namesUnder(digestsUnder(Buffer.alloc(32, 7)))
  const scopes = ['number', 'range', 'operator', 'address', 'neighbourhood'] as const
  const keys = scopes.flatMap((of) => keysOfScope({ of, value: '+12025550' }, names))
  expect(keys).toHaveLength(10)
  expect(new Set(keys).size).toBe(10)
})
