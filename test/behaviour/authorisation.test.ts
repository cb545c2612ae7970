import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { directRoom } from "../../contracts/names.ts";
import { EMPTY_EXPORT, NDJSON } from "../support/export-file.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { call, freshName, login, register, request, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

const roles = [
  "none",
  "garbage",
  "dead",
  "stranger",
  "member",
  "owner",
  "administrator",
  "operator",
  "origin",
] as const;
type Role = (typeof roles)[number];
type Asked = {
  readonly path?: string;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
};
type Row = {
  readonly route: string;
  /** The expected status for each role, in the order of `roles`. */
  readonly expected: readonly number[];
  /** Fills in the path and makes the body; it may prepare what the request acts on. */
  readonly request?: () => Promise<Asked>;
  /** The request ends sessions of its caller: it is given a new one afterwards. */
  readonly ends?: true;
};

let server: Server;
let users: Readonly<Record<"stranger" | "member" | "owner" | "administrator" | "dead", User>>;
const tokens = new Map<Role, string>();
const club = freshName("club");
const clubPath = roomPath(club);

beforeAll(async () => {
  server = await Server.start({ ATTEMPTS_PER_ADDRESS: "1000000", ATTEMPTS_PER_NAME: "1000000" });
  const [stranger, member, owner, administrator, dead] = [
    await register(server.url),
    await register(server.url),
    await register(server.url),
    await register(server.url),
    await register(server.url),
  ];
  users = { stranger, member, owner, administrator, dead };
  const operator = server.operatorToken();
  await call(server.url, "PUT", `/api/v1/admin/administrators/${administrator.name}`, { token: operator });
  await call(server.url, "POST", "/api/v1/rooms", { token: owner.token, body: { name: club, visibility: "private" } });
  await call(server.url, "PUT", `${clubPath}/members/${member.id}`, { token: owner.token });
  await call(server.url, "DELETE", "/api/v1/sessions/current", { token: dead.token });
  tokens.set("garbage", "x".repeat(74)).set("operator", operator).set("origin", server.originToken());
  for (const role of ["dead", "stranger", "member", "owner", "administrator"] as const) {
    tokens.set(role, users[role].token);
  }
});
afterAll(() => server.stop());

const ROOM = "/api/v1/rooms/{room}";
const MESSAGE = `${ROOM}/messages/{seq}`;
const THUMB = `/reactions/${encodeURIComponent("👍")}`;
const everybody = (status: number) => roles.map(() => status);
const signedIn = (status: number) => [401, 401, 401, status, status, status, status, 401, 401];
const members = (status: number) => [401, 401, 401, 403, status, status, 403, 401, 401];
const managers = (status: number) => [401, 401, 401, 403, 403, status, status, 401, 401];
const authors = [401, 401, 401, 403, 200, 403, 403, 401, 401];
const moderators = [401, 401, 401, 403, 403, 200, 403, 401, 401];
/** A message in the club: the member's where there is a body to write, otherwise the owner's. */
const onMessage = (rest: string, body?: object) => async () => {
  const token = tokens.get(body === undefined ? "owner" : "member") ?? "";
  const { seq } = await send(server.url, token, club, "hello");
  return { path: `${clubPath}/messages/${seq}${rest}`, ...(body === undefined ? {} : { body }) };
};
const onPin = async () => {
  const { seq } = await send(server.url, tokens.get("member") ?? "", club, "hello");
  return { path: `${clubPath}/pins/${seq}` };
};
const administrators = (status: number) => [401, 401, 401, 403, 403, 403, status, status, 401];
const newMember = async () => {
  const { id } = await register(server.url);
  await call(server.url, "PUT", `${clubPath}/members/${id}`, { token: tokens.get("owner") ?? "" });
  return { path: `${clubPath}/members/${id}` };
};
/** A private room of the owner's with the member in it, for what takes it away. */
const newRoom = async () => {
  const name = freshName("gone");
  const body = { name, visibility: "private", members: [users.member.id] };
  await call(server.url, "POST", "/api/v1/rooms", { token: tokens.get("owner") ?? "", body });
  return { path: roomPath(name) };
};
const newListedRoom = async () => {
  const { path } = await newRoom();
  await call(server.url, "PATCH", path, { token: tokens.get("owner") ?? "", body: { visibility: "listed" } });
  return path;
};
const newInvitation = async () => {
  const token = tokens.get("owner") ?? "";
  const { id } = await call<{ id: string }>(server.url, "POST", `${clubPath}/invitations`, { token });
  return { path: `${clubPath}/invitations/${id}` };
};
const credentials = (user: () => User) => async () => ({ body: { name: user().name, password: user().password } });
const inClub = (rest: string, body?: object) => async () => ({
  path: `${clubPath}${rest}`,
  ...(body === undefined ? {} : { body }),
});

