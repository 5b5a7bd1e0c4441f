import { randomBytes } from 'node:crypto'
import type { Hono } from 'hono'
import {
  PATHS,
  type Problem,
  type VerificationApproved,
  type VerificationPending,
  type VerificationStatus,
} from '../../contract/index.js'
import { createApp, type AppDeps } from '../app.js'
import type { AppEnv } from '../http/env.js'
import type { ServerEvent } from '../observe/events.js'
import { DEFAULT_NUMBER_TYPES } from '../phone-number/phone-number.js'
import { infobipProvider, type InfobipSettings } from '../provider/infobip/infobip.js'
import { startSandbox, type RunningSandbox, type StartOptions } from '../sandbox/index.js'
import { parseOriginPattern } from '../site/origin.js'
import { POLICY } from '../site/policy.js'
import type { Site } from '../site/site.js'
import { memoryStore } from '../store/memory.js'
import { generateSigningJwk, signingKeys } from '../token/keys.js'

export const ORIGIN = 'https://shop.example'
export const PUBLIC_URL = 'https://otp.example'
export const NUMBER = '+12025550123'

/** A site as a careful operator would configure it, with members changed. */
export function testSite(over: Partial<Site> = {}, origin = ORIGIN): Site {
  const pattern = parseOriginPattern(origin, { insecureLoopback: false })
  if ('mistake' in pattern) throw new Error(pattern.mistake)
  const { phoneRules = { countries: new Set(['US', 'GB', 'HR']), types: DEFAULT_NUMBER_TYPES } } = over
  return {
    sitekey: 'shop',
    audience: over.sitekey ?? 'shop',
    secrets: [],
    origins: [pattern],
    offline: true,
    requireTicket: false,
    rememberNumbers: true,
    senderConstraint: false,
    actions: undefined,
    phoneRules,
    channels: ['sms', 'voice'],
    voiceCountries: phoneRules.countries,
    voiceAfter: 0,
    initialCountry: undefined,
    codeLength: 6,
    codeLifetime: 300,
    attempts: 5,
    resendCooldowns: [30, 60],
    checkInterval: 1,
    dailyBudget: 100_000,
    onCeiling: 'deny',
    challenge: { kind: 'none' },
    policy: POLICY,
    // Most tests send more to one number than anybody may.
    shadow: true,
    ...over,
  }
}

/** A server of two sites, `shop` and `other`, that also serves a script. */
export function startTwoSites(): Promise<TestServer> {
  return TestServer.start({
    sites: [testSite(), testSite({ sitekey: 'other' }, 'https://other.example')],
    deps: { widget: { source: 'void 0', version: '1.2.3', locales: new Map([['de-abc.json', '{}']]) } },
  })
}

/** Makes a message template of the sandbox, whose codes have that many digits. @returns its id */
export async function template(
  { url, apiKey, applicationId }: RunningSandbox,
  messageText: string,
  pinLength = 6,
): Promise<string> {
  const made = await fetch(`${url}/2fa/2/applications/${applicationId}/messages`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `App ${apiKey}` },
    body: JSON.stringify({ messageText, pinLength, pinType: 'NUMERIC' }),
  })
  return ((await made.json()) as { messageId: string }).messageId
}

/** A second template, for longer codes. */
export async function longTemplate(
  sandbox: RunningSandbox,
  pinLength: number | undefined,
): Promise<{ default: string } | undefined> {
  return pinLength === undefined
    ? undefined
    : { default: await template(sandbox, '{{pin}} is your code.', pinLength) }
}

/** An answer of the server. */
export interface Answer<T> {
  status: number
  headers: Headers
  body: T & Partial<Problem>
}

/** How a test server differs from the usual one. */
export interface TestServerOptions {
  sites?: Site[]
  sandbox?: Partial<StartOptions>
  deps?: Partial<AppDeps>
  /** Milliseconds that the provider may take. @default 10000, as outside of tests */
  patience?: number
}

