import type { Config } from '../config/config.js'
import { crashLossOf } from './open-store.js'

/**
 * Warnings of a store whose crash would bring the day a new budget, where messages are paid for. Never rejects: a store that
 * is away is told of by who needs it.
 */
export async function crashWarnings({ infobip, store }: Config): Promise<string[]> {
  if (!infobip) return []
  const loss = await crashLossOf(store).catch(() => undefined)
  return loss === undefined ? [] : [`OTP_STORE: ${loss}`]
}
