import type { RequestIdVariables } from 'hono/request-id'

/** What middleware leaves for later middleware and routes. */
export interface AppEnv {
  Variables: RequestIdVariables
}
