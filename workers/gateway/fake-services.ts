import type { Identity } from "../../contracts/identity.ts";
import type { MetricReport } from "../../contracts/metrics.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Services } from "../../contracts/services.ts";
import { encodeToken, readTokenKeys } from "../../contracts/token.ts";
import type { GatewayEnv } from "./config.ts";

/** Settings for a gateway under test. */
export const testEnv: GatewayEnv = {
  ENVIRONMENT: "test",
  TOKEN_KEYS: "1:dGVzdC1vbmx5LXNlY3JldC10ZXN0LW9ubHktc2VjcmV0LTE",
  TRUSTED_PROXIES: "",
  ATTEMPTS_PER_NAME: "10",
  ATTEMPTS_PER_ADDRESS: "600",
  SENDS_PER_USER: "10000",
  SENDS_PER_ROOM: "100000",
  SESSION_DAYS: "30",
};

/** Every call that the gateway made: the method, and what it was given. */
export type Calls = { readonly method: string; readonly args: readonly unknown[] }[];

export const ann: Identity = { userId: 1, sessionId: "a".repeat(32), expiresAtMs: 4_102_444_800_000, kind: "user" };
/** A session that the services call dead, although its token is signed. */
export const ghost: Identity = { ...ann, userId: 9, sessionId: "d".repeat(32) };
export const operator: Identity = { ...ann, userId: 0, sessionId: "0".repeat(32), kind: "operator" };

/** The origin, which is nobody's user. */
export const origin: Identity = { ...operator, kind: "origin" };

/** A token that a gateway with testEnv accepts. */
export function tokenOf(identity: Identity): string {
  return encodeToken(identity, readTokenKeys(testEnv.TOKEN_KEYS));
}

const session = { id: ann.sessionId, createdAtMs: 0, expiresAtMs: ann.expiresAtMs, label: "a test" };
const person = { id: 1, name: "ann" };
const ended = { sessions: 1, closed: 2, pending: 0 };
const room = {
  room: "lobby",
  kind: "named",
  visibility: "listed",
  epoch: "e1",
  head: 1,
  first: 1,
  messages: 1,
  members: 1,
  role: "owner",
  title: "Lobby",
  topic: "",
  archived: false,
  whoMayPost: "everybody",
  whoMayInvite: "moderators",
  slowModeSeconds: 0,
  newcomersSeeHistory: true,
  retention: { maxAgeSeconds: null, maxMessages: null },
} as const;
const invitation = { id: "i1", createdBy: person, createdAtMs: 0, expiresAtMs: null, usesLeft: null };
const report = {
  id: "r1",
  room: "lobby",
  seq: 1,
  at: 5,
  reporter: person,
  author: person,
  body: "hi",
  reason: "rude",
  state: "open",
  resolution: "",
} as const;
const marks = { id: 1, read: 1, delivered: 1 };
const event = { seq: 1, kind: "message", from: person, at: 5, messageNo: 1, body: "hi" } as const;
const page = { epoch: "e1", after: 0, events: [event], more: false, head: 1, first: 1 };

