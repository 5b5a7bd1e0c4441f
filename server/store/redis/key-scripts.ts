import { CLOCK } from './clock-script.js'
import { script, scriptUnderWay } from './connection.js'

/** A value is the time at which it is forgotten, in eight bytes, and a text. */
const VALUES = `${CLOCK}
local function sealed(milliseconds, text)
  return struct.pack('>d', now + milliseconds) .. text
end

local function living(value)
  if value and struct.unpack('>d', value) > now then return string.sub(value, 9) end
end
`

/**
 * KEYS: the key. ARGV: time, holder, ttl. 1 when it is the holder's.
 *
 * For its holder it is written again as it was: whoever waits for replicas waits for what they wrote themselves.
 */
const CLAIMING = `${VALUES}
local value = redis.call('GET', KEYS[1])
local holder = living(value)
if holder == ARGV[2] then redis.call('SET', KEYS[1], value, 'KEEPTTL') end
if holder then return holder == ARGV[2] and 1 or 0 end
redis.call('SET', KEYS[1], sealed(ARGV[3], ARGV[2]), 'PX', ttl(ARGV[3]))
return 1
`

/** For a newcomer: a full Redis has no room for it. */
export const CLAIM = script(CLAIMING)

/**
 * The same for those under way, for the operator, and for what a server says of itself: a key that has leaked is revoked
 * however full it is.
 */
export const CLAIM_ALL_THE_SAME = scriptUnderWay(CLAIMING)

/** KEYS: the key, or the call. ARGV: time, holder. */
export const RELEASE = scriptUnderWay(`${VALUES}
if living(redis.call('GET', KEYS[1])) == ARGV[2] then redis.call('DEL', KEYS[1]) end
`)

/** KEYS: the key. ARGV: time, and a holder where it has to be theirs. 1 when it is claimed. */
export const IS_CLAIMED = script(`${VALUES}
local holder = living(redis.call('GET', KEYS[1]))
return holder and holder == (ARGV[2] or holder) and 1 or 0
`)

/** KEYS: the call. ARGV: time, patience, holder. 1 for whoever begins it, 0 while it runs, else a plus and its answer. */
export const BEGIN = scriptUnderWay(`${VALUES}
local answer = living(redis.call('GET', KEYS[1]))
if answer then return string.sub(answer, 1, 1) == '+' and answer or 0 end
redis.call('SET', KEYS[1], sealed(ARGV[2], ARGV[3]), 'PX', ttl(ARGV[2]))
return 1
`)

/** KEYS: the call. ARGV: time, holder, answer, ttl. */
export const COMPLETE = scriptUnderWay(`${VALUES}
local call = living(redis.call('GET', KEYS[1]))
if call and call ~= ARGV[2] then return end
redis.call('SET', KEYS[1], sealed(ARGV[4], '+' .. ARGV[3]), 'PX', ttl(ARGV[4]))
`)

/** KEYS: the group. ARGV: time, member, value, ttl. Every living member, followed by what it says. */
export const ANNOUNCE = scriptUnderWay(`${VALUES}
redis.call('HSET', KEYS[1], ARGV[2], sealed(ARGV[4], ARGV[3]))
keepFor(KEYS[1], ARGV[4])
local all, said = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #all, 2 do
  local value = living(all[i + 1])
  if value then
    said[#said + 1] = all[i]
    said[#said + 1] = value
  else
    redis.call('HDEL', KEYS[1], all[i])
  end
end
return said
`)

/** KEYS: the group. ARGV: time, member. */
export const WITHDRAW = script(`
redis.call('HDEL', KEYS[1], ARGV[2])
`)
