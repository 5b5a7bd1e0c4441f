/**
 * What every script begins with: the clock, and how long Redis keeps a key.
 *
 * What has ended is told by the times within the values, not by Redis's forgetting: that only collects the garbage, a
 * minute late, so that a test may turn the clock. Nothing is kept for more than 90 days.
 *
 * ARGV[1] is the time in milliseconds since 1970, or empty for the server's own.
 */
export const CLOCK = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function ttl(milliseconds)
  local kept = milliseconds + 60000
  if kept < 60000 then return 60000 end
  return kept < 7776000000 and kept or 7776000000
end

local function keepFor(key, milliseconds)
  if redis.call('PTTL', key) < ttl(milliseconds) then redis.call('PEXPIRE', key, ttl(milliseconds)) end
end
`