/** Owner and moderators of the club. */
const bouncers = (status: number) => [401, 401, 401, 403, 403, status, 403, 401, 401];
/** What is done to a fresh member of the club. */
const onNewcomer = (rest: string, body?: object) => async () => {
  const { id } = await register(server.url);
  await call(server.url, "PUT", `${clubPath}/members/${id}`, { token: tokens.get("owner") ?? "" });
  return { path: `${clubPath}${rest.replace("USER", String(id))}`, ...(body === undefined ? {} : { body }) };
};

const table: readonly Row[] = [
  { route: "GET /api/v1/limits", expected: everybody(200) },
  {
    route: "POST /api/v1/accounts",
    expected: everybody(201),
    request: async () => ({ body: { name: freshName(), password: "correct horse" } }),
  },
  { route: "POST /api/v1/sessions", expected: everybody(201), request: credentials(() => users.stranger) },
  { route: "GET /api/v1/accounts/me", expected: signedIn(200) },
  {
    route: "PUT /api/v1/accounts/me/password",
    expected: signedIn(200),
    request: async () => ({ body: { currentPassword: "correct horse", newPassword: "correct horse" } }),
    ends: true,
  },
  { route: "GET /api/v1/sessions", expected: signedIn(200) },
  { route: "DELETE /api/v1/sessions", expected: signedIn(200), ends: true },
  {
    route: "DELETE /api/v1/sessions/{sessionId}",
    expected: signedIn(200),
    request: async () => ({ path: "/api/v1/sessions/current" }),
    ends: true,
  },
  {
    route: "POST /api/v1/rooms",
    expected: signedIn(201),
    request: async () => ({ body: { name: freshName("room") } }),
  },
  { route: `GET ${ROOM}`, expected: members(200), request: inClub("") },
  {
    route: `GET ${ROOM}/members`,
    expected: [401, 401, 401, 403, 200, 200, 200, 401, 401],
    request: inClub("/members"),
  },
  {
    route: `PUT ${ROOM}/members/{userId}`,
    expected: managers(200),
    request: async () => ({ path: `${clubPath}/members/${(await register(server.url)).id}` }),
  },
  { route: `DELETE ${ROOM}/members/{userId}`, expected: managers(204), request: newMember },
  { route: `POST ${ROOM}/messages`, expected: members(201), request: inClub("/messages", { body: "hello" }) },
  { route: `GET ${ROOM}/messages`, expected: members(200), request: inClub("/messages") },
  { route: `PUT ${MESSAGE}`, expected: authors, request: onMessage("", { body: "new" }) },
  { route: `DELETE ${MESSAGE}`, expected: moderators, request: onMessage("") },
  { route: `PUT ${MESSAGE}/reactions/{emoji}`, expected: members(200), request: onMessage(THUMB) },
  { route: `DELETE ${MESSAGE}/reactions/{emoji}`, expected: members(200), request: onMessage(THUMB) },
  { route: `GET ${MESSAGE}/versions`, expected: moderators, request: onMessage("/versions") },
  { route: `GET ${ROOM}/presence`, expected: members(200), request: inClub("/presence") },
  { route: `GET ${ROOM}/socket`, expected: members(101) },
  {
    route: "POST /api/v1/direct/{userId}/messages",
    expected: signedIn(201),
    request: async () => ({ path: `/api/v1/direct/${users.stranger.id}/messages`, body: { body: "hello" } }),
  },
  {
    route: "POST /api/v1/admin/users",
    expected: administrators(200),
    request: async () => ({ body: { userNames: [freshName()], password: "demo" } }),
  },
  {
    route: "POST /api/v1/admin/users/import",
    expected: administrators(200),
    request: async () => ({ body: { accounts: [{ userName: freshName(), sha1: "0".repeat(40) }] } }),
  },
  {
    route: "PUT /api/v1/admin/administrators/{name}",
    expected: administrators(200),
    request: async () => ({ path: `/api/v1/admin/administrators/${users.administrator.name}` }),
  },
  { route: `GET ${MESSAGE}`, expected: members(200), request: onMessage("") },
  { route: `GET ${MESSAGE}/thread`, expected: members(200), request: onMessage("/thread") },
  { route: `GET ${ROOM}/pins`, expected: members(200), request: inClub("/pins") },
  { route: `PUT ${ROOM}/pins/{seq}`, expected: moderators, request: onPin },
  { route: `DELETE ${ROOM}/pins/{seq}`, expected: moderators, request: onPin },
  { route: `GET ${ROOM}/marks`, expected: members(200), request: inClub("/marks") },
  { route: `PUT ${ROOM}/marks`, expected: members(200), request: inClub("/marks", { read: 1 }) },
  { route: "GET /api/v1/inbox", expected: signedIn(200) },
  // A room that is in nobody's inbox: what somebody mutes is the own inbox's, whoever else knows the room.
  ...["PUT", "DELETE"].map((method) => ({
    route: `${method} /api/v1/inbox/rooms/{room}/mute`,
    expected: signedIn(404),
    request: async () => ({ path: "/api/v1/inbox/rooms/never-made/mute" }),
  })),
  { route: "GET /api/v1/inbox/socket", expected: signedIn(101) },
  {
    route: "GET /api/v1/uplink",
    expected: roles.map((role) => (role === "origin" ? 101 : 401)),
    request: async () => ({ path: "/api/v1/uplink?replica=authorisation" }),
  },
  { route: "GET /api/v1/accounts/me/preferences", expected: signedIn(200) },
  {
    route: "PATCH /api/v1/accounts/me/preferences",
    expected: signedIn(200),
    request: async () => ({ body: { sharesMarks: true } }),
  },
  {
    route: `PUT ${ROOM}/mutes/{userId}`,
    expected: bouncers(204),
    request: onNewcomer("/mutes/USER", { seconds: 60 }),
  },
  { route: `DELETE ${ROOM}/mutes/{userId}`, expected: bouncers(204), request: onNewcomer("/mutes/USER") },
  { route: `PUT ${ROOM}/bans/{userId}`, expected: bouncers(200), request: onNewcomer("/bans/USER", { reason: "x" }) },
  { route: `DELETE ${ROOM}/bans/{userId}`, expected: bouncers(204), request: onNewcomer("/bans/USER") },
  { route: `POST ${ROOM}/kicks/{userId}`, expected: bouncers(200), request: onNewcomer("/kicks/USER") },
  {
    route: `DELETE ${ROOM}/users/{userId}/messages`,
    expected: bouncers(200),
    request: onNewcomer("/users/USER/messages"),
  },
  { route: `GET ${ROOM}/restrictions`, expected: bouncers(200), request: inClub("/restrictions") },
  { route: `GET ${ROOM}/moderation`, expected: bouncers(200), request: inClub("/moderation") },
  { route: `POST ${MESSAGE}/reports`, expected: members(201), request: onMessage("/reports", { reason: "rude" }) },
  { route: `GET ${ROOM}/reports`, expected: bouncers(200), request: inClub("/reports") },
  { route: "GET /api/v1/blocks", expected: signedIn(200) },
  {
    route: "PUT /api/v1/blocks/{userId}",
    expected: signedIn(204),
    request: async () => ({ path: `/api/v1/blocks/${(await register(server.url)).id}` }),
  },
  {
    route: "DELETE /api/v1/blocks/{userId}",
    expected: signedIn(204),
    request: async () => ({ path: "/api/v1/blocks/77" }),
  },
  { route: "GET /api/v1/admin/reports", expected: administrators(200) },
  {
    // What is not there is told to those alone who may look.
    route: "POST /api/v1/admin/reports/{id}/resolution",
    expected: administrators(404),
    request: async () => ({ path: "/api/v1/admin/reports/none/resolution", body: { resolution: "warned" } }),
  },
  {
    route: "PUT /api/v1/admin/suspensions/{name}",
    expected: administrators(200),
    request: async () => ({ path: `/api/v1/admin/suspensions/${(await register(server.url)).name}` }),
  },
  {
    route: "DELETE /api/v1/admin/suspensions/{name}",
    expected: administrators(204),
    request: async () => ({ path: `/api/v1/admin/suspensions/${users.stranger.name}` }),
  },
  { route: "GET /api/v1/rooms", expected: signedIn(200) },
  { route: `PATCH ${ROOM}`, expected: moderators, request: inClub("", { topic: "tea" }) },
  { route: `DELETE ${ROOM}`, expected: managers(204), request: newRoom },
  { route: `POST ${ROOM}/join`, expected: members(200), request: inClub("/join") },
  {
    route: `POST ${ROOM}/leave`,
    expected: [401, 401, 401, 404, 204, 409, 404, 401, 401],
    request: async () => ({ path: `${await newListedRoom()}/leave` }),
  },
  {
    route: `POST ${ROOM}/invitations`,
    expected: [401, 401, 401, 403, 403, 201, 403, 401, 401],
    request: inClub("/invitations", { uses: 1 }),
  },
  { route: `GET ${ROOM}/invitations`, expected: moderators, request: inClub("/invitations") },
  {
    route: `DELETE ${ROOM}/invitations/{id}`,
    expected: [401, 401, 401, 403, 403, 204, 403, 401, 401],
    request: newInvitation,
  },
  {
    route: "POST /api/v1/direct/{userId}",
    expected: signedIn(200),
    request: async () => ({ path: `/api/v1/direct/${users.owner.id}` }),
  },
  {
    route: "POST /api/v1/groups",
    expected: signedIn(201),
    request: async () => ({ body: { title: "us", userIds: [users.dead.id, users.owner.id] } }),
  },
  { route: `GET ${ROOM}/export`, expected: members(200), request: inClub("/export") },
  { route: "GET /api/v1/accounts/me/export", expected: signedIn(200) },
  {
    route: "POST /api/v1/imports",
    expected: signedIn(201),
    request: async () => ({ path: `/api/v1/imports?room=${freshName("room")}`, body: EMPTY_EXPORT, headers: NDJSON }),
  },
  {
    // With the right password everybody erases themselves, which no other row would survive: test/behaviour/rights.test.ts.
    route: "DELETE /api/v1/accounts/me",
    expected: everybody(401),
    request: async () => ({ body: { password: "another horse" } }),
  },
  {
    route: "DELETE /api/v1/admin/users/{name}",
    expected: administrators(200),
    request: async () => ({ path: `/api/v1/admin/users/${(await register(server.url)).name}` }),
  },
];

