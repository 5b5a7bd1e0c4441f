import { randomBytes } from 'node:crypto'
import { PATHS, type HostedChallenge } from '../../../contract/index.js'
import type { Challenge } from '../../guard/challenge.js'
import { digestsUnder } from '../../pepper/digests.js'
import { parseOriginPattern, type OriginPattern } from '../../site/origin.js'
import { memoryStore } from '../../store/memory.js'
import type { Store } from '../../store/store.js'
import { NUMBER, ORIGIN, TestServer, testSite } from '../../test/harness.js'
import type { ChallengeDeps } from '../challenge-deps.js'
import { hcaptcha } from '../hcaptcha.js'
import { turnstile } from '../turnstile.js'
import { HCAPTCHA, TURNSTILE, type FakeSiteverify, type Made, type Manner } from './fake-siteverify.js'

export const SECRET = 'canary-provider-secret-0123456789'
export const OTHER_ORIGIN = 'https://www.shop.example'
export const OTHER_NUMBER = '+12025550199'

type Kind = 'turnstile' | 'hcaptcha'
type Make = (deps: ChallengeDeps, url?: string, patience?: number) => Challenge

/** How each is made, and how it answers. */
export const KINDS: Record<Kind, { make: Make; manner: Manner }> = {
  turnstile: { make: turnstile, manner: TURNSTILE },
  hcaptcha: { make: hcaptcha, manner: HCAPTCHA },
}

const FROM = { 'X-Forwarded-For': '203.0.113.7' }
let callers = 0

/** The header of a caller whose address nobody has had before. */
export const stranger = () => ({ 'X-Forwarded-For': `2001:db8:${(++callers).toString(16)}::1` })
const origins = [ORIGIN, OTHER_ORIGIN].map(
  (origin) => parseOriginPattern(origin, { insecureLoopback: false }) as OriginPattern,
)

/** A server of two sites whose challenge a fake sets, and its visitors. */
export interface HostedServer {
  server: TestServer
  /** A start with an answer to the challenge. */
  start(challenge: string, body?: object, headers?: object): ReturnType<TestServer['start']>
  /** Asks for a challenge. */
  issue(asked?: object): Promise<HostedChallenge>
  /** A token, as a page gets it that was given a challenge, or made otherwise. */
  token(over?: Partial<Made>, asked?: object): Promise<string>
}

/** How it differs from what it usually is. */
interface HostedOptions {
  patience?: number
  /** On the clock of the test server. */
  store?: Store
}

/**
 * Starts it.
 *
 * @param patience milliseconds that it waits for the fake
 */
export async function hostedServer(
  kind: Kind,
  fake: FakeSiteverify,
  { patience, ...options }: HostedOptions = {},
): Promise<HostedServer> {
  const running: { server?: TestServer } = {}
  const store = options.store ?? memoryStore({ now: () => running.server!.time })
  const pepper = randomBytes(32)
  const deps = { store, digests: digestsUnder(pepper), random: randomBytes }
  const own = { challenge: { kind, sitekey: 'public-name', secret: SECRET }, origins }
  const server = await TestServer.start({
    sites: [testSite(own), testSite({ ...own, sitekey: 'other' })],
    deps: { store, pepper, challenge: KINDS[kind].make(deps, fake.url, patience), trustedProxies: 1 },
    // A hundred starts at once keep this process, which is the provider too, from answering soon.
    patience: 10_000,
  })
  running.server = server

  async function issue(asked: object = {}): Promise<HostedChallenge> {
    const body = { sitekey: 'shop', phoneNumber: NUMBER, ...asked }
    return (await server.post<HostedChallenge>(PATHS.challenges, body, FROM)).body
  }

  return {
    ...{ server, issue },
    start: (challenge, body = {}, headers = {}) =>
      server.start({ challenge, ...body }, { ...FROM, ...headers }),
    async token(over = {}, asked = {}) {
      const { cdata } = await issue(asked)
      return fake.make({ hostname: 'shop.example', at: server.time, ...(cdata && { cdata }), ...over })
    },
  }
}

/** What an answer says: its code, or the status of one that has none. */
export const code = ({ status, body }: { status: number; body: { code?: string } }) => body.code ?? status
