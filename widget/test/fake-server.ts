/**
 * Stands in for the network. Import it before anything that imports the client, which takes `fetch` when it loads.
 */
import { approved, pending, problem, site, type Reply } from './made-answers.js'

export * from './made-answers.js'

/** Where the fake server answers. */
export const SERVER = 'https://otp.example'

/** One request that reached the fake server. */
export interface Call {
  url: string
  path: string
  body: Record<string, unknown>
  key: string | null
  init: RequestInit
}

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
    '/numbering-plans': () => problem(422, 'country_not_allowed'),
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

/** A reply that stays away until it is released. */
export function held(reply: Reply): { route: Route; release: () => void } {
  let release = () => {}
  const gate = new Promise<void>((open) => (release = open))
  return { route: () => gate.then(() => reply), release }
}
