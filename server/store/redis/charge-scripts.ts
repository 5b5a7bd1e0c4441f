import { CREDIT_CEILING, HALF_LIFE } from '../charge.js'
import { REFUSED_AN_HOUR } from '../limits.js'
import { CLOCK } from './clock-script.js'
import { script, scriptUnderWay } from './connection.js'

/** What stands for a kind of charge among numbers. */
export const KINDS = { tally: 1, spacing: 2, credit: 3 } as const

/** What stands for how a charge is made, if not along with the others and as it is. */
export const MANNERS = { look: 1, anew: 2, renews: 3, insteadOf: 4 } as const

/**
 * The rules of charge.ts once more, for a server that decides by itself.
 *
 * An account is kept as the numbers of which it is made, eight bytes each, and a mark as the time at which it is over.
 * Arguments are the time, and a JSON array of numbers, or of several such.
 */
const ACCOUNTS = `${CLOCK}
local call, pack, unpacked, format = redis.call, struct.pack, struct.unpack, string.format
local max, min = math.max, math.min
local asked = cjson.decode(ARGV[2])

local function numbers(value)
  local read = {}
  for i = 1, value and #value / 8 or 0 do read[i] = unpacked('>d', value, 8 * i - 7) end
  return read
end

-- Lua hands over some eight thousand at once, and a limit that is said to be unsafe may be higher.
local function packed(times)
  local pages = {}
  for first = 1, #times, 1000 do
    local last = min(first + 999, #times)
    pages[#pages + 1] = pack('>' .. string.rep('d', last - first + 1), unpack(times, first, last))
  end
  return table.concat(pages)
end

local function tallied(value)
  if value then
    local sum, deadline = unpacked('>dd', value)
    if deadline > now then return sum, deadline, #value > 16 and unpacked('>d', value, 17) or nil end
  end
  return 0, 0
end

local function tally(sum, deadline, since)
  if since then return pack('>ddd', sum, deadline, since) end
  return pack('>dd', sum, deadline)
end

local function credited(value, initial, refill)
  if not value then return initial, initial end
  local held, most, since, deadline = unpacked('>dddd', value)
  if deadline <= now then return initial, initial end
  local passed = max(0, now - since)
  local wide = most > initial and initial + (most - initial) * 0.5 ^ (passed / ${HALF_LIFE}) or initial
  return min(wide, held + refill * passed / 3600000), wide, deadline
end

local function marked(mark)
  return mark and unpacked('>d', mark) > now
end

-- Redis takes its time with numbers that may have a fraction. Without any, the key is forgotten when it was to be before.
local function keep(key, milliseconds, value)
  if milliseconds then call('SET', key, value, 'PX', format('%d', ttl(milliseconds)))
  else call('SET', key, value, 'KEEPTTL') end
end
`

/** For scripts that read the numbers one after the other, and are not called as often as CHARGE. */
const IN_ORDER = `${ACCOUNTS}
local at = 0

local function number()
  at = at + 1
  return asked[at]
end
`

/**
 * Several calls, one after the other. KEYS, of one call after the other: the account of each charge, the marks, and last how many
 * accounts refused calls have opened, where one may. ARGV: time; which terms each call has, and all terms that they have: how many
 * keys, how many charges, and how many lists of marks; of each list how many, and which keys they are; of charges in a row that
 * have the same how many those are, how many numbers they have, their kind, their terms, the list that waives them, the mark that
 * they make and how long that stands, their manner, those that they are made instead of, of credit the list that favours it, and
 * how far that lets it go: as many of these as are not 0.
 *
 * Of each call the time and the numbers of those waived; or -1, the one refused, left and wait; or its error.
 *
 * It is most of what a start asks of Redis, so it goes through the charges once, and calls as little as it can. Nor does it
 * say anew how long a key is kept where that was said in the same half of a minute: Redis forgets a minute late.
 */
