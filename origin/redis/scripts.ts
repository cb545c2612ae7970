import type { Result } from "ioredis";
import { HOLDERS_PREFIX, OUTBOX_PREFIX, SEATS_PREFIX } from "./keys.ts";

declare module "ioredis" {
  interface RedisCommander<Context> {
    edgechatKeep(
      replicas: string,
      stream: string,
      replica: string,
      ...rest: readonly string[]
    ): Result<number, Context>;
    edgechatAdopt(
      lease: string,
      from: string,
      to: string,
      replicas: string,
      epoch: string,
      replica: string,
    ): Result<readonly (readonly [string, string])[] | null, Context>;
    edgechatSeats(
      replicas: string,
      lease: string,
      replica: string,
      ...rest: readonly string[]
    ): Result<number, Context>;
  }
}

// Takes as many of the messages as the bound over all replicas leaves room for, and says how many. The streams are
// counted where they are, so no counter can drift. [OX5]
const keep = `
redis.call('SADD', KEYS[1], ARGV[1])
local left = tonumber(ARGV[2])
for _, replica in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  left = left - redis.call('XLEN', '${OUTBOX_PREFIX}' .. replica)
end
local taken = 0
for i = 3, #ARGV, 2 do
  if taken >= left then break end
  redis.call('XADD', KEYS[2], ARGV[i], 'parcel', ARGV[i + 1])
  taken = taken + 1
end
return taken`;

// Moves a dead replica's whole stream behind the adopter's own, in order and in one step: two adopters cannot share it,
// and an adopter that dies has left it in one place or in the other. An adopter that was itself taken for dead meanwhile
// is named again, or nobody would look for what it has now. [OX9]
const adopt = `
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
redis.call('SADD', KEYS[4], ARGV[2])
local moved = {}
for n, entry in ipairs(redis.call('XRANGE', KEYS[2], '-', '+')) do
  local id = ARGV[1] .. '-' .. n
  redis.call('XADD', KEYS[3], id, 'parcel', entry[2][2])
  moved[n] = { id, entry[2][2] }
end
redis.call('DEL', KEYS[2])
return moved`;

// Writes who sits at one replica and, in the same step, what gochat's keys say over all replicas. Of another replica
// only while it has no lease. [RK2] [RK5]
const seats = `
local me = ARGV[1]
if ARGV[2] == 'dead' then
  if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
else
  redis.call('SADD', KEYS[1], me)
end
local replicas = redis.call('SMEMBERS', KEYS[1])
local function findOwner(prefix, field)
  for _, replica in ipairs(replicas) do
    local found = redis.call('HGET', prefix .. replica, field)
    if found then return found end
  end
  return nil
end
local function put(key, field, value)
  if value ~= '' then redis.call('HSET', key, field, value) else redis.call('HDEL', key, field) end
end
for i = 3, #ARGV, 4 do
  local room, user, name, holder = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local field = room .. ':' .. user
  put('${SEATS_PREFIX}' .. me, field, name)
  put('${HOLDERS_PREFIX}' .. me, user, holder)
  if name == '' then name = findOwner('${SEATS_PREFIX}', field) or '' end
  put('gochat_room_' .. room, user, name)
  local count = redis.call('HLEN', 'gochat_room_' .. room)
  local countKey = 'gochat_room_online_count_' .. room
  if count > 0 then redis.call('SET', countKey, count) else redis.call('DEL', countKey) end
  if holder == '' then holder = findOwner('${HOLDERS_PREFIX}', user) or '' end
  local userKey = 'gochat_' .. user
  if holder ~= '' then redis.call('SET', userKey, holder, 'EX', 86400) else redis.call('DEL', userKey) end
end
return 1`;

/** The scripts as ioredis takes them: each is one atomic step on the server. They name keys that they find: no cluster. */
export const scripts = {
  edgechatKeep: { lua: keep, numberOfKeys: 2 },
  edgechatAdopt: { lua: adopt, numberOfKeys: 4 },
  edgechatSeats: { lua: seats, numberOfKeys: 2 },
};
