import type { RequestIdVariables } from 'hono/request-id'

/** The connection that a request came over, as far as it is known. */
export interface Connection {
  incoming?: { socket: { remoteAddress?: string | undefined } }
}

/** The usual headers of an answer, with what pages of other origins may do with it (CORS). */
export interface CrossOriginHeaders {
  'Access-Control-Allow-Origin'?: string
  'Access-Control-Expose-Headers': string
  Vary: string
}

/** What middleware passes on to later middleware and routes. */
export interface AppEnv {
  Variables: RequestIdVariables & {
    /** The usual headers of the answer and those about its origin, which name it if it belongs to a site. */
    crossOrigin?: CrossOriginHeaders
  }
  /** Given by @hono/node-server; empty where the server is mounted in another. */
  Bindings: Connection
}
