import type { HttpBindings } from '@hono/node-server'

/** What the server hands to the app: Node's request and answer, when there is a server. */
export interface SandboxEnv {
  Bindings: Partial<HttpBindings>
}
