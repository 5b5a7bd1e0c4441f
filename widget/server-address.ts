let address: string | undefined
const listeners = new Set<() => void>()

/** What a page may configure for all its elements. */
export interface Configuration {
  /** The otp-verify server's public URL, for instance `https://otp.example`, or a path of the page's own origin: `/api/otp`. */
  server: string
}

/**
 * Tells every `<otp-verify>` of the page which server to use; pages that load the script from the server need not.
 *
 * @throws TypeError when `server` is neither an http or https URL nor a path.
 */
export function configure({ server }: Configuration): void {
  const named = normalizeServer(server)
  // The same server, set again by another part of the page, is no change.
  if (named === address) return
  address = named
  for (const listener of listeners) listener()
}

/** The server that `configure()` or the script's own address named, if any. */
export function configuredServer(): string | undefined {
  return address
}

/** Calls `listener` whenever the configured server changes, until the returned function is called. */
export function onConfigured(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/**
 * Brings a server's address to one form: no trailing slash, no query, no fragment.
 *
 * @throws TypeError when it is neither an http or https URL nor a path.
 */
export function normalizeServer(server: string): string {
  // A server that renders pages has no location, and calls nothing.
  const page = globalThis.location?.href ?? 'http://localhost'
  const url = new URL(server, /^\/(?![/\\])/.test(server) ? page : undefined)
  if (!/^https?:$/.test(url.protocol)) throw new TypeError('The server of otp-verify must be an http(s) URL')
  return url.origin + url.pathname.replace(/\/+$/, '')
}

/** The server that a script came from, by the script's address; `undefined` for a script of another name. */
export function serverOfScript(source: string): string | undefined {
  const url = /^https?:/.test(source) ? new URL(source) : undefined
  const prefix = url && /^(.*)\/otp-verify(?:-[^/]+)?\.js$/.exec(url.pathname)
  return prefix ? normalizeServer(url.origin + prefix[1]!) : undefined
}
