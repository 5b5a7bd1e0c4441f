import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreError } from '../store/store.js'
import { away } from '../store/test/failing.js'
import { TestServer, testSite, type Answer } from '../test/harness.js'
import { solvedChallenge } from './test/solved-challenge.js'

const HOUR = 3600
const DAY = 24 * HOUR

describe('credit', () => {
  let server: TestServer
  let caller = 0
  beforeEach(async () => {
    server = await TestServer.start({
      sites: [testSite({ shadow: false, dailyBudget: 1_000_000 })],
      deps: { trustedProxies: 1, challenge: solvedChallenge },
    })
  })
  afterEach(() => server.stop())

  const sent = () => server.sandbox.messages().length
  /** A start from a neighbourhood where nobody has ever been. */
  function stranger(phoneNumber: string, body: object = {}) {
    const address = `2001:db8:${(++caller).toString(16)}::1`
    return server.start({ phoneNumber, ...body }, { 'X-Forwarded-For': address })
  }
  const code = ({ status, body }: Answer<object>) => body.code ?? status
  async function prove(phoneNumber: string): Promise<void> {
    const { body } = await stranger(phoneNumber)
    const answer = await server.check(body.verificationId, server.code(phoneNumber), {
      'X-Forwarded-For': '10.0.0.1',
    })
    expect(answer.status).toBe(200)
  }
  const inRange = (n: number) => `+1202555${String(n).padStart(4, '0')}`
  /** A number in the nth range of one operator. */
  const inOperator = (n: number) => `+1202${200 + n}0123`
  /** The same of the operator that `inRange` is of. */
  const inBlock = (n: number) => `+1202${500 + n}0123`

  it.each([
    [true, 'is not asked of a number that was proven before', 201],
    [false, 'is asked of it where the site does not remember numbers (SR-G08)', 'cannot_send'],
  ])('(remembers: %s) %s', async (rememberNumbers, _, then) => {
    await server.stop()
    const site = testSite({ shadow: false, dailyBudget: 1_000_000, rememberNumbers })
    server = await TestServer.start({
      sites: [site],
      deps: { trustedProxies: 1, challenge: solvedChallenge },
    })
    await prove(inRange(0))
    for (let n = 1; n < 20; n++) await stranger(inRange(n))
    server.advance(60)
    expect(code(await stranger(inRange(99)))).toBe('cannot_send')
    expect(code(await stranger(inRange(0)))).toBe(then)
  })

  it('of a range that nobody has proven lets three messages through, and one more a day, from wherever (SR-K01)', async () => {
    for (let n = 0; n < 50; n++) await stranger(inRange(n))
    expect(sent()).toBe(3)
    for (let day = 1; day <= 5; day++) {
      server.advance(DAY)
      for (let n = 0; n < 20; n++) await stranger(inRange(100 * day + n))
      expect(sent()).toBe(3 + day)
    }
  })

  it('comes back with a bonus when a number of the range is proven (SR-K04)', async () => {
    for (let n = 0; n < 10; n++) await prove(inRange(n))
    expect(sent()).toBe(10)
    let more = 0
    while ((await stranger(inRange(100 + more))).status === 201) more++
    // Three, and half of one more for each of ten that were proven.
    expect(more).toBe(8)
  })

  it('is not needed by a number that was proven before, which earns none either (SR-K02)', async () => {
    await prove(inRange(1))
    for (let n = 0; n < 20; n++) await stranger(inRange(100 + n))
    const before = sent()
    for (let n = 0; n < 4; n++) {
      server.advance(DAY / 4)
      await prove(inRange(1))
    }
    expect(sent()).toBe(before + 4)
    // What the day has brought, and nothing that the known number earned.
    expect((await stranger(inRange(500))).status).toBe(201)
    expect(code(await stranger(inRange(501)))).toBe('cannot_send')
  })

  it('is needed again by a known number that got three messages without a code (SR-K02)', async () => {
    const later = async (seconds: number) => {
      server.advance(seconds)
      return code(await stranger(inRange(1)))
    }
    await prove(inRange(1))
    for (let n = 0; n < 20; n++) await stranger(inRange(100 + n))
    for (let n = 0; n < 3; n++) expect(await later(700)).toBe(201)
    expect(await later(700)).toBe('cannot_send')
    server.advance(DAY)
    // What the day has brought the range.
    expect(code(await stranger(inRange(200)))).toBe(201)
    expect(await later(0)).toBe('cannot_send')
    server.advance(DAY / 2)
    // It pays as a stranger does, and its code pays back: of one that is forgotten, and of one that is known and used up.
    await prove(inRange(1))
    server.advance(700)
    await prove(inRange(1))
    const answers: unknown[] = []
    for (let n = 0; n < 5; n++) answers.push(code(await stranger(inRange(201 + n))))
    expect(answers.filter((answer) => answer === 201)).toHaveLength(3)
    expect(await later(700)).toBe('cannot_send')
  })

  it('is not needed by a known number for messages that did not leave: it still gets its three (SR-K02)', async () => {
    const answers: unknown[] = []
    const again = async () => {
      server.advance(700)
      answers.push(code(await stranger(inRange(1))))
    }
    await prove(inRange(1))
    for (let n = 0; n < 20; n++) await stranger(inRange(100 + n))
    server.sandbox.arm({ kind: 'not-sent', operation: 'send', times: 3 })
    for (let n = 0; n < 6; n++) await again()
    expect(answers).toEqual([...Array(3).fill('delivery_failed'), ...Array(3).fill(201)])
  })

  it('is not needed again while its codes make up for messages that were lost (SR-K02)', async () => {
    await prove(inRange(1))
    for (let n = 0; n < 20; n++) await stranger(inRange(100 + n))
    for (let day = 0; day < 4; day++) {
      server.advance(DAY)
      for (let n = 0; n < 5; n++) await stranger(inRange(100 * day + n + 200))
      expect(code(await stranger(inRange(1)))).toBe(201)
      server.advance(700)
      await prove(inRange(1))
    }
  })

  it.each([
    ['a stranger', 0],
    ['a known number that had its last message without a code', 3],
  ])('is not paid back for what was sent again to %s (SR-K04)', async (_, free) => {
    for (let n = 0; n < free; n++) {
      if (n === 0) await prove(inRange(1))
      else await stranger(inRange(1))
      server.advance(700)
    }
    server.advance(3 * DAY)
    const { body } = await stranger(inRange(1))
    server.advance(31)
    expect((await server.resend(body.verificationId, {}, { 'X-Forwarded-For': '10.0.0.9' })).status).toBe(200)
    const headers = { 'X-Forwarded-For': '10.0.0.1' }
    expect((await server.check(body.verificationId, server.code(inRange(1)), headers)).status).toBe(200)
    let more = 0
    while ((await stranger(inRange(100 + more))).status === 201) more++
    // Without the resend there would be three.
    expect(more).toBe(2)
  })

  it.each([
    ['its trust is charged', 0],
    ['it is made a stranger', 3],
  ])('leaves a known number nothing charged when the store goes away as %s (SR-K02)', async (_, messages) => {
    const { store } = server.deps
    await prove(inRange(1))
    for (let n = 0; n < messages; n++) {
      server.advance(700)
      expect(code(await stranger(inRange(1)))).toBe(201)
    }
    server.advance(700)
    if (messages > 0) away(store, 4, 'apply')
    else {
      const { consume } = store
      store.consume = async (charges, by) => {
        if (!charges.some(({ key }) => key.startsWith('trust:'))) return consume(charges, by)
        store.consume = consume
        away(store, 3)
        throw new StoreError('away')
      }
    }
    const before = sent()
    const again = () =>
      server.start(
        { phoneNumber: inRange(1) },
        { 'X-Forwarded-For': '10.0.0.2', 'Idempotency-Key': '0'.repeat(36) },
      )
    expect(code(await again())).toBe('service_unavailable')
    await expect.poll(async () => code(await again())).not.toBe('service_unavailable')
    expect([code(await again()), sent()]).toEqual([201, before + 1])
  })

  it('of an operator and a country is not paid back where it was not taken (SR-K04)', async () => {
    let asked = 0
    const drained = async () => {
      for (let more = 0; ; more++) if ((await stranger(inBlock(20 + asked++))).status !== 201) return more
    }
    await prove(inRange(1))
    expect(await drained()).toBe(15)
    for (let n = 2; n < 11; n++) await prove(inRange(n))
    // Nine times the two thirds of the bonus, and not the nine messages that it was not charged.
    expect(await drained()).toBe(6)
  })

  it('and what a code opens are of one site, the reserve of its budget too (SR-K01)', async () => {
    await server.stop()
    const sites = Object.entries({ shop: 1_000_000, other: 1_000_000, small: 10 }).map(
      ([sitekey, dailyBudget]) => testSite({ sitekey, shadow: false, dailyBudget }),
    )
    server = await TestServer.start({ sites, deps: { trustedProxies: 1, challenge: solvedChallenge } })
    for (let n = 0; n < 15; n++) await prove(inOperator(n))
    const at = async (sitekey: string) => {
      const answers: unknown[] = []
      for (let n = 0; n < 30; n++) {
        answers.push(code(await stranger(`+1202${200 + (n % 15)}2${asked++}`, { sitekey })))
      }
      return answers
    }
    let asked = 100
    server.advance(60)
    // Three tenths of the budget are kept for numbers that are known at the site itself.
    const small = []
    for (let n = 0; n < 10; n++) small.push(code(await stranger(inOperator(n), { sitekey: 'small' })))
    expect(small.filter((one) => one === 201)).toHaveLength(7)
    expect(await at('other')).toContain('challenge_required')
    expect(await at('shop')).not.toContain('challenge_required')
  })

  it('of an operator that runs dry asks for a challenge, and lets go below nothing whoever solves it (SR-K03)', async () => {
    const answers: unknown[] = []
    for (let n = 0; n < 20; n++) answers.push(code(await stranger(inOperator(n))))
    expect(answers.filter((answer) => answer === 201)).toHaveLength(15)
    expect(answers.slice(15)).toEqual(Array(5).fill('challenge_required'))
    expect(code(await stranger(inOperator(30), { challenge: 'solved' }))).toBe(201)
    expect(code(await stranger(inOperator(31), { challenge: 'guessed' }))).toBe('challenge_failed')
  })

  it('of a range that runs dry is not had for a challenge (SR-K03)', async () => {
    for (let n = 0; n < 3; n++) await stranger(inRange(n))
    expect(code(await stranger(inRange(5)))).toBe('cannot_send')
    expect(code(await stranger(inRange(5), { challenge: 'solved' }))).toBe('cannot_send')
  })

  it.each([
    ['is not drawn upon by ranges in which somebody was proven lately', 30 * DAY - 1, 201],
    ['is drawn upon once that was thirty days ago', 30 * DAY, 'challenge_required'],
  ])('of an operator and a country %s', async (_, later, then) => {
    await prove(inRange(1))
    server.advance(later)
    for (let n = 0; n < 20; n++) await stranger(inBlock(n))
    expect(code(await stranger(inBlock(21)))).toBe('challenge_required')
    expect(code(await stranger(inRange(2)))).toBe(then)
  })

  it('is given back when the message did not leave', async () => {
    server.sandbox.arm({ kind: 'not-sent', operation: 'send', times: 20 })
    for (let n = 0; n < 20; n++) expect(code(await stranger(inRange(n)))).toBe('delivery_failed')
    server.sandbox.disarm()
    expect((await stranger(inRange(50))).status).toBe(201)
  })

  it('is taken by resends too, which nobody admits for a known handle alone', async () => {
    const { body } = await stranger(inRange(1))
    await stranger(inRange(2))
    await stranger(inRange(3))
    server.advance(30)
    expect((await server.resend(body.verificationId, {}, { 'X-Forwarded-For': '10.0.0.9' })).body.code).toBe(
      'cannot_send',
    )
    expect(sent()).toBe(3)
  })
})
