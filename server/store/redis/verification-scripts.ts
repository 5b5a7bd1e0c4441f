import { AFTERLIFE, MOST_GIVEN_BACK, VERIFIED_AFTERLIFE } from '../entry.js'
import { CLOCK } from './clock-script.js'
import { script, scriptUnderWay } from './connection.js'

/**
 * A place is a hash of the verifications whose ids and slots begin alike, each packed under the rest of its id.
 *
 * KEYS: the place. ARGV: time, the rest of the id, and what each script names.
 *
 * `find` gives a verification that is not forgotten; `look` also brings it up to date, for time ends a verification
 * whether or not anybody looks. `snapshot` is what a script tells of it, read by `readVerification`. Until its message
 * is sent a verification is busy; the newest that was sent in its slot holds it.
 */
const PLACE = `${CLOCK}
local AFTERLIFE, VERIFIED_AFTERLIFE = ${AFTERLIFE}, ${VERIFIED_AFTERLIFE}
local MOST_GIVEN_BACK = ${MOST_GIVEN_BACK}

local place, rest = KEYS[1], ARGV[2]

-- What is seldom there stands last: members without gaps take the least room.
local MEMBERS = {
  'state', 'channel', 'expiresAt', 'attempts', 'cooldowns', 'resends', 'resendAvailableAt',
  'slot', 'phone', 'sitekey', 'origin', 'others',
  'reference', 'holds', 'attemptedAt', 'lease', 'leaseUntil', 'givenBack', 'proof', 'provenUntil', 'busyUntil', 'supersedes',
}

local function unpacked(packed)
  local verification, members = {}, cmsgpack.unpack(packed)
  for i, name in ipairs(MEMBERS) do verification[name] = members[i] end
  return verification
end

local function forgottenAt(verification)
  return verification.provenUntil or verification.expiresAt + AFTERLIFE
end

local function find()
  local packed = redis.call('HGET', place, rest)
  local verification = packed and unpacked(packed)
  if verification and forgottenAt(verification) > now then return verification end
end

local function keep(field, verification)
  local members = {}
  for i, name in ipairs(MEMBERS) do members[i] = verification[name] or nil end
  redis.call('HSET', place, field, cmsgpack.pack(members))
  keepFor(place, math.max(forgottenAt(verification), verification.busyUntil or 0) - now)
end

local function forget(field)
  redis.call('HDEL', place, field)
end

local function update(verification)
  if verification.lease and verification.leaseUntil <= now then
    verification.lease, verification.leaseUntil = nil, nil
  end
  local unfinished = verification.state == 'sending' or verification.state == 'sent'
  if unfinished and not verification.lease then
    if verification.attempts <= 0 then
      verification.state = 'exhausted'
    elseif verification.expiresAt <= now then
      verification.state = 'expired'
    end
  end
end

local function look()
  local verification = find()
  if verification then update(verification) end
  return verification
end

local function neighbours()
  local all, found = redis.call('HGETALL', place), {}
  for i = 1, #all, 2 do found[all[i]] = unpacked(all[i + 1]) end
  return found
end

local function ended(verification)
  if not verification or verification.state == 'sending' then return 'not_found' end
  return verification.state ~= 'sent' and verification.state
end

local function snapshot(verification)
  return {
    verification.state, verification.channel, verification.expiresAt, verification.attempts,
    verification.resends, #verification.cooldowns - verification.resends, verification.resendAvailableAt,
    verification.proof or false,
    verification.slot, verification.phone, verification.sitekey, verification.origin, verification.others,
  }
end
`

/**
 * ARGV: …, patience, slot, phone, sitekey, origin, others, channel, lifetime, attempts, superseded id, cooldowns…
 *
 * `busy`, or the verification. Whoever adds also forgets what is over, since Redis forgets only whole places.
 */
export const ADD = script(`${PLACE}
local slot, channel, lifetime, attempts, supersedes = ARGV[4], ARGV[9], ARGV[10], ARGV[11], ARGV[12]
local cooldowns = {}
for i = 13, #ARGV do cooldowns[#cooldowns + 1] = tonumber(ARGV[i]) end

for field, other in pairs(neighbours()) do
  if other.busyUntil and other.busyUntil > now then
    if other.slot == slot then return 'busy' end
  elseif forgottenAt(other) <= now then
    forget(field)
  end
end

local verification = {
  state = 'sending', channel = channel, expiresAt = now + lifetime, attempts = tonumber(attempts),
  cooldowns = cooldowns, resends = 0, resendAvailableAt = now + (cooldowns[1] or 0),
  busyUntil = now + ARGV[3],
  supersedes = supersedes ~= '' and supersedes or nil,
  slot = slot, phone = ARGV[5], sitekey = ARGV[6], origin = ARGV[7], others = ARGV[8],
}
keep(rest, verification)
return snapshot(verification)
`)

export const GET = script(`${PLACE}
local verification = look()
return verification and snapshot(verification)
`)

/**
 * ARGV: …, reference, channel, the slot under another pepper or nothing. Nothing when it has ended; else whether the other slot
 * is to be emptied, its site, its origin and whom it supersedes.
 */
