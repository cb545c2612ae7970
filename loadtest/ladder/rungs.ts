import type { Transport, Walk } from "../model/ladder-settings.ts";
import type { UserSet } from "../model/ladder-users.ts";

/** What `--scenarios` takes. */
export const KINDS = ["demo", "users", "area51", "login", "chat"] as const;
export type Kind = (typeof KINDS)[number];
/** Whose scenarios they are: the original counts those against its monolith from 101. */
export type Form = "monolith" | "services";

/** One scenario of the tester with its number of users. */
export type Rung = {
  readonly kind: Kind;
  /** 1 to 11, or 101 to 111 against the monolith. */
  readonly scenario: number;
  readonly users: number;
  readonly walk: Walk;
  readonly userSet: UserSet;
};

/** The numbers of users that the original climbs: scenarios 4 to 7 with logins, 8 to 11 with chat. */
export const LADDER_USERS: readonly number[] = [10, 100, 1_000, 5_000];

const FIRST: Readonly<Record<Kind, number>> = { demo: 1, users: 2, area51: 3, login: 4, chat: 8 };

/** The rungs of these kinds, in the tester's order. `userCount` is USER_COUNT, of scenario 2 alone. */
export function toRungs(
  form: Form,
  kinds: readonly Kind[],
  users: readonly number[],
  userCount: number,
): readonly Rung[] {
  return KINDS.filter((kind) => kinds.includes(kind)).flatMap((kind) =>
    countsOf(kind, users, userCount).map((count): Rung => {
      const above = kind === "login" || kind === "chat" ? indexOf(count) : 0;
      const scenario = FIRST[kind] + above + (form === "monolith" ? 100 : 0);
      return { kind, scenario, users: count, walk: walkOf(kind), userSet: userSetOf(kind) };
    }),
  );
}

/**
 * The name that the original gives the log of a rung; it names users only in the one form, so a count that is none of
 * its own is added in the other. The plain name is native gRPC's, as the original's.
 */
export function toLogName({ kind, scenario, users }: Rung, form: Form, transport: Transport, replicas: number): string {
  const isOwn = (kind !== "login" && kind !== "chat") || LADDER_USERS.includes(users);
  const suffix = transport === "grpc" ? "" : `_${transport}`;
  if (form === "services") return `scaledx_${replicas}_scenario_${scenario}_users_${users}${suffix}.log`;
  return `monolithic_perf_scenario${scenario}${isOwn ? "" : `_users_${users}`}${suffix}.log`;
}

/** The scenarios as text, a line each. */
export function listRungs(): string {
  const rungs = toRungs("services", KINDS, LADDER_USERS, 5);
  return rungs.map(toListed).join("\n");
}

function toListed({ kind, scenario, users }: Rung): string {
  const numbers = `${scenario}, ${scenario + 100}`.padEnd(9);
  return `${numbers}${kind.padEnd(8)}${users} users`;
}

/** A count between two of the original's is the upper one's scenario. */
function indexOf(count: number): number {
  const found = LADDER_USERS.findIndex((users) => count <= users);
  return found < 0 ? LADDER_USERS.length - 1 : found;
}

function countsOf(kind: Kind, users: readonly number[], userCount: number): readonly number[] {
  if (kind === "login" || kind === "chat") return users;
  return kind === "users" ? [userCount] : [1];
}

function walkOf(kind: Kind): Walk {
  return kind === "chat" || kind === "area51" ? kind : "login";
}

function userSetOf(kind: Kind): UserSet {
  if (kind === "users") return "user";
  return kind === "login" || kind === "chat" ? "perf_demo" : "demo";
}