/** The settings by which the server's own client uses a sandbox. */
export function accountOf({ url, apiKey, applicationId, messageId }: RunningSandbox): InfobipSettings {
  const messageIds = { default: messageId }
  return { baseUrl: url, apiKey, applicationId, messageIds, numberLookup: false }
}

/**
 * The server as it ships, its real Infobip adapter talking HTTP to the sandbox, on a clock that the test turns.
 * Only the port is missing.
 */
export class TestServer {
  readonly events: ServerEvent[] = []
  time = Date.UTC(2026, 0, 15, 12)
  app!: Hono<AppEnv>
  sandbox!: RunningSandbox
  deps!: AppDeps

  static async start({
    sites = [testSite()],
    sandbox = {},
    deps = {},
    patience = 10_000,
  }: TestServerOptions = {}): Promise<TestServer> {
    const server = new TestServer()
    const now = () => server.time
    server.sandbox = await startSandbox({ port: 0, now, ...sandbox })
    server.deps = {
      publicUrl: PUBLIC_URL,
      sites: new Map(sites.map((site) => [site.sitekey, site])),
      provider: infobipProvider(
        {
          ...accountOf(server.sandbox),
          longMessageIds: await longTemplate(server.sandbox, sites[0]!.longCodeLength),
        },
        { onCall: (call) => server.events.push({ event: 'provider', ...call }), timeout: patience },
      ),
      store: memoryStore({ now }),
      signingKeys: await signingKeys([await generateSigningJwk(randomBytes)], now),
      pepper: randomBytes(32),
      observe: (event) => server.events.push(event),
      random: randomBytes,
      sleep: () => new Promise((resolve) => setImmediate(resolve)),
      ...deps,
    }
    server.app = createApp(server.deps)
    return server
  }

  async stop(): Promise<void> {
    await this.sandbox.stop()
  }

  /** Has a server take over whose first site has other members: what is under way stays as it is. */
  reconfigure(over: Partial<Site>): void {
    const [site, ...others] = [...this.deps.sites.values()]
    const sites = [{ ...site!, ...over }, ...others]
    this.deps = { ...this.deps, sites: new Map(sites.map((one) => [one.sitekey, one])) }
    this.app = createApp(this.deps)
  }

  /** Turns the clock forward by that many seconds. */
  advance(seconds: number): void {
    this.time += seconds * 1000
  }

  /** A call as a browser on the site's page makes it, and a proxy that ends TLS hands it on. */
  async post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const response = await this.app.request(path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Forwarded-Proto': 'https',
        Origin: ORIGIN,
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} }
  }

  start(body: Record<string, unknown> = {}, headers?: Record<string, string>) {
    return this.post<VerificationPending>(
      PATHS.start,
      { sitekey: 'shop', phoneNumber: NUMBER, ...body },
      headers,
    )
  }

  resend(verificationId: string, body: Record<string, unknown> = {}, headers?: Record<string, string>) {
    return this.post<VerificationPending>(PATHS.resend, { verificationId, ...body }, headers)
  }

  check(verificationId: string, code: unknown, headers?: Record<string, string>) {
    return this.post<VerificationApproved>(PATHS.check, { verificationId, code }, headers)
  }

  status(verificationId: string, headers?: Record<string, string>) {
    return this.post<VerificationStatus>(PATHS.status, { verificationId }, headers)
  }

  /** The code in the newest message to a number. */
  code(number = NUMBER): string {
    const message = this.sandbox.messages(number).at(-1)
    if (!message) throw new Error('No message was sent to that number.')
    return message.pin
  }

  /** A code of the right shape that is not the one that was sent. */
  wrongCode(number = NUMBER): string {
    const code = this.code(number)
    const zeros = '0'.repeat(code.length)
    return code === zeros ? '1'.repeat(code.length) : zeros
  }

  /** How many requests reached the sandbox on paths that end so. */
  asked(suffix: string): number {
    return this.sandbox.requests().filter(({ path }) => path.replace(/\/$/, '').endsWith(suffix)).length
  }
}
