import type { RequestIdVariables } from 'hono/request-id'

/** The connection that a request came over, as far as it is known. */
export interface Connection {
  incoming?: { socket: { remoteAddress?: string | undefined } }
}

/** What middleware leaves for later middleware and routes. */
export interface AppEnv {
  Variables: RequestIdVariables
  /** Given by @hono/node-server; nothing where the server is mounted in another. */
  Bindings: Connection
}