const CHARGE = `${ACCOUNTS}

local function within(times, window)
  local recent = {}
  for _, time in ipairs(times) do
    if time > now - window then recent[#recent + 1] = time end
  end
  return recent
end

-- Of the call that is decided: what is kept under its keys, how many keys are before them, and how many accounts are opened.
local kept, before, opened
local span = now - now % 30000

-- What has no life yet is new. Refused calls are free, so only so many accounts are opened for them.
local function keepOfRefused(key, life, value)
  if life then
    opened = opened or tonumber(kept[#kept] or 0)
    if opened >= ${REFUSED_AN_HOUR} then return end
    opened = opened + 1
    keep(KEYS[before + #kept], opened == 1 and 3600000 or nil, format('%d', opened))
  end
  keep(key, life, value)
end

local function decide(terms)
  local stands, at = {}, 3
  kept, opened = terms[1] > 0 and call('MGET', unpack(KEYS, before + 1, before + terms[1])) or {}, nil
  for list = 1, terms[3] do
    local last = at + 1 + terms[at + 1]
    for place = at + 2, last do stands[list] = marked(kept[terms[place]]) or stands[list] end
    at = last
  end

  local values, lives, instead, answer = {}, {}, {}, { now }
  local kind, first, last, same
  for i = 1, terms[2] do
    if not same or same == 0 then
      same, kind, first, last = terms[at + 1], terms[at + 3], at + 4, at + 2 + terms[at + 2]
      at = last
    end
    same = same - 1
    local left, wait, value, life, waivers, mark, lifetime, manner
    if kind == ${KINDS.tally} then
      local amount, limit, window
      amount, limit, window, waivers, mark, lifetime, manner = unpack(terms, first, last)
      local sum, deadline, since = tallied(manner ~= ${MANNERS.anew} and kept[i])
      if limit - sum < amount then left, wait = limit - sum, deadline - now end
      if manner ~= ${MANNERS.look} then
        since = sum > 0 and manner == ${MANNERS.renews} and (since or deadline - window) or nil
        if sum <= 0 or manner == ${MANNERS.renews} then deadline, life = now + window, window end
        value = tally(sum + amount, deadline, since)
      end
    elseif kind == ${KINDS.spacing} then
      local times, after = numbers(kept[i]), first + 2 * terms[first]
      life, waivers, mark, lifetime, manner = 0, unpack(terms, after + 1, last)
      for span = first + 1, after, 2 do
        local limit, window = terms[span], terms[span + 1]
        if window > life then life = window end
        if #times >= limit then
          local recent = within(times, window)
          if #recent >= limit then
            left, wait = 0, max(wait or 0, recent[#recent - limit + 1] + window - now)
          end
        end
      end
      if manner ~= ${MANNERS.look} then
        times = within(times, life)
        if #times > 0 and times[#times] >= span then life = nil end
        times[#times + 1] = now
        value = packed(times)
      end
    else
      local initial, refill, overdraft, favour, favoured
      initial, refill, overdraft, life, waivers, mark, lifetime, manner, favour, favoured = unpack(terms, first, last)
      local held, most, deadline = credited(kept[i], initial, refill)
      local missing = 1 - (stands[favour] and (favoured or 0) or overdraft) - held
      if missing > 0 then left, wait = held, missing / refill * 3600000 end
      value = pack('>dddd', held - 1, most, now, now + life)
      if deadline and deadline >= span + life then life = nil end
    end
    if stands[waivers] or marked(kept[mark]) then
      answer[#answer + 1] = i
    elseif left then
      for _, earlier in ipairs(instead) do
        for _, place in ipairs(earlier.places) do
          -- A full Redis has no room for it, and refuses the call all the same.
          if place == i then pcall(keepOfRefused, KEYS[before + earlier.i], earlier.life, earlier.value) end
        end
      end
      return { -1, i, format('%.17g', left), format('%.17g', wait) }
    elseif manner == ${MANNERS.insteadOf} then
      instead[#instead + 1] = { i = i, life = life, value = value, places = { select(8, unpack(terms, first, last)) } }
    elseif manner ~= ${MANNERS.look} then
      values[i], lives[i] = value, life
      if (mark or 0) > 0 then
        lives[mark] = lifetime or 0
        values[mark] = pack('>d', now + lives[mark])
      end
    end
  end
  for i, value in pairs(values) do keep(KEYS[before + i], lives[i], value) end
  return answer
end

local function kindOf(err)
  return string.match(err, '^%S+')
end

before = 0
local answers, alike = {}, true
for n, which in ipairs(asked[1]) do
  local terms = asked[1 + which]
  local done, answer = pcall(decide, terms)
  answers[n] = done and answer or { err = answer }
  alike = alike and not done and kindOf(answer) == kindOf(answers[1].err)
  before = before + terms[1]
end
-- An error that all have is the script's own: a connection to what has become a replica is recognized by it.
return alike and answers[1] or answers
`