/** Services that answer the same every time, refuse the ghost's session, and note what they were asked. */
export function fakeServices(calls: Calls = [], overrides: Partial<Record<string, () => unknown>> = {}): Services {
  function answering<T>(method: string, value: T) {
    return async (...args: readonly unknown[]): Promise<Reply<T>> => {
      calls.push({ method, args });
      const override = overrides[method];
      if (override !== undefined) return override() as Reply<T>;
      const [identity] = args as [Partial<Identity> | undefined];
      return identity?.sessionId === ghost.sessionId ? fail("session") : ok(value);
    };
  }
  function instead<T>(method: string, value: T): T {
    const override = overrides[method];
    return override === undefined ? value : (override() as T);
  }
  const signedIn = { user: person, token: tokenOf(ann), session };
  const sent = { epoch: "e1", seq: 1, at: 5, duplicate: false };
  const member = { userId: 2, name: "bob", role: "member" } as const;
  const wishes = { sharesMarks: true, doNotDisturbUntilMs: null };
  const account = {
    user: person,
    admin: false,
    preferences: wishes,
    blocks: [],
    sessions: [session],
    rooms: ["lobby"],
  };
  return {
    auth: {
      register: answering("register", signedIn),
      login: answering("login", signedIn),
      checkAuth: answering("checkAuth", { ...person, admin: false }),
      sessions: answering("sessions", [session]),
      endSession: answering("endSession", ended),
      endSessions: answering("endSessions", ended),
      changePassword: answering("changePassword", { ...signedIn, ...ended }),
      createUser: answering("createUser", person),
      removeUser: answering("removeUser", true),
      liveSessions: answering("liveSessions", [{ userName: "ann", sessionIdStart: "aaaaaaaa", expiresAtMs: 0 }]),
      createUsers: answering("createUsers", { created: 1, refused: [] }),
      importUsers: answering("importUsers", { created: 1, refused: [] }),
      makeAdmin: answering("makeAdmin", person),
      preferences: answering("preferences", wishes),
      setPreferences: answering("setPreferences", wishes),
      blocks: answering("blocks", [person]),
      block: answering("block", null),
      suspend: answering("suspend", ended),
      eraseUser: answering("eraseUser", ended),
      accountData: answering("accountData", account),
      metrics: async () => instead<MetricReport>("metrics", { instance: "fake", samples: [] }),
    },
    chatroom: {
      create: answering("create", room),
      createGroup: answering("createGroup", room),
      openDirect: answering("openDirect", room),
      search: answering("search", { rooms: [{ room: "lobby", title: "", topic: "", members: 1 }], more: false }),
      configure: answering("configure", room),
      join: answering("join", room),
      invitations: answering("invitations", [invitation]),
      invite: answering("invite", { ...invitation, token: "t" }),
      revokeInvitation: answering("revokeInvitation", null),
      moderate: answering("moderate", { removed: 0, closed: 0 }),
      restrictions: answering("restrictions", []),
      moderationLog: answering("moderationLog", { entries: [], more: false }),
      report: answering("report", report),
      reports: answering("reports", { reports: [report], more: false, next: "" }),
      resolveReport: answering("resolveReport", { ...report, state: "resolved" }),
      exportHead: answering("exportHead", { ...room, people: [], pins: [] }),
      exportOwn: answering("exportOwn", { role: null, marks, events: [], versions: [], next: null }),
      beginImport: answering("beginImport", null),
      importEvents: answering("importEvents", null),
      finishImport: answering("finishImport", room),
      describe: answering("describe", room),
      members: answering("members", [member]),
      addMember: answering("addMember", member),
      removeMember: answering("removeMember", null),
      delete: answering("delete", true),
      enter: answering("enter", null),
      leave: answering("leave", true),
      people: answering("people", ["ann", "bob"]),
      metrics: async () => instead<MetricReport>("metrics", { instance: "fake", samples: [] }),
    },
    chat: {
      send: answering("send", sent),
      push: answering("push", sent),
      change: answering("change", { ...sent, seq: 2 }),
      history: answering("history", page),
      versions: answering("versions", { versions: [{ version: 1, at: 5, body: "hi" }], more: false }),
      thread: answering("thread", { root: event, events: [], more: false, count: 0 }),
      pins: answering("pins", []),
      marks: answering("marks", { marks: [marks], more: false }),
      read: answering("read", marks),
      inbox: answering("inbox", { rooms: [], more: false, unread: 0, mentions: 0 }),
      muteRoom: answering("muteRoom", null),
      presence: answering("presence", { count: 1, users: [person], more: false }),
      count: answering("count", { roomId: 1, count: 1 }),
      roomInfo: answering("roomInfo", { roomId: 1, count: 1, roomUserInfo: { 1: "ann" } }),
      fetch: async (request) => {
        calls.push({ method: "fetch", args: [request] });
        return instead("fetch", new Response(null, { status: 500 }));
      },
      ready: async () => instead("ready", true),
      metrics: async () => instead<MetricReport>("metrics", { instance: "fake", samples: [] }),
    },
  };
}
