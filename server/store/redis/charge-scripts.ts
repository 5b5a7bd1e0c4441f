import { CLOCK } from './clock-script.js'
import { script } from './connection.js'

/**
 * The rules of charge.ts once more, for a server that decides by itself.
 *
 * An account is kept as the numbers of which it is made, eight bytes each, and a mark as the time at which it is over.
 * Arguments are the time, and words between spaces that are read one after the other.
 */
const ACCOUNTS = `${CLOCK}
local call, pack, unpacked = redis.call, struct.pack, struct.unpack
local word = string.gmatch(ARGV[2] or '', '%S+')

local function number()
  return tonumber(word())
end

local function numbers(value)
  local read = {}
  for i = 1, value and #value / 8 or 0 do read[i] = unpacked('>d', value, 8 * i - 7) end
  return read
end

local function keep(key, milliseconds, ...)
  call('SET', key, pack('>' .. string.rep('d', select('#', ...)), ...), 'PX', ttl(milliseconds))
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

local function within(times, window)
  local recent = {}
  for _, time in ipairs(times) do
    if time > now - window then recent[#recent + 1] = time end
  end
  return recent
end

local function credited(value, initial, refill)
  local held, most, at, deadline
  if value then held, most, at, deadline = unpacked('>dddd', value) end
  if not value or deadline <= now then return initial, initial end
  local passed = math.max(0, now - at)
  local wide = initial + math.max(0, most - initial) * 0.5 ^ (passed / 604800000)
  return math.min(wide, held + refill * passed / 3600000), wide
end

local function marked(mark)
  return mark and unpacked('>d', mark) > now
end

-- Whether one of the marks stands whose places come next, and the last of those places.
local function anyMarked(kept)
  local found, last = false, nil
  for _ = 1, number() do
    last = number()
    found = marked(kept[last]) or found
  end
  return found, last
end

-- One charge of the arguments: why it cannot be made, how it is made, how it is given back.
local kinds = {}

function kinds.tally(_)
  local amount, limit, window = number(), number(), number()
  return {
    short = function(value)
      local sum, deadline = tallied(value)
      if limit - sum < amount then return limit - sum, deadline - now end
    end,
    make = function(key, value)
      local sum, deadline = tallied(value)
      if sum <= 0 then deadline = now + window end
      keep(key, deadline - now, sum + amount, deadline)
    end,
    giveBack = function(key, value, at)
      local sum, deadline = tallied(value)
      if deadline - window <= at and sum >= amount then keep(key, deadline - now, sum - amount, deadline) end
    end,
  }
end

function kinds.spacing(_)
  local spans, longest = {}, 0
  for i = 1, number() do
    spans[i] = { limit = number(), window = number() }
    longest = math.max(longest, spans[i].window)
  end
  return {
    short = function(value)
      local times, wait = numbers(value), nil
      for _, span in ipairs(spans) do
        local recent = within(times, span.window)
        if #recent >= span.limit then
          wait = math.max(wait or 0, recent[#recent - span.limit + 1] + span.window - now)
        end
      end
      if wait then return 0, wait end
    end,
    make = function(key, value)
      local times = within(numbers(value), longest)
      times[#times + 1] = now
      keep(key, longest, unpack(times))
    end,
    giveBack = function(key, value, at)
      local times = numbers(value)
      for i = #times, 1, -1 do
        if times[i] == at then
          table.remove(times, i)
          return keep(key, longest, unpack(times))
        end
      end
    end,
  }
end

function kinds.credit(kept)
  local initial, refill, overdraft, lifetime = number(), number(), number(), number()
  local favoured, favour = anyMarked(kept), number()
  if favoured then overdraft = favour end
  return {
    short = function(value)
      local held = credited(value, initial, refill)
      local missing = 1 - overdraft - held
      if missing > 0 then return held, missing / refill * 3600000 end
    end,
    make = function(key, value)
      local held, most = credited(value, initial, refill)
      keep(key, lifetime, held - 1, most, now, now + lifetime)
    end,
    giveBack = function(key, value)
      local held, most = credited(value, initial, refill)
      keep(key, lifetime, math.min(most, held + 1), most, now, now + lifetime)
    end,
  }
end
`

/**
 * KEYS: the account of each charge, then the marks. ARGV: time; how many charges; of each its kind, whether it only
 * asks, its waivers and the mark that it makes (how many, and which keys they are; of the latter also how long it stands),
 * its terms, of credit the marks that favour it, and how far they let it go. The time and the numbers of those made; or
 * -1, the one refused, left and wait.
 */
export const CONSUME = script(`${ACCOUNTS}
local kept, n, due, marks = #KEYS > 0 and call('MGET', unpack(KEYS)) or {}, number(), {}, {}
for i = 1, n do
  local kind, look = word(), word() == '1'
  local waived = anyMarked(kept)
  local again, mark = anyMarked(kept)
  local lifetime = mark and number()
  local charge = kinds[kind](kept)
  if not waived and not again then
    if mark and not look then marks[mark] = lifetime end
    local left, wait = charge.short(kept[i])
    if left then return { -1, i, exactly(left), exactly(wait) } end
    due[i] = not look and charge.make
  end
end
local made = { now }
for i = 1, n do
  if due[i] then
    due[i](KEYS[i], kept[i])
    made[#made + 1] = i
  end
end
for mark, lifetime in pairs(marks) do keep(KEYS[mark], lifetime, now + lifetime) end
return made
`)

/**
 * KEYS: the account of each charge, then the marks that were made. ARGV: time; when that was; how many charges, of each
 * its kind and its terms, of credit twice nothing for what favoured it.
 */
export const REFUND = script(`${ACCOUNTS}
local at, n = number(), number()
for i = 1, n do
  local charge, value = kinds[word()]({}), call('GET', KEYS[i])
  if value then charge.giveBack(KEYS[i], value, at) end
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
    keep(KEYS[key], lifetime, math.min(most, held + gain), most, now, now + lifetime)
  end
end
for _ = 1, number() do
  key = key + 1
  local lifetime = number()
  keep(KEYS[key], lifetime, now + lifetime)
end
for i = key + 1, key + number() do call('DEL', KEYS[i]) end
`)
