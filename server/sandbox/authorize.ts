import { ApiError } from './api-error.js'
import type { Behaviour } from './behaviour.js'

/** The API keys the sandbox knows. */
export interface Keys {
  /** May do everything. */
  apiKey: string
  /** Has the scope `2fa:pin:send` alone: sends, resends, verifies and reads verification status. */
  sendOnlyApiKey: string
}

/** Lets a request pass whose `Authorization` is `App` and a key with one of the scopes; else throws a 401 or a 403. */
export function authorize(
  header: string | undefined,
  scopes: readonly string[],
  { apiKey, sendOnlyApiKey }: Keys,
  forbiddenMessageId: Behaviour['forbiddenMessageId'],
): void {
  const [, key] = /^App +(\S+)$/i.exec(header ?? '') ?? []
  if (key === apiKey) return
  if (key !== sendOnlyApiKey) throw new ApiError(401, 'UNAUTHORIZED')
  if (!scopes.includes('2fa:pin:send')) throw new ApiError(403, forbiddenMessageId)
}