/** For a start: a full Redis has no room for it. */
export const CONSUME = script(CHARGE)

/** The same for those under way, who open few accounts more. */
export const CONSUME_UNDER_WAY = scriptUnderWay(CHARGE)

/**
 * KEYS: the account of each charge, then the marks that were made. ARGV: time; when that was; how many charges, of each
 * its kind and its terms.
 */
export const REFUND = scriptUnderWay(`${IN_ORDER}
local made, n = number(), number()
for i = 1, n do
  local kind, key, value = number(), KEYS[i], call('GET', KEYS[i])
  if kind == ${KINDS.tally} then
    local amount, _, window = number(), number(), number()
    local sum, deadline, since = tallied(value)
    if value and (since or deadline - window) <= made then
      if sum == amount then call('DEL', key)
      elseif sum > amount then keep(key, deadline - now, tally(sum - amount, deadline, since)) end
    end
  elseif kind == ${KINDS.spacing} then
    local times, longest = numbers(value), 0
    for _ = 1, number() do
      local _, window = number(), number()
      longest = max(longest, window)
    end
    for j = #times, 1, -1 do
      if times[j] == made then
        table.remove(times, j)
        if #times == 0 then call('DEL', key) else keep(key, longest, packed(times)) end
        break
      end
    end
  else
    local initial, refill, _, lifetime = number(), number(), number(), number()
    if value then
      local held, most = credited(value, initial, refill)
      held = min(most, held + 1)
      if held == initial and most == initial then call('DEL', key)
      else keep(key, lifetime, pack('>dddd', held, most, now, now + lifetime)) end
    end
  end
end
for i = n + 1, #KEYS do call('DEL', KEYS[i]) end
`)

/**
 * KEYS: accounts that earn, marks, what to forget, marks that waive. ARGV: time; how many earn, the terms of each, how
 * many waivers it has and which keys those are; how many marks, and how long each stands; how many to forget.
 */
export const APPLY = scriptUnderWay(`${IN_ORDER}
-- Most accounts have the same waivers.
local kept, key = #KEYS > 0 and call('MGET', unpack(KEYS)) or {}, 0
for _ = 1, number() do
  key = key + 1
  local initial, refill, gain, widen, lifetime = number(), number(), number(), number(), number()
  local waived = false
  for _ = 1, number() do waived = marked(kept[number()]) or waived end
  if not waived then
    local held, most = credited(kept[key], initial, refill)
    most = min(${CREDIT_CEILING}, most + widen)
    keep(KEYS[key], lifetime, pack('>dddd', min(most, held + gain), most, now, now + lifetime))
  end
end
for _ = 1, number() do
  key = key + 1
  local lifetime = number()
  keep(KEYS[key], lifetime, pack('>d', now + lifetime))
end
for i = key + 1, key + number() do call('DEL', KEYS[i]) end
`)