it("[API1] every route of the OpenAPI document is in the table, and no other", async () => {
  const { paths } = await call<{ paths: Record<string, object> }>(server.url, "GET", "/api/v1/openapi.json");
  const methods = ["get", "put", "post", "delete", "patch", "options"];
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    methods.filter((method) => method in operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(table.map(({ route }) => route).sort()).toEqual(documented.sort());
});

describe.each(table)("$route", (row) => {
  it("[P5] [P7] answers each role as the table says", async () => {
    const statuses: number[] = [];
    for (const role of roles) statuses.push((await ask(row, role)).status);
    expect(Object.fromEntries(roles.map((role, i) => [role, statuses[i]]))).toEqual(
      Object.fromEntries(roles.map((role, i) => [role, row.expected[i]])),
    );
  });
});

async function ask(row: Row, role: Role): Promise<{ readonly status: number }> {
  const [method = "", documented = ""] = row.route.split(" ");
  const { path = documented, body, headers = {} } = (await row.request?.()) ?? {};
  const token = tokens.get(role);
  if (/\/(socket|uplink)$/.test(documented)) {
    return { status: await upgrade(token ?? "", path.replace(ROOM, clubPath)) };
  }
  const options = { ...(token === undefined ? {} : { token }), ...(body === undefined ? {} : { body }), headers };
  const answer = await request(server.url, method, path, options);
  if (row.ends && answer.status === 200 && role in users) {
    tokens.set(role, (await login(server.url, users[role as keyof typeof users])).token);
  }
  return answer;
}

/** The status with which an upgrade is answered. */
async function upgrade(token: string, path: string): Promise<number> {
  try {
    (await NativeSocket.openAt(server.url, token, path)).close();
    return 101;
  } catch (error) {
    return Number(/refused: (\d+)/.exec(String(error))?.[1]);
  }
}

type Use = { readonly room: () => string; readonly stranger: number; readonly member: number; readonly owner: number };
const kinds: readonly (readonly [string, Use])[] = [
  ["a numbered room is open to everybody", { room: () => "77", stranger: 200, member: 200, owner: 200 }],
  ["a listed room is open", { room: () => named("listed"), stranger: 200, member: 200, owner: 200 }],
  [
    "an unlisted room is open to who knows it",
    { room: () => named("unlisted"), stranger: 200, member: 200, owner: 200 },
  ],
  ["a private room is its members'", { room: () => club, stranger: 403, member: 200, owner: 200 }],
  ["a room that nobody created is not there", { room: () => "never-made", stranger: 404, member: 404, owner: 404 }],
  ["a conversation is the pair's", { room: pairOfTwo, stranger: 403, member: 200, owner: 200 }],
];

it.each(kinds)("[RM2] %s: reading and posting alike", async (_, { room, ...wanted }) => {
  await createListed();
  for (const role of ["stranger", "member", "owner"] as const) {
    const token = tokens.get(role) ?? "";
    const read = await request(server.url, "GET", `${roomPath(room())}/messages`, { token });
    const post = await request(server.url, "POST", `${roomPath(room())}/messages`, { token, body: { body: "x" } });
    expect([role, read.status, post.status]).toEqual([role, wanted[role], wanted[role] === 200 ? 201 : wanted[role]]);
  }
});

it("[RM3] a member may leave, the owner may not be removed", async () => {
  const leaver = await register(server.url);
  const owner = tokens.get("owner") ?? "";
  await call(server.url, "PUT", `${clubPath}/members/${leaver.id}`, { token: owner });
  const leave = await request(server.url, "DELETE", `${clubPath}/members/${leaver.id}`, { token: leaver.token });
  expect(leave.status).toBe(204);
  expect((await request(server.url, "GET", `${clubPath}/messages`, { token: leaver.token })).status).toBe(403);
  const remove = await request(server.url, "DELETE", `${clubPath}/members/${users.owner.id}`, { token: owner });
  expect(remove.status).toBe(409);
});

function named(visibility: string): string {
  return `${club}-${visibility}`;
}

function pairOfTwo(): string {
  return directRoom(users.member.id, users.owner.id);
}

async function createListed(): Promise<void> {
  for (const visibility of ["listed", "unlisted"]) {
    const body = { name: named(visibility), visibility };
    await request(server.url, "POST", "/api/v1/rooms", { token: tokens.get("owner") ?? "", body });
  }
}
