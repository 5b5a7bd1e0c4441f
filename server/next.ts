/** What answers requests: a Hono app, or a server made by `createConfiguredApp()`. */
export interface FetchHandler {
  /** Has the path below which it answers, needed where Next.js removes an app's `basePath` from the URLs of its routes. */
  config?: { publicUrl: string }
  fetch(request: Request): Response | Promise<Response>
}

/** A handler of one method, as Next.js wants it in a `route.ts`. */
export type RouteHandler = (request: Request) => Promise<Response>

/** The exports of a `route.ts` that hands every call to one app. */
export interface RouteHandlers {
  GET: RouteHandler
  HEAD: RouteHandler
  POST: RouteHandler
  OPTIONS: RouteHandler
}

// Next.js evaluates a route module again at every hot reload, and may put copies of it into several bundles. What is
// global outlives them all, and a registered symbol is the same in each.
const KEPT = Symbol.for('otp-verify.next')

/**
 * Mounts a server in a Next.js App Router, as `app/api/otp/[...route]/route.ts`:
 *
 * ```ts
 * import { createConfiguredApp, nextHandlers } from 'otp-verify/server'
 *
 * export const { GET, HEAD, POST, OPTIONS } = nextHandlers(() => createConfiguredApp(process.env))
 * ```
 *
 * `OTP_PUBLIC_URL` carries the path, `https://shop.example/api/otp` here. The route has to run on Node.js, not on the
 * edge runtime. Neither Turbopack nor webpack needs a setting. Name nothing of the package in `serverExternalPackages`:
 * with `output: 'standalone'` files would be missing, and `otp-verify/react` has to share the copy of React that Next.js
 * bundles.
 *
 * @param create makes the app. Called at the first request and never while Next.js builds; once in a process, so a
 * process has one such server, and again only if it has failed.
 * @throws TypeError when `create` is no function
 */
export function nextHandlers(create: () => FetchHandler | Promise<FetchHandler>): RouteHandlers {
  if (typeof create !== 'function')
    throw new TypeError('nextHandlers needs a function that makes the app: nextHandlers(() => app).')
  let warned = false

  /** Reports, once, a mistake that makes every call a 404: the server itself only sees unknown paths. */
  function checkPath(path: string, base: string): void {
    const at = path.indexOf('/v1/')
    const asked = path.slice(0, at)
    if (warned || at < 0 || asked === base) return
    warned = true
    // eslint-disable-next-line no-console
    console.warn(
      `otp-verify: requests come in below ${JSON.stringify(`${asked}/`)}, but OTP_PUBLIC_URL says "${base}/". Its path must be that of the route.`,
    )
  }

  const handle: RouteHandler = async (request) => {
    const app = await kept(create)
    const publicUrl = app.config?.publicUrl
    const asked = asAskedFor(request, publicUrl)
    if (publicUrl !== undefined) checkPath(new URL(asked.url).pathname, baseOf(publicUrl))
    return app.fetch(asked)
  }
  return { GET: handle, HEAD: handle, POST: handle, OPTIONS: handle }
}

/** The request under the path that browsers asked for, without the slash that `trailingSlash` appends. */
function asAskedFor(request: Request, publicUrl: string | undefined): Request {
  const url = new URL(request.url)
  const seen = url.pathname.replace(/(?!^)\/$/, '')
  const path = publicUrl ? withBasePath(seen, baseOf(publicUrl)) : seen
  if (path === url.pathname) return request
  url.pathname = path
  return new Request(url, request)
}

function baseOf(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/$/, '')
}

/** Prepends the missing part of the public path to a path that begins with the rest of it, segment by segment. */
function withBasePath(path: string, base: string): string {
  if (path.startsWith(`${base}/`)) return path
  for (let at = base.indexOf('/', 1); at > 0; at = base.indexOf('/', at + 1)) {
    if (path.startsWith(`${base.slice(at)}/`)) return base.slice(0, at) + path
  }
  return path
}

function kept(create: () => FetchHandler | Promise<FetchHandler>): Promise<FetchHandler> {
  const store = globalThis as { [KEPT]?: Promise<FetchHandler> | undefined }
  return (store[KEPT] ??= Promise.resolve()
    .then(create)
    .then(checked)
    .catch((error: unknown) => {
      store[KEPT] = undefined
      throw error
    }))
}

/** Something that is no app must not be kept: the mistake would last until the process ends, even once mended. */
function checked(app: FetchHandler): FetchHandler {
  if (typeof (app as FetchHandler | null | undefined)?.fetch !== 'function')
    throw new TypeError('The function for nextHandlers returned no app: it has no method fetch().')
  return app
}
