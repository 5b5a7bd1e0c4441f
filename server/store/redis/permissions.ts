import { randomBytes } from 'node:crypto'
import type { ConnectionOptions } from 'node:tls'
import { parseRedisUrl } from '../redis-address.js'
import { StoreError } from '../store.js'
import { connect, scriptUnderWay, type Script } from './connection.js'

/** KEYS: one that nobody has. Names every command of the scripts that may not be given. */
const TRY_ALL = `
local key, missing = KEYS[1], {}
local function try(...)
  local answer = redis.pcall(...)
  local allowed = type(answer) ~= 'table' or not answer.err or string.find(answer.err, 'WRONGTYPE', 1, true)
  if not allowed then missing[#missing + 1] = string.lower((...)) end
  return allowed
end

try('TIME')
try('GET', key)
try('MGET', key)
-- There is no room for a hash where a text is: nothing stays that has no end.
if try('SET', key, '', 'PX', '1000') then try('HSET', key, 'field', '') end
try('HGET', key, 'field')
try('HGETALL', key)
try('HDEL', key, 'field')
try('PTTL', key)
try('PEXPIRE', key, '1000')
try('DEL', key)
return missing
`

/**
 * What the user of the address lacks to serve, as Redis writes it in a list of permissions: `+hget`, `~otp:*`. That it may
 * not ask about the memory (`+info`) is none of it.
 *
 * @throws StoreError when Redis cannot be reached or written to; TypeError when `url` cannot be read
 */
export async function missingPermissions(url: string, tls: ConnectionOptions = {}): Promise<string[]> {
  const address = parseRedisUrl(url)
  if ('mistake' in address) throw new TypeError(address.mistake)
  const connection = connect(address, tls)
  const name = randomBytes(16).toString('hex')
  const key = `otp:doctor:${name}`
  // Redis knows none of that name yet, so that it is asked for both of the ways to run one.
  const probe = scriptUnderWay(`${TRY_ALL}-- ${name}`)
  const run = async (script: Script, lasting: boolean) =>
    ((await connection.run(script, [key], [], lasting)) as Buffer[]).map((command) => `+${String(command)}`)
  try {
    return [
      ...(await lacking(async () => void (await connection.time()))),
      ...(await lacking(() => run(probe, false))),
      ...(await lacking(async () => void (await connection.values([key])))),
      ...(await lacking(async () => void (await connection.scan(key)[Symbol.asyncIterator]().next()))),
      ...(address.replicas > 0 ? await lacking(() => run(probe, true)) : []),
    ].filter((one, index, all) => all.indexOf(one) === index)
  } finally {
    await connection.close()
  }
}

/** The same as a sentence for the operator. */
export function lacks(missing: readonly string[]): string {
  return `Redis: its user lacks ${missing.join(' ')}.`
}

/** What a step says is lacking, or is refused for. */
async function lacking(step: () => Promise<string[] | void>): Promise<string[]> {
  try {
    return (await step()) ?? []
  } catch (error) {
    const { message } = error as Error
    if (!(error instanceof StoreError) || !message.includes('NOPERM')) throw error
    const [, command] = /'([\w|-]+)' command/.exec(message) ?? []
    return [command === undefined ? '~otp:*' : `+${command}`]
  }
}
