import type { RequestIdVariables } from 'hono/request-id'

/** The connection that a request came over, as far as it is known. */
export interface Connection {
  incoming?: { socket: { remoteAddress?: string | undefined } }
}

/** What middleware leaves for later middleware and routes. */
export interface AppEnv {
  Variables: RequestIdVariables & {
    /** The configured origin that the call comes from; `undefined` where it is of no site. */
    allowedOrigin?: string | undefined
    /** The headers of its answer that are about that. */
    crossOrigin?: Readonly<Record<string, string>>
  }
  /** Given by @hono/node-server; nothing where the server is mounted in another. */
  Bindings: Connection
}
