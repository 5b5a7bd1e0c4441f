/**
 * Stands in for the network. Import it before anything that imports the client, which takes `fetch` when it loads.
 */
import type {
  NumberingPlan,
  SiteConfig,
  VerificationApproved,
  VerificationPending,
} from '../../contract/index.js'

/** Where the fake server answers. */
export const SERVER = 'https://otp.example'

/** A handle as the server makes them. */
export const HANDLE = 'h'.repeat(46)

/** One request that reached the fake server. */
export interface Call {
  url: string
  path: string
  body: Record<string, unknown>
  key: string | null
  init: RequestInit
}

/** An answer, or the loss of it. */
export type Reply =
  { status?: number; json?: unknown; text?: string; headers?: Record<string, string> } | 'lost'

type Route = (call: Call) => Reply | Promise<Reply>

/** Every request since the last `resetServer()`. */
export let calls: Call[] = []

/** How many answers are being read, which engines do in steps of their own. */
export let reading = 0

let routes: Record<string, Route> = {}
let date: number | undefined

const realFetch = globalThis.fetch.bind(globalThis)

/** Under which name a path's answer is kept: sites, and the plans of their countries, share one each. */
function nameOf(path: string): string {
  if (!path.startsWith('/v1/sites/')) return path
  return path.includes('/numbering-plans/') ? '/numbering-plans' : '/v1/sites'
}

/** Answers as the real server would to `fetch`. */
export async function fakeFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const url = input instanceof Request ? input.url : input.toString()
  if (!url.startsWith(SERVER)) return realFetch(input, init)
  const path = url.slice(SERVER.length)
  const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Call['body']) : {}
  const call = { url, path, body, key: new Headers(init.headers).get('Idempotency-Key'), init }
  calls.push(call)
  const route = routes[nameOf(path)]
  const reply = route ? await route(call) : ('lost' as const)
  if (reply === 'lost') throw new TypeError('Failed to fetch')
  const { status = 200, json, text, headers = {} } = reply
  const clock: Record<string, string> = date === undefined ? {} : { Date: new Date(date).toUTCString() }
  return watched(new Response(text ?? JSON.stringify(json), { status, headers: { ...clock, ...headers } }))
}

/** Counts an answer among those that are being read while it is. */
function watched(response: Response): Response {
  const read = response.text.bind(response)
  response.text = () => {
    reading++
    return read().finally(() => reading--)
  }
  return response
}

globalThis.fetch = fakeFetch

/** Forgets all calls and answers every route with success. `now` is the server's clock. */
export function resetServer(now = Date.now()): void {
  calls = []
  date = undefined
  routes = {
    '/v1/sites': () => ({ json: site() }),
    '/numbering-plans': () => problem(403, 'country_not_allowed'),
    '/v1/verifications': () => ({ status: 201, json: pending(now) }),
    '/v1/verifications/resend': ({ body }) => ({
      json: pending(now, { channel: (body['channel'] as 'sms') ?? 'sms' }),
    }),
    '/v1/verifications/check': () => ({ json: approved(now) }),
    '/v1/verifications/token': () => problem(410, 'verification_expired'),
    '/v1/verifications/status': () => ({ json: { ...pending(now), state: 'sent' } }),
  }
}

/** Makes one route answer differently; several replies are given one after the other, the last one for good. */
export function answer(path: string, ...replies: (Reply | Route)[]): void {
  routes[path] = (call) => {
    const reply = replies.length > 1 ? replies.shift()! : replies[0]!
    return typeof reply === 'function' ? reply(call) : reply
  }
}

/** Makes every answer carry this time (milliseconds since 1970) in its `Date` header. */
export function tellTime(time: number): void {
  date = time
}

/** The calls of one path. */
export function callsTo(path: string): Call[] {
  return calls.filter((call) => call.path === path)
}

/** A refusal as the server words it. */
export function problem(status: number, code: string, more: object = {}): Reply {
  const json = { type: `urn:otp-verify:problem:${code}`, title: 't', status, code, requestId: 'r', ...more }
  return { status, json, headers: { 'Content-Type': 'application/problem+json' } }
}

/** A reply that stays away until it is released. */
export function held(reply: Reply): { route: Route; release: () => void } {
  let release = () => {}
  const gate = new Promise<void>((open) => (release = open))
  return { route: () => gate.then(() => reply), release }
}

/** A site's configuration. */
export function site(changes: Partial<SiteConfig> = {}): SiteConfig {
  return {
    sitekey: 'shop',
    codeLength: 6,
    channels: ['sms', 'voice'],
    countries: ['US', 'HR', 'CA', 'GB'],
    callingCodes: { US: '1', HR: '385', CA: '1', GB: '44' },
    initialCountry: 'HR',
    resend: { cooldowns: [30, 60] },
    challenge: 'none',
    ...changes,
  }
}

/** The plan of a country whose mobile numbers begin with 9 and are written like 091 234 5678. */
export function plan(changes: Partial<NumberingPlan> = {}): NumberingPlan {
  return {
    trunk: '0',
    transform: '',
    allowed: String.raw`9\d{7,8}`,
    refused: String.raw`[1-5]\d{7}|60\d{4,6}`,
    formats: [[String.raw`(\d{2})(\d{3})(\d{3,4})`, '$1 $2 $3', '9', '0$1']],
    ...changes,
  }
}

/** The answer to a start, as of `now`. */
export function pending(now: number, changes: Partial<VerificationPending> = {}): VerificationPending {
  return {
    verificationId: HANDLE,
    channel: 'sms',
    codeLength: 6,
    expiresAt: new Date(now + 300_000).toISOString(),
    attemptsRemaining: 5,
    resend: { availableAt: new Date(now + 30_000).toISOString(), remaining: 2, channels: ['sms', 'voice'] },
    ...changes,
  }
}

/** The answer to the right code, as of `now`. */
export function approved(now: number): VerificationApproved {
  const expiresAt = new Date(now + 240_000).toISOString()
  return { token: 'header.claims.signature', expiresAt, phoneNumber: '+385912345667' }
}
