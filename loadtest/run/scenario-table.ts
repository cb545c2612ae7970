import { UsageError } from "./failures.ts";

/** A scenario that can be run by its name. */
export type Scenario = {
  readonly name: string;
  /** Its k6 script, seen from loadtest/. */
  readonly file: string;
  /** One line for the list. */
  readonly about: string;
  /** Connections that one virtual user holds at most. LOADTEST_SOCKETS says more where the scenario takes it. */
  readonly weight: number;
  /** Whether it has subscribers who check what is sent; LOADTEST_WATCHERS=0 leaves them out where the scenario takes it. */
  readonly isChecked: boolean;
  /** The ladder starts it, with what it needs besides: it is in no list. */
  readonly ladder?: true;
};

const scenario = (name: string, weight: number, about: string, more: Partial<Scenario> = {}): Scenario => {
  return { name, file: `scenarios/${name}.ts`, about, weight, isChecked: false, ...more };
};
const isChecked = true;

/** Every script in loadtest/scenarios, in the order of the list. */
export const scenarios: readonly Scenario[] = [
  scenario("smoke", 2, "5 users for 30 s, a bit of everything", { isChecked }),
  scenario("full-system", 2, "HTTP and gochat's sockets at once: sign-in check, pushes, counts, room info", {
    isChecked,
  }),
  scenario("capacity-baseline", 2, "HTTP only: log in, check, push, count, room info"),
  scenario("user-login", 1, "logins"),
  scenario("user-register", 1, "new accounts"),
  scenario("user-checkauth", 1, "checks of a token"),
  scenario("user-logout", 1, "logins and logouts"),
  scenario("push-push", 2, "messages to one user", { isChecked }),
  scenario("push-room", 2, "messages to a room", { isChecked }),
  scenario("push-count", 1, "counts of a room"),
  scenario("push-roominfo", 1, "who is in a room"),
  scenario("websocket", 2, "gochat's sockets: sessions of 15-30 s that listen", { isChecked }),
  scenario("room-chat", 2, "native sockets: everybody sends, receives and checks in rooms of 10", { isChecked }),
  scenario("many-rooms", 12, "native sockets: one publisher and its subscribers in each of many rooms", { isChecked }),
  scenario("big-room", 52, "native sockets: one room with up to 5,000 subscribers", { isChecked }),
  scenario("resume-storm", 12, "native sockets: all are cut at once and resume", { isChecked }),
  scenario("presence-churn", 2, "native sockets: people come and go, and what is told of them is checked"),
  scenario("history-read", 1, "the log of rooms, page by page in both directions"),
  scenario("ladder-login", 2, "the ladder's logins", { ladder: true }),
  scenario("ladder-chat", 4, "the ladder's login and chat", { isChecked, ladder: true }),
];

/** The scenario of this name. Throws a UsageError that lists what there is. */
export function findScenario(name: string): Scenario {
  const found = scenarios.find((one) => one.name === name);
  if (found === undefined) throw new UsageError(`there is no scenario "${name}". There are:\n${listScenarios()}`);
  if (found.ladder) throw new UsageError(`${name} is a part of the ladder: npm run loadtest -- ladder`);
  return found;
}

/** The table of scenarios as text, a line each. */
export function listScenarios(): string {
  const listed = scenarios.filter(({ ladder }) => !ladder);
  const width = Math.max(...listed.map(({ name }) => name.length));
  return listed.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join("\n");
}
