import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { lookAtKey } from '../assembly/look-at-key.js'
import { watchEviction } from '../assembly/watch-eviction.js'
import { readWidget } from '../assembly/widget-script.js'
import { setOverride } from '../guard/override-list.js'
import { setPause } from '../guard/pause-list.js'
import { digestsUnder } from '../pepper/digests.js'
import { REASONS, RULES } from '../refusal/reasons.js'
import { tells } from '../test/by-chance.js'
import { NUMBER, ORIGIN, TestServer, testSite } from '../test/harness.js'
import { openKeyRing, revocationKey } from '../token/key-ring.js'
import { generateSigningJwk } from '../token/keys.js'
import { recordDeliveries } from './deliveries.js'
import type { ServerEvent } from './events.js'

const SECRET = `otps_${'catalogueSecret'.repeat(3)}`
const OTHER_ORIGIN = 'https://other.example'
const OTHER = '+12025550199'

/** All but what the log tells of itself: log-destination.test.ts. */
type Kind = Exclude<ServerEvent['event'], 'log-lost'>

const NUMBER_IN_LOGS = ['ref', 'country', 'numberType']
const WHOM = ['sitekey', ...NUMBER_IN_LOGS]

/** What each event tells beside its name, always. */
const MEMBERS: Record<Kind, readonly string[]> = {
  configured: ['settings'],
  started: [...WHOM, 'channel'],
  sent: [...WHOM, 'channel', 'resend'],
  checked: [...WHOM, 'outcome'],
  verified: [...WHOM, 'channel'],
  redeemed: [...WHOM, 'outcome'],
  shadowed: [...WHOM, 'code', 'rule'],
  refused: ['operation', 'code', 'requestId'],
  'foreign-origin': ['call', 'origin'],
  mismatch: WHOM,
  alert: ['alert', 'sitekey'],
  provider: ['operation', 'outcome', 'milliseconds'],
  delivery: [...NUMBER_IN_LOGS, 'outcome'],
  override: ['change', 'of', 'by', ...NUMBER_IN_LOGS],
  pause: ['change', 'by'],
  keys: ['change', 'kid'],
  'overprivileged-key': [],
  'no-script': [],
  evicting: [],
  failure: ['operation', 'requestId', 'error'],
}

/** Everything that may happen, once. */
async function everything(): Promise<{ server: TestServer; secrets: string[] }> {
  const sites = [
    testSite({ secrets: [SECRET], dailyBudget: 7 }),
    testSite({ sitekey: 'other' }, OTHER_ORIGIN),
  ]
  const server = await TestServer.start({ sites })
  onTestFinished(() => server.stop())
  const { store, observe } = server.deps
  const [jwk, next] = [await generateSigningJwk(randomBytes), await generateSigningJwk(randomBytes)]
  const source = { text: JSON.stringify({ keys: [jwk, next] }) }
  const ring = await openKeyRing({ source, store, now: () => server.time, observe })
  await store.claim(revocationKey(jwk.kid), 'operator', 60_000)
  await ring.refresh()

  const { verificationId } = (await server.start()).body
  await server.check(verificationId, server.code(), { Origin: OTHER_ORIGIN })
  await server.app.request(`${PATHS.sites}/shop`, { headers: { Origin: 'https://foreign.example' } })
  await server.check(verificationId, server.wrongCode())
  server.advance(61)
  await server.resend(verificationId)
  server.sandbox.arm({ kind: 'foreign-msisdn', operation: 'verify', msisdn: '12025550188' })
  await server.check(verificationId, server.code())
  server.advance(2)
  const codes = [server.code()]
  // Infobip has used the code up for the other number.
  const fresh = (await server.start()).body.verificationId
  codes.push(server.code())
  const { token } = (await server.check(fresh, server.code())).body
  for (let times = 0; times < 2; times++) {
    await server.post(PATHS.siteverify, { secret: SECRET, response: token })
  }
  await Promise.all([server.start({ phoneNumber: OTHER }), server.start({ phoneNumber: OTHER })])
  codes.push(server.code(OTHER))
  // One is left of what strangers may have of the day's budget.
  for (let times = 0; times < 2; times++) await server.start({ phoneNumber: OTHER })
  const digests = digestsUnder(server.deps.pepper)
  const denial = { scope: { of: 'number', value: OTHER }, verdict: 'deny', by: 'ops' } as const
  await setOverride({ store, digests, observe, random: randomBytes }, denial, 60_000)
  await setPause({ store, observe }, { country: 'HR', by: 'ops' }, 60_000)
  await recordDeliveries({ ...server.deps, digests })([
    { messageId: 'm1', phoneNumber: NUMBER, outcome: 'delivered' },
  ])
  const { url: baseUrl, apiKey, applicationId } = server.sandbox
  await lookAtKey({ baseUrl, apiKey, applicationId }, observe)
  const policies = [undefined, 'allkeys-lru'].map((mistake) => ({ asked: true, mistake }))
  await (await watchEviction(async () => policies.shift()!, observe)).look()
  await readWidget(observe, () => Promise.reject(new Error('bundled')))
  server.deps.store.get = () => Promise.reject(new TypeError(`a mistake about ${NUMBER}`))
  await server.check(fresh, '123456')
  return { server, secrets: [verificationId, fresh, token, SECRET, String(jwk.d), ...codes] }
}

