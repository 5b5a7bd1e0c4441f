import type { Hono } from 'hono'
import type { AppEnv } from './env.js'

/**
 * The methods that an address accepts; none where nothing is there.
 *
 * @param shared whether pages of other origins may ask first what they may do (CORS).
 */
export function methodsOf({ router }: Hono<AppEnv>, path: string, shared: boolean): readonly string[] {
  const methods = ['GET', 'POST'].filter((method) =>
    // Middleware is registered for every method at once.
    router.match(method, path)[0].some(([[, route]]) => route.method === method),
  )
  if (methods.length === 0) return []
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), ...(shared ? ['OPTIONS'] : [])]
}