export const RECORD_SEND = scriptUnderWay(`${PLACE}
local verification = look()
if not verification or (verification.state ~= 'sending' and verification.state ~= 'sent') then return false end
local first, supersedes = verification.state == 'sending', verification.supersedes
if first then
  for field, other in pairs(neighbours()) do
    if other.holds and other.slot == verification.slot then
      -- A proof is not lost to a new start.
      if other.state ~= 'verified' then
        forget(field)
      else
        other.holds = nil
        keep(field, other)
      end
    end
  end
  verification.holds = true
  verification.busyUntil = nil
  verification.supersedes = nil
end
verification.state, verification.reference, verification.channel = 'sent', ARGV[3], ARGV[4]
keep(rest, verification)
local empties = first and ARGV[5] ~= '' and ARGV[5] ~= verification.slot
return {empties and 1 or 0, verification.sitekey, verification.origin, supersedes or false}
`)

/** ARGV: …, sitekey, origin. Ends a verification of theirs that another supersedes, unless it is proven. */
export const SUPERSEDE = scriptUnderWay(`${PLACE}
local verification = look()
if verification and verification.state ~= 'verified'
  and verification.sitekey == ARGV[3] and verification.origin == ARGV[4] then forget(rest) end
`)

/** ARGV: …, slot. Ends the verification that has it, unless it is proven. */
export const EMPTY_SLOT = scriptUnderWay(`${PLACE}
for field, other in pairs(neighbours()) do
  if other.holds and other.slot == ARGV[3] then
    update(other)
    if other.state ~= 'verified' then forget(field) end
  end
end
`)

export const DISCARD = scriptUnderWay(`${PLACE}
local verification = look()
if verification and verification.state ~= 'verified' and not verification.lease then forget(rest) end
`)

/** A refusal and its wait, or `reserved` and the reference. */
export const RESERVE_RESEND = scriptUnderWay(`${PLACE}
local verification = look()
local refused = ended(verification)
if refused then return {refused} end
if verification.resends >= #verification.cooldowns then return {'none_left'} end
if verification.resendAvailableAt > now then return {'too_soon', verification.resendAvailableAt - now} end
verification.resends = verification.resends + 1
-- The last resend's own cooldown guards a resend that is given back.
local cooldowns = verification.cooldowns
verification.resendAvailableAt = now + (cooldowns[verification.resends + 1] or cooldowns[#cooldowns])
keep(rest, verification)
return {'reserved', verification.reference}
`)

export const RETURN_RESEND = scriptUnderWay(`${PLACE}
local verification = look()
if not verification or verification.resends == 0 then return end
verification.resends = verification.resends - 1
keep(rest, verification)
`)

/** ARGV: …, lease, interval, patience. A refusal and its wait, or `reserved` and the reference. */
export const RESERVE_ATTEMPT = scriptUnderWay(`${PLACE}
local verification = look()
if verification and verification.lease then
  return {'busy', math.min(1000, verification.leaseUntil - now)}
end
local refused = ended(verification)
if refused then return {refused} end
local wait = verification.attemptedAt and verification.attemptedAt + ARGV[4] - now or 0
if wait > 0 then return {'too_soon', wait} end
verification.attempts = verification.attempts - 1
verification.attemptedAt = now
verification.lease, verification.leaseUntil = ARGV[3], now + ARGV[5]
keep(rest, verification)
return {'reserved', verification.reference}
`)

/** ARGV: …, lease, settlement, its proof or cap, its reference. The verification, or nothing when the lease is void. */
export const SETTLE_ATTEMPT = scriptUnderWay(`${PLACE}
local lease, settlement, detail, reference = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local verification = find()
-- A void lease settles nothing: its attempt is spent and another may be under way.
if not verification or verification.lease ~= lease or verification.leaseUntil <= now then return false end
verification.lease, verification.leaseUntil = nil, nil
-- Of what is said of a message that a newer one has replaced, only that of the guess counts: see ofGuessAlone.
if reference ~= '' and reference ~= verification.reference then
  if settlement == 'incorrect' then
    detail = ''
  elseif settlement == 'expired' then
    settlement = 'unasked'
  elseif settlement == 'exhausted' then
    settlement = 'unknown'
  end
end
if settlement == 'unasked' then
  local givenBack = verification.givenBack or 0
  if givenBack < MOST_GIVEN_BACK then
    verification.givenBack = givenBack + 1
    verification.attempts = verification.attempts + 1
  end
elseif settlement == 'incorrect' then
  verification.attempts = math.min(verification.attempts, tonumber(detail) or verification.attempts)
elseif settlement ~= 'unknown' then
  verification.state = settlement
end
if settlement == 'exhausted' then verification.attempts = 0 end
if settlement == 'verified' then
  verification.proof = detail
  verification.provenUntil = now + VERIFIED_AFTERLIFE
end
update(verification)
keep(rest, verification)
return snapshot(verification)
`)

/**
 * KEYS: the place. ARGV: time, `count` or `erase`, digests of a number. How many verifications are of that number; nothing
 * where another program has put something else.
 */
export const OF_NUMBER = script(`${PLACE}
local wanted, found = {}, 0
for i = 3, #ARGV do wanted[ARGV[i]] = true end
local readable, all = pcall(neighbours)
if not readable then
  -- What may not be asked is not another program's.
  local again = redis.pcall('HGETALL', place)
  if again.err and not string.find(again.err, 'WRONGTYPE', 1, true) then return again end
  return false
end
for field, verification in pairs(all) do
  if wanted[verification.phone] then
    found = found + 1
    if ARGV[2] == 'erase' then forget(field) end
  end
end
return found
`)
