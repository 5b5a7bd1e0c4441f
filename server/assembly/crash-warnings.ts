import type { Config } from '../config/config.js'
import { crashLossOf } from './open-store.js'

/**
 * Warns, where messages are paid for, of a store whose crash would start the day's budget anew. Never rejects: callers that need
 * the store report it when it is away.
 */
export async function crashWarnings({ infobip, store }: Config): Promise<string[]> {
  if (!infobip) return []
  const loss = await crashLossOf(store).catch(() => undefined)
  return loss === undefined ? [] : [`OTP_STORE: ${loss}`]
}
