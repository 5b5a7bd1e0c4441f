import { randomBytes, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { PATHS, type SiteverifySuccess, type VerificationApproved } from '../../../contract/index.js'
import type { Provider } from '../../provider/provider.js'
import type { TestServer } from '../../test/harness.js'

/**
 * The codes that are sent, in turn. Each is sent hundreds of times, so that a store which kept codes would hold
 * each of them hundreds of times; none stands in a time of the test's clock.
 */
export const CODES = [
  '918273',
  '350917',
  '602951',
  '571936',
  '209315',
  '836159',
  '395027',
  '613092',
  '952713',
  '290631',
]

/** How many calls are under way at once. */
const AT_ONCE = 8

/** Sends the codes to nobody: over HTTP, to the sandbox, thousands of visits would take minutes. */
export function instantProvider(): Provider & { codeFor(number: string): string } {
  const sent = new Map<string, { phoneNumber: string; code: string }>()
  const codes = new Map<string, string>()
  return {
    codeFor: (number) => codes.get(number)!,
    async send({ phoneNumber }) {
      const reference = freshReference()
      const code = CODES[sent.size % CODES.length]!
      sent.set(reference, { phoneNumber, code })
      codes.set(phoneNumber, code)
      return { outcome: 'sent', reference }
    },
    async resend(reference) {
      return { outcome: 'sent', reference }
    },
    async check(reference, code) {
      const message = sent.get(reference)!
      if (message.code !== code) return { outcome: 'incorrect', attemptsRemaining: 4 }
      return { outcome: 'approved', phoneNumber: message.phoneNumber }
    },
  }
}

/** A UUID without digits. */
function wordy(): string {
  return randomUUID().replaceAll(/\d/g, (digit) => 'abcdefabcd'[Number(digit)]!)
}

/** As Infobip's, but without a run of digits that a number could be. */
function freshReference(): string {
  return Buffer.from(withoutDigits(randomBytes(16)))
    .toString('hex')
    .toUpperCase()
}

function withoutDigits(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte | 0xa0)
}

/** What browsers and backends held of the visits, none of which the store may hold. */
export interface Held {
  numbers: string[]
  handles: string[]
  tokens: string[]
  idempotencyKeys: string[]
}

/** One visitor. */
interface Visit {
  number: string
  handle: string
  kind: Kind
}

/** How a visit goes. Each has as many as any other. */
const KINDS = [
  ...(['expired', 'sent', 'wrong', 'exhausted', 'verified'] as const),
  ...(['redeemed', 'resent', 'retried', 'ticketed', 'renewed'] as const),
]
type Kind = (typeof KINDS)[number]

/**
 * Makes `count` visits to a site `shop` whose secret is `secret`, each with a number of its own, until the store holds
 * verifications in every state. `codeFor` tells the code that a number was sent.
 */
export async function visit(
  server: TestServer,
  count: number,
  secret: string,
  codeFor: (number: string) => string,
): Promise<Held> {
  const held: Held = { numbers: [], handles: [], tokens: [], idempotencyKeys: [] }
  const visits: Visit[] = Array.from({ length: count }, (_, n) => ({
    number: `+1202${3_000_000 + 97 * n}`,
    handle: '',
    kind: KINDS[n % KINDS.length]!,
  }))
  held.numbers = visits.map(({ number }) => number)
  let redeemed = 0
  const of = (...kinds: Kind[]) => visits.filter(({ kind }) => kinds.includes(kind))

  async function start(one: Visit): Promise<void> {
    const { number: phoneNumber, kind } = one
    const [cdata, nonce] = [wordy(), wordy()]
    const ticket = kind === 'ticketed' ? await ticketFor(server, phoneNumber, nonce, secret) : undefined
    const headers = kind === 'retried' ? freshKey() : undefined
    const body = { phoneNumber, cdata, nonce, action: 'signup', ticket }
    for (let times = headers ? 2 : 1; times > 0; times--) {
      const started = await server.start(body, headers)
      expectStatus(started.status, 201)
      one.handle = started.body.verificationId
    }
    held.handles.push(one.handle)
  }

  function freshKey(): Record<string, string> {
    const key = randomUUID()
    held.idempotencyKeys.push(key)
    return { 'Idempotency-Key': key }
  }

  async function wrong({ handle }: Visit): Promise<void> {
    expectStatus((await server.check(handle, '000000')).status, 422, 410, 429)
  }

  async function right({ handle, number, kind }: Visit): Promise<void> {
    const headers = kind === 'retried' ? freshKey() : undefined
    for (let times = headers ? 2 : 1; times > 0; times--) {
      const checked = await server.check(handle, codeFor(number), headers)
      expectStatus(checked.status, 200)
      held.tokens.push(checked.body.token)
      if (kind === 'redeemed') await redeem(checked.body.token)
    }
    if (kind !== 'renewed') return
    const fresh = await server.post<VerificationApproved>(PATHS.token, { verificationId: handle })
    expectStatus(fresh.status, 200)
    held.tokens.push(fresh.body.token)
  }

  async function redeem(response: string): Promise<void> {
    // No site may redeem more than fifty in a second.
    if (++redeemed % 40 === 0) server.advance(1)
    const body = { secret, response, idempotency_key: wordy() }
    const { success } = (await server.post<SiteverifySuccess>(PATHS.siteverify, body)).body
    if (!success) throw new Error('A token was not redeemed.')
  }

  await each(of('expired'), start)
  server.advance(301)
  await each(
    visits.filter(({ kind }) => kind !== 'expired'),
    start,
  )
  await each(of('wrong'), wrong)
  for (let times = 0; times < 5; times++) {
    await each(of('exhausted'), wrong)
    server.advance(2)
  }
  server.advance(31)
  await each(of('resent'), async ({ handle }) => {
    expectStatus((await server.resend(handle)).status, 200)
  })
  await each(of('verified', 'redeemed', 'resent', 'retried', 'ticketed', 'renewed'), right)
  return held
}

async function each(visits: readonly Visit[], act: (one: Visit) => Promise<void>): Promise<void> {
  for (let n = 0; n < visits.length; n += AT_ONCE) {
    await Promise.all(visits.slice(n, n + AT_ONCE).map(act))
  }
}

async function ticketFor(server: TestServer, phone: string, nonce: string, secret: string): Promise<string> {
  const now = Math.floor(server.time / 1000)
  return new SignJWT({ sid: 'session-1', exp: now + 120, phone, nonce, action: 'signup' })
    .setProtectedHeader({ alg: 'HS256', typ: 'otp-start+jwt' })
    .sign(new TextEncoder().encode(secret))
}

function expectStatus(status: number, ...expected: number[]): void {
  if (!expected.includes(status)) throw new Error(`A call of a visit was answered with ${status}.`)
}
