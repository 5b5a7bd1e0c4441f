import { CLOCK } from './clock-script.js'
import { script } from './connection.js'

/** What stands for a kind of charge among numbers. */
export const KINDS = { tally: 1, spacing: 2, credit: 3 } as const

/**
 * The rules of charge.ts once more, for a server that decides by itself.
 *
 * An account is kept as the numbers of which it is made, eight bytes each, and a mark as the time at which it is over.
 * Arguments are the time, and a JSON array of numbers, which are read one after the other.
 */
const ACCOUNTS = `${CLOCK}
local call, pack, unpacked = redis.call, struct.pack, struct.unpack
local TALLY, SPACING = ${KINDS.tally}, ${KINDS.spacing}
local terms, at = ARGV[2] and cjson.decode(ARGV[2]), 0

local function number()
  at = at + 1
  return terms[at]
end

local function numbers(value)
  local read = {}
  for i = 1, value and #value / 8 or 0 do read[i] = unpacked('>d', value, 8 * i - 7) end
  return read
end

local function packed(times)
  return pack('>' .. string.rep('d', #times), unpack(times))
end

-- Redis takes its time with numbers that may have a fraction.
local function keep(key, milliseconds, value)
  call('SET', key, value, 'PX', string.format('%d', ttl(milliseconds)))
end

local function exactly(amount)
  return string.format('%.17g', amount)
end

local function tallied(value)
  if value then
    local sum, deadline = unpacked('>dd', value)
    if deadline > now then return sum, deadline end
  end
  return 0, 0
end

local function credited(value, initial, refill)
  local held, most, since, deadline
  if value then held, most, since, deadline = unpacked('>dddd', value) end
  if not value or deadline <= now then return initial, initial end
  local passed = math.max(0, now - since)
  local wide = initial + math.max(0, most - initial) * 0.5 ^ (passed / 604800000)
  return math.min(wide, held + refill * passed / 3600000), wide
end

local function marked(mark)
  return mark and unpacked('>d', mark) > now
end
`

/**
 * KEYS: the account of each charge, then the marks. ARGV: time; how many charges, and how many lists of marks; of each list
 * how many, and which keys they are; of each charge its kind, whether it only asks, which list waives it, the mark that it
 * makes and how long that stands, its terms, of credit the list that favours it, and how far that lets it go. The time and
 * the numbers of those waived; or -1, the one refused, left and wait.
 *
 * It is most of what a start asks of Redis, so it goes through the charges once, and makes no function for each.
 */
export const CONSUME = script(`${ACCOUNTS}
local function within(times, window)
  local recent = {}
  for _, time in ipairs(times) do
    if time > now - window then recent[#recent + 1] = time end
  end
  return recent
end

local kept, n, lists = #KEYS > 0 and call('MGET', unpack(KEYS)) or {}, number(), number()
local stands = {}
for list = 1, lists do
  for _ = 1, number() do stands[list] = marked(kept[number()]) or stands[list] end
end

local values, lives, marks, answer = {}, {}, {}, { now }
for i = 1, n do
  local kind, look, waivers, mark, lifetime = unpack(terms, at + 1, at + 5)
  local left, wait, value, life
  at = at + 5
  if kind == TALLY then
    local amount, limit, window = unpack(terms, at + 1, at + 3)
    at = at + 3
    local sum, deadline = tallied(kept[i])
    if limit - sum < amount then left, wait = limit - sum, deadline - now end
    if look == 0 then
      if sum <= 0 then deadline = now + window end
      value, life = pack('>dd', sum + amount, deadline), deadline - now
    end
  elseif kind == SPACING then
    local times = numbers(kept[i])
    life = 0
    for _ = 1, number() do
      local limit, window = number(), number()
      life = math.max(life, window)
      if #times >= limit then
        local recent = within(times, window)
        if #recent >= limit then
          left, wait = 0, math.max(wait or 0, recent[#recent - limit + 1] + window - now)
        end
      end
    end
    if look == 0 then
      times = within(times, life)
      times[#times + 1] = now
      value = packed(times)
    end
  else
    local initial, refill, overdraft, lasting, favour, favoured = unpack(terms, at + 1, at + 6)
    at = at + 6
    local held, most = credited(kept[i], initial, refill)
    local missing = 1 - (stands[favour] and favoured or overdraft) - held
    if missing > 0 then left, wait = held, missing / refill * 3600000 end
    value = pack('>dddd', held - 1, most, now, now + lasting)
    life = lasting
  end
  if stands[waivers] or marked(kept[mark]) then
    answer[#answer + 1] = i
  elseif left then
    return { -1, i, exactly(left), exactly(wait) }
  elseif look == 0 then
    values[i], lives[i] = value, life
    if mark > 0 then marks[mark] = lifetime end
  end
end
for i, value in pairs(values) do keep(KEYS[i], lives[i], value) end
for mark, lifetime in pairs(marks) do keep(KEYS[mark], lifetime, pack('>d', now + lifetime)) end
return answer
`)

/**
 * KEYS: the account of each charge, then the marks that were made. ARGV: time; when that was; how many charges, of each
 * its kind and its terms.
 */
export const REFUND = script(`${ACCOUNTS}
local made, n = number(), number()
for i = 1, n do
  local kind, key, value = number(), KEYS[i], call('GET', KEYS[i])
  if kind == TALLY then
    local amount, _, window = number(), number(), number()
    local sum, deadline = tallied(value)
    if value and deadline - window <= made and sum >= amount then
      keep(key, deadline - now, pack('>dd', sum - amount, deadline))
    end
  elseif kind == SPACING then
    local times, longest = numbers(value), 0
    for _ = 1, number() do
      local _, window = number(), number()
      longest = math.max(longest, window)
    end
    for j = #times, 1, -1 do
      if times[j] == made then
        table.remove(times, j)
        keep(key, longest, packed(times))
        break
      end
    end
  else
    local initial, refill, _, lifetime = number(), number(), number(), number()
    if value then
      local held, most = credited(value, initial, refill)
      keep(key, lifetime, pack('>dddd', math.min(most, held + 1), most, now, now + lifetime))
    end
  end
end
for i = n + 1, #KEYS do call('DEL', KEYS[i]) end
`)

/** KEYS: tallies. ARGV: time. What they hold. */
export const SUMS = script(`${ACCOUNTS}
local held = {}
for i, value in ipairs(call('MGET', unpack(KEYS))) do held[i] = exactly((tallied(value))) end
return held
`)

/**
 * KEYS: accounts that earn, marks, what to forget, marks that waive. ARGV: time; how many earn, the terms of each, how
 * many waivers it has and which keys those are; how many marks, and how long each stands; how many to forget.
 */
export const EARN = script(`${ACCOUNTS}
local key = 0
for _ = 1, number() do
  key = key + 1
  local initial, refill, gain, widen, lifetime = number(), number(), number(), number(), number()
  local waived = false
  for _ = 1, number() do waived = marked(call('GET', KEYS[number()])) or waived end
  if not waived then
    local held, most = credited(call('GET', KEYS[key]), initial, refill)
    most = math.min(100000, most + widen)
    keep(KEYS[key], lifetime, pack('>dddd', math.min(most, held + gain), most, now, now + lifetime))
  end
end
for _ = 1, number() do
  key = key + 1
  local lifetime = number()
  keep(KEYS[key], lifetime, pack('>d', now + lifetime))
end
for i = key + 1, key + number() do call('DEL', KEYS[i]) end
`)
