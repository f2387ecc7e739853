//! What must happen at once, as scripts on one key each. They use the clock of Redis, so that all processes share one.
//!
//! Numbers go back as text where they are too long for Lua's own way of writing them.

use ::redis::Script;

/// KEYS: record. ARGV: request hash, attempt, life, patience (ms). Gives the clock and the record that is kept.
const CLAIM: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local kept = redis.call('HMGET', KEYS[1], 'hash', 'attempt', 'since', 'patience', 'expires', 'response')
if not kept[1] then
  local expires = string.format('%.0f', now + ARGV[3])
  local since = string.format('%.0f', now)
  redis.call('HSET', KEYS[1], 'hash', ARGV[1], 'attempt', ARGV[2], 'since', since, 'patience', ARGV[4],
    'expires', expires)
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  kept = {ARGV[1], ARGV[2], since, ARGV[4], expires, false}
end
return {string.format('%.0f', now), kept[1], kept[2], kept[3], kept[4], kept[5], kept[6]}
";

/// KEYS: record. ARGV: attempt, response, life (ms). Gives when the response is forgotten; nothing: not the holder.
const COMPLETE: &str = r"
local kept = redis.call('HMGET', KEYS[1], 'attempt', 'expires', 'response')
if kept[1] ~= ARGV[1] then return false end
if kept[3] then return kept[2] end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local expires = string.format('%.0f', now + ARGV[3])
redis.call('HSET', KEYS[1], 'response', ARGV[2], 'expires', expires)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return expires
";

/// KEYS: record. ARGV: attempt.
const RELEASE: &str = r"
local kept = redis.call('HMGET', KEYS[1], 'attempt', 'response')
if kept[1] == ARGV[1] and not kept[2] then redis.call('DEL', KEYS[1]) end
return 1
";

/// KEYS: arrival time. ARGV: share, window (us), whether it can ever be granted. Gives: granted, clock, arrival time.
const TAKE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local base = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local arrival = base + ARGV[1]
local granted = 0
if ARGV[3] == '1' and arrival <= now + ARGV[2] then
  granted = 1
  redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000))
else
  arrival = base
end
return {granted, string.format('%.0f', now), string.format('%.0f', arrival)}
";

/// KEYS: lease. ARGV: holder, life (us), how long the token is remembered (ms). Gives: granted, holder, token, rest (us).
const ACQUIRE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local kept = redis.call('HMGET', KEYS[1], 'holder', 'token', 'until')
local token = tonumber(kept[2] or 0)
local ends = tonumber(kept[3] or 0)
if ends > now then
  if kept[1] ~= ARGV[1] then return {0, kept[1], kept[2], string.format('%.0f', ends - now)} end
  ends = math.max(ends, now + ARGV[2])
else
  token = math.max(now, token + 1)
  ends = now + ARGV[2]
end
local text = string.format('%.0f', token)
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'token', text, 'until', string.format('%.0f', ends))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {1, ARGV[1], text, string.format('%.0f', ends - now)}
";

/// KEYS: lease. ARGV: holder, token, life (us; 0 gives it back), how long the token is remembered (ms). Gives: done.
const RENEW: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local kept = redis.call('HMGET', KEYS[1], 'holder', 'token', 'until')
if kept[1] ~= ARGV[1] or kept[2] ~= ARGV[2] or tonumber(kept[3] or 0) <= now then return 0 end
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + ARGV[3]))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
";

/// All scripts, with their hashes.
#[derive(Debug)]
pub(super) struct Scripts {
    pub(super) claim: Script,
    pub(super) complete: Script,
    pub(super) release: Script,
    pub(super) take: Script,
    pub(super) acquire: Script,
    pub(super) renew: Script,
}

impl Default for Scripts {
    fn default() -> Self {
        Self {
            claim: Script::new(CLAIM),
            complete: Script::new(COMPLETE),
            release: Script::new(RELEASE),
            take: Script::new(TAKE),
            acquire: Script::new(ACQUIRE),
            renew: Script::new(RENEW),
        }
    }
}