it('emits every event of the catalogue, with site, reason, and of a number its digest, country and type (SR-G07, SR-G10)', async () => {
  const { server, secrets } = await everything()
  const { events } = server
  for (const [kind, members] of Object.entries(MEMBERS)) {
    const some = events.filter(({ event }) => event === kind)
    expect(some, kind).not.toEqual([])
    for (const one of some) for (const member of members) expect(one, kind).toHaveProperty(member)
  }
  for (const one of events)
    if ('ref' in one && one.ref !== undefined)
      expect(one, one.event).toMatchObject({ country: 'US', numberType: 'FIXED_LINE_OR_MOBILE' })
  const refs = events.flatMap((event) => (event.event === 'sent' ? [event.ref] : []))
  const [ref, other] = [refs[0]!, refs.at(-1)!]
  expect(other).not.toBe(ref)
  const story = events.flatMap((one): unknown[][] => {
    if (one.event === 'checked' || one.event === 'redeemed') return [[one.event, one.ref, one.outcome]]
    if (one.event === 'refused') return [[one.event, one.ref, one.sitekey, one.code, one.reason]]
    if (one.event === 'sent') return [[one.event, one.ref, one.resend]]
    return one.event === 'started' || one.event === 'verified' ? [[one.event, one.ref]] : []
  })
  expect(story).toEqual([
    ['started', ref],
    ['sent', ref, false],
    ['refused', undefined, undefined, 'verification_not_found', 'foreign_handle'],
    ['checked', ref, 'incorrect'],
    ['refused', ref, 'shop', 'code_incorrect', undefined],
    ['sent', ref, true],
    ['checked', ref, 'mismatch'],
    ['refused', ref, 'shop', 'provider_unavailable', 'provider'],
    ['started', ref],
    ['sent', ref, false],
    ['checked', ref, 'approved'],
    ['verified', ref],
    ['redeemed', ref, 'success'],
    ['redeemed', ref, 'duplicate'],
    ['started', other],
    ['refused', other, 'shop', 'rate_limited', 'send_in_progress'],
    ['sent', other, false],
    ['started', other],
    ['sent', other, false],
    ['refused', other, 'shop', 'cannot_send', 'budget-open'],
  ])
  const told = JSON.stringify(events)
  for (const text of [...secrets, NUMBER.slice(1), OTHER.slice(1), ORIGIN])
    expect(tells(told, text), text).toBe(false)
})

it('tells by another digest that a site was configured otherwise, and nothing else of it (SR-G10)', async () => {
  const pepper = randomBytes(32)
  async function settings(over: Parameters<typeof testSite>[0]): Promise<string> {
    const server = await TestServer.start({ sites: [testSite(over)], deps: { pepper } })
    await server.stop()
    const [configured] = server.events
    return configured?.event === 'configured' ? configured.settings : ''
  }
  const usual = await settings({})
  expect(usual).toMatch(/^[\w-]{12}$/)
  expect(await settings({})).toBe(usual)
  const seen = new Set([usual])
  const types = new Set(['mobile'] as const)
  for (const over of [
    { dailyBudget: 1 },
    { secrets: [SECRET] },
    { challenge: { kind: 'turnstile', sitekey: 'public', secret: 'one' } },
    { phoneRules: { countries: new Set(['US']), types } },
    { dailySpend: { limit: 10, price: () => 0.2 } },
    { dailySpend: { limit: 10, price: () => 0.3 } },
  ]) {
    const digest = await settings(over as Parameters<typeof testSite>[0])
    expect(seen).not.toContain(digest)
    seen.add(digest)
  }
})

function rows(path: string, start: RegExp): string[] {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => start.test(line))
    .map((line) => line.replace(/^ \* /, '').replaceAll(/\s+/g, ' '))
}

it('docs/alerts.md has the table of the source, row by row (SR-K07)', () => {
  const told = rows('../../docs/alerts.md', /^\| `/)
  expect(told).toEqual(rows('./alert.ts', /^ \* \| `/))
  expect(told.length).toBeGreaterThan(4)
})

it('docs/events.md has the tables of the source, row by row', () => {
  const named = Object.entries({ ...REASONS, ...RULES }).map(([name, text]) => `| \`${name}\` | ${text} |`)
  const inSource = [...rows('./events.ts', /^ \* \| `/), ...named]
  expect(rows('../../docs/events.md', /^\| `/).toSorted()).toEqual(inSource.toSorted())
})
