import { type Account, shareOf, toAccounts, type UserSet } from "./ladder-users.ts";
import { type Environment, readCount } from "./steps.ts";

/** What a script of the ladder does. */
export type Walk = "login" | "chat" | "area51";
export type Transport = "connect" | "grpc";

/** The settings of one rung: the original's names, and what the command adds to them. */
export type LadderSettings = {
  readonly userCount: number;
  /** At most so many virtual users, each with one login or entering in flight. */
  readonly batchSize: number;
  readonly roomName: string;
  readonly durationMs: number;
  readonly sendsPerSecond: number;
  readonly shardCount: number;
  readonly shardIndex: number;
  readonly subscribers: number;
  readonly walk: Walk;
  readonly userSet: UserSet;
  readonly transport: Transport;
  readonly loginAddr: string;
  readonly gatewayAddr: string;
  readonly rendezvousUrl: string;
};

/** The variables that a user sets, with the original's defaults. LADDER_SUBSCRIBERS is ours. */
export const LADDER_DEFAULTS = {
  USER_COUNT: "5",
  BATCH_SIZE: "200",
  ROOM_NAME: "PerfRoom",
  DURATION_SEC: "120",
  MSG_RATE_PER_USER_PER_SEC: "0.2",
  SHARD_COUNT: "1",
  SHARD_INDEX: "0",
  LADDER_SUBSCRIBERS: "5",
} as const;

/** Reads the environment of one rung. Throws and names the variable that is wrong. */
export function readLadderSettings(env: Environment): LadderSettings {
  const of = (name: keyof typeof LADDER_DEFAULTS) => env[name] || LADDER_DEFAULTS[name];
  const count = (name: keyof typeof LADDER_DEFAULTS, min: number) => readCount(name, of(name), min);
  return {
    userCount: count("USER_COUNT", 1),
    batchSize: count("BATCH_SIZE", 1),
    roomName: readRoomName(of("ROOM_NAME")),
    durationMs: readPositive("DURATION_SEC", of("DURATION_SEC")) * 1_000,
    sendsPerSecond: readPositive("MSG_RATE_PER_USER_PER_SEC", of("MSG_RATE_PER_USER_PER_SEC")),
    ...readShard(count("SHARD_COUNT", 1), count("SHARD_INDEX", 0)),
    subscribers: count("LADDER_SUBSCRIBERS", 0),
    walk: readOne("LADDER_WALK", env.LADDER_WALK || "login", ["login", "chat", "area51"]),
    userSet: readOne("LADDER_USER_SET", env.LADDER_USER_SET || "perf_demo", ["demo", "user", "perf_demo"]),
    transport: readOne("LADDER_TRANSPORT", env.LADDER_TRANSPORT || "connect", ["connect", "grpc"]),
    loginAddr: env.LOGIN_ADDR || "127.0.0.1:50051",
    gatewayAddr: env.GATEWAY_ADDR || "127.0.0.1:50052",
    rendezvousUrl: env.RENDEZVOUS_URL || "",
  };
}

/** The users of this shard, and how many virtual users walk for them. */
export function crewOf(settings: LadderSettings): { readonly accounts: readonly Account[]; readonly vus: number } {
  const { userSet, userCount, shardCount, shardIndex, batchSize } = settings;
  const accounts = shareOf(toAccounts(userSet, userCount), shardCount, shardIndex);
  return { accounts, vus: Math.max(1, Math.min(batchSize, accounts.length)) };
}

function readShard(shardCount: number, shardIndex: number) {
  if (shardIndex < shardCount) return { shardCount, shardIndex };
  throw new Error(`SHARD_INDEX (${shardIndex}) must be less than SHARD_COUNT (${shardCount}): the first shard is 0`);
}

/** A stamp in a message names its room, and takes neither what parts it nor what JSON escapes. */
function readRoomName(text: string): string {
  if (text.length <= 64 && !/[|"\\]/.test(text)) return text;
  throw new Error(`ROOM_NAME must have at most 64 characters and none of | " \\, got ${text}`);
}

function readPositive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${name} must be a number above 0, got "${text}"`);
}

function readOne<Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new Error(`${name} must be one of ${choices.join(", ")}, got "${text}"`);
}
