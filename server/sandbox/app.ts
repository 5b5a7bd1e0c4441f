import { Hono, type Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ApiError, badRequest, envelope, notFound, throttled } from './api-error.js'
import { authorize, type Keys } from './authorize.js'
import { controlRoutes } from './control.js'
import type { SandboxEnv } from './env.js'
import type { Faults } from './faults.js'
import { isLoopback } from './loopback.js'
import { parseLimit } from './limits.js'
import { misbehave } from './misbehave.js'
import { inboxPage } from './page.js'
import { freshUuid } from './random.js'
import type { RequestLog } from './request-log.js'
import { ROUTES, type Call, type Route } from './routes.js'
import type { State } from './state.js'
import { untypedAnswers } from './untyped.js'

/** What the app is made of. */
export interface AppParts {
  state: State
  faults: Faults
  log: RequestLog
  keys: Keys
  /** Whether requests must name a loopback host, so that no web page can reach the sandbox by DNS rebinding. */
  loopbackOnly: boolean
}

const LARGEST_BODY = 1_048_576

/** The simulated API, the sandbox's own routes and the page, as one Hono app that never listens. */
export function createSandboxApp(parts: AppParts): Hono<SandboxEnv> {
  const { state, faults, log, loopbackOnly } = parts
  const app = new Hono<SandboxEnv>()

  app.use(untypedAnswers)
  app.use(async function refuseForeignHosts(c, next) {
    if (loopbackOnly && !isLoopback(new URL(c.req.url).hostname)) {
      return c.json({ error: 'The sandbox answers to loopback names only. Set its host to open it.' }, 403)
    }
    return next()
  })
  // HTTP holds a body to the length that it says.
  app.use(async function limitBody(c, next) {
    const length = c.req.header('Content-Length')
    if (length === undefined && c.req.header('Transfer-Encoding') !== undefined)
      return c.json({ error: 'Say how long the body is (Content-Length).' }, 411)
    if (Number(length) > LARGEST_BODY) return c.json({ error: 'The body is too large.' }, 413)
    return next()
  })
  app.use('/2fa/*', async function logRequest(c, next) {
    const { pathname, search } = new URL(c.req.url)
    const at = new Date(state.now()).toISOString()
    const entry = log.add({ method: c.req.method, path: pathname, query: search.slice(1), status: null, at })
    await next()
    entry.status = c.res.status
  })
  for (const route of ROUTES) {
    app.on(route.method, [route.path, `${route.path}/`], (c) => serve(c, route, parts))
  }
  app.route('/sandbox', controlRoutes(state, faults, log))
  app.get('/', inboxPage())
  app.notFound((c) => refuse(c, state, notFound()))
  app.onError((error, c) => refuse(c, state, error))
  return app
}

async function serve(c: Context<SandboxEnv>, route: Route, parts: AppParts): Promise<Response> {
  const text = await c.req.text()
  const fault = parts.faults.strike(route.operation, destinationOf(c, route, parts.state, text))
  const carryOut = async (unreachable: boolean, foreignMsisdn?: string): Promise<Response> => {
    try {
      const { state } = parts
      admit(c, route, parts)
      const params = c.req.param() as Call['params']
      const body = readBody(c, text)
      const answer = route.serve(state, { params, query: c.req.query(), body, unreachable, foreignMsisdn })
      return reply(c, state, answer.status, answer.body)
    } catch (error) {
      return refuse(c, parts.state, error)
    }
  }
  if (!fault) return carryOut(false)
  if (fault.kind === 'not-sent') return carryOut(true)
  if (fault.kind === 'foreign-msisdn') return carryOut(false, fault.msisdn)
  return misbehave(fault, () => carryOut(false), c.env)
}

/** Refuses a path with a trailing slash, a key without the right, and too many requests, as switches and tables say. */
function admit(c: Context<SandboxEnv>, route: Route, { state, keys }: AppParts): void {
  const { behaviour } = state
  if (c.req.path.endsWith('/') && behaviour.trailingSlash === 'refused') throw notFound()
  authorize(c.req.header('authorization'), route.scopes, keys, behaviour.forbiddenMessageId)
  if (route.limit === undefined) return
  const key = `account ${route.operation}`
  const wait = state.windows.wait(key, parseLimit(route.limit)!, state.now(), behaviour.limitWindow)
  if (wait > 0) throw throttled(behaviour, wait)
  state.windows.record(key, state.now())
}

function readBody(c: Context<SandboxEnv>, text: string): unknown {
  if (text === '') return undefined
  const contentType = c.req.header('content-type') ?? 'application/json'
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType)) {
    throw new ApiError(415, 'UNSUPPORTED_CONTENT_TYPE')
  }
  const body = parse(text)
  if (body === undefined) throw badRequest({ body: ['must be JSON'] })
  return body
}

function destinationOf(c: Context<SandboxEnv>, route: Route, state: State, text: string): string | undefined {
  const pin = state.pins.get(c.req.param('pinId') ?? '')
  const to = pin?.to ?? route.destination?.({ query: c.req.query(), body: parse(text) })
  return typeof to === 'string' ? to : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refuse(c: Context<SandboxEnv>, state: State, thrown: unknown): Response {
  const error = thrown instanceof ApiError ? thrown : new ApiError(500, 'GENERAL_ERROR')
  const { errorEnvelope, retryAfter, contentType } = state.behaviour
  if (error.wait !== undefined && retryAfter === 'sent') {
    c.header('Retry-After', String(Math.ceil(error.wait / 1000)))
  }
  const answer = reply(c, state, error.status, envelope(error, errorEnvelope))
  if (contentType === 'absentOnErrors') answer.headers.delete('Content-Type')
  return answer
}

function reply(c: Context<SandboxEnv>, state: State, status: number, body: object): Response {
  const { requestId, contentType } = state.behaviour
  if (requestId === 'sent') c.header('X-Request-Id', freshUuid(state.random))
  const type = contentType === 'charset' ? 'application/json;charset=UTF-8' : 'application/json'
  return c.body(JSON.stringify(body), status as ContentfulStatusCode, { 'Content-Type': type })
}
