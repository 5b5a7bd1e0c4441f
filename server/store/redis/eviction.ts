import type { ConnectionOptions } from 'node:tls'
import { parseRedisUrl } from '../redis-address.js'
import { connect, type Connection } from './connection.js'

/** The one policy under which a full Redis refuses what is new and forgets nothing. */
const KEEPS_EVERYTHING = 'noeviction'

/**
 * The `maxmemory-policy` of every node that is written to; none where the user of the address may not ask (INFO).
 *
 * @throws StoreError when none can be reached; TypeError when `url` cannot be read
 */
export async function policiesOf(url: string, tls: ConnectionOptions = {}): Promise<string[]> {
  return asking(url, tls, (connection) => connection.evictionPolicies())
}

/**
 * What is wrong with these policies, as a sentence for the operator: under any but `noeviction` a full Redis forgets who
 * has used up their attempts, and who has redeemed which token.
 */
export function evictionAmong(policies: readonly string[]): string | undefined {
  const policy = policies.find((one) => one !== KEEPS_EVERYTHING)
  if (policy === undefined) return undefined
  return `Redis: its maxmemory-policy is ${policy}, so when it is full it forgets who has used up their attempts; set it to ${KEEPS_EVERYTHING}.`
}

/**
 * Whether every node writes down what it is told, so that a crash loses a second at most. Where the user of the address
 * may not ask (INFO), it is taken to be so.
 *
 * @throws StoreError when none can be reached; TypeError when `url` cannot be read
 */
export async function survivesCrash(url: string, tls: ConnectionOptions = {}): Promise<boolean> {
  const logs = await asking(url, tls, (connection) => connection.writesLog())
  return logs.every(Boolean)
}

async function asking<T>(
  url: string,
  tls: ConnectionOptions,
  ask: (connection: Connection) => Promise<T>,
): Promise<T> {
  const address = parseRedisUrl(url)
  if ('mistake' in address) throw new TypeError(address.mistake)
  const connection = connect(address, tls)
  try {
    return await ask(connection)
  } finally {
    await connection.close()
  }
}
