import WebSocket from "ws";
import { EMPTY_EXPORT, NDJSON } from "./export-file.ts";
import type { ServiceName } from "./faulty-services.ts";
import { freshName, request, roomPath, type User } from "./rest.ts";
import { ENVELOPE_BYTES, envelope } from "./rpc.ts";

/** What a surface said: a WebSocket's refusal is the HTTP answer to its handshake. */
export type Said = { readonly status: number; readonly requestId: string | null; readonly body: unknown };

/** Who asks, and about what. */
export type Asker = {
  readonly url: string;
  readonly user: User;
  readonly operator: string;
  readonly origin: string;
  readonly room: string;
};

/** One thing that a client can ask for, the service that answers it, and the method that is asked there. */
export type Surface = {
  readonly title: string;
  readonly service: ServiceName;
  readonly method: string;
  readonly dialect: "native" | "gochat" | "upgrade" | "gochat upgrade" | "rpc" | "rpc stream";
  readonly ask: (asker: Asker) => Promise<Said>;
};

type Native = readonly [ServiceName, string, string, string, ((asker: Asker) => object)?];

const password = "correct horse";
const sha1 = "a".repeat(40);

const native: readonly Native[] = [
  ["auth", "register", "POST", "/api/v1/accounts", () => ({ name: freshName(), password })],
  ["auth", "login", "POST", "/api/v1/sessions", ({ user }) => ({ name: user.name, password })],
  ["auth", "checkAuth", "GET", "/api/v1/accounts/me"],
  ["auth", "sessions", "GET", "/api/v1/sessions"],
  ["auth", "endSession", "DELETE", "/api/v1/sessions/current"],
  ["auth", "endSessions", "DELETE", "/api/v1/sessions"],
  [
    "auth",
    "changePassword",
    "PUT",
    "/api/v1/accounts/me/password",
    () => ({ currentPassword: password, newPassword: password }),
  ],
  ["auth", "createUsers", "POST", "/api/v1/admin/users", () => ({ userNames: [freshName()], password })],
  [
    "auth",
    "importUsers",
    "POST",
    "/api/v1/admin/users/import",
    () => ({ accounts: [{ userName: freshName(), sha1 }] }),
  ],
  ["auth", "makeAdmin", "PUT", "/api/v1/admin/administrators/ann"],
  ["chatroom", "create", "POST", "/api/v1/rooms", () => ({ name: freshName(), visibility: "listed" })],
  ["chatroom", "describe", "GET", "ROOM"],
  ["chatroom", "members", "GET", "ROOM/members"],
  ["chatroom", "addMember", "PUT", "ROOM/members/1"],
  ["chatroom", "removeMember", "DELETE", "ROOM/members/1"],
  ["chat", "send", "POST", "ROOM/messages", () => ({ body: "hello" })],
  ["chat", "send", "POST", "/api/v1/direct/1/messages", () => ({ body: "hello" })],
  ["chat", "history", "GET", "ROOM/messages"],
  ["chat", "change", "PUT", "ROOM/messages/1", () => ({ body: "hello" })],
  ["chat", "change", "DELETE", "ROOM/messages/1"],
  ["chat", "change", "PUT", "ROOM/messages/1/reactions/%F0%9F%91%8D"],
  ["chat", "change", "DELETE", "ROOM/messages/1/reactions/%F0%9F%91%8D"],
  ["chat", "versions", "GET", "ROOM/messages/1/versions"],
  ["chat", "presence", "GET", "ROOM/presence"],
  ["chat", "history", "GET", "ROOM/messages/1"],
  ["chat", "thread", "GET", "ROOM/messages/1/thread"],
  ["chat", "pins", "GET", "ROOM/pins"],
  ["chat", "change", "PUT", "ROOM/pins/1"],
  ["chat", "change", "DELETE", "ROOM/pins/1"],
  ["chat", "marks", "GET", "ROOM/marks"],
  ["chat", "read", "PUT", "ROOM/marks", () => ({ read: 1 })],
  ["chat", "inbox", "GET", "/api/v1/inbox"],
  ["chat", "muteRoom", "PUT", "/api/v1/inbox/rooms/lobby/mute"],
  ["chat", "muteRoom", "DELETE", "/api/v1/inbox/rooms/lobby/mute"],
  ["auth", "preferences", "GET", "/api/v1/accounts/me/preferences"],
  ["auth", "setPreferences", "PATCH", "/api/v1/accounts/me/preferences", () => ({ sharesMarks: true })],
  ["chatroom", "moderate", "PUT", "ROOM/mutes/1", () => ({ seconds: 60 })],
  ["chatroom", "moderate", "DELETE", "ROOM/mutes/1"],
  ["chatroom", "moderate", "PUT", "ROOM/bans/1"],
  ["chatroom", "moderate", "DELETE", "ROOM/bans/1"],
  ["chatroom", "moderate", "POST", "ROOM/kicks/1"],
  ["chatroom", "moderate", "DELETE", "ROOM/users/1/messages"],
  ["chatroom", "restrictions", "GET", "ROOM/restrictions"],
  ["chatroom", "moderationLog", "GET", "ROOM/moderation"],
  ["chatroom", "report", "POST", "ROOM/messages/1/reports", () => ({ reason: "rude" })],
  ["chatroom", "reports", "GET", "ROOM/reports"],
  ["chatroom", "reports", "GET", "/api/v1/admin/reports"],
  ["chatroom", "resolveReport", "POST", "/api/v1/admin/reports/r1/resolution", () => ({ resolution: "warned" })],
  ["auth", "blocks", "GET", "/api/v1/blocks"],
  ["auth", "block", "PUT", "/api/v1/blocks/1"],
  ["auth", "block", "DELETE", "/api/v1/blocks/1"],
  ["auth", "suspend", "PUT", "/api/v1/admin/suspensions/ann"],
  ["auth", "suspend", "DELETE", "/api/v1/admin/suspensions/ann"],
  ["chatroom", "search", "GET", "/api/v1/rooms"],
  ["chatroom", "configure", "PATCH", "ROOM", () => ({ title: "hello" })],
  ["chatroom", "delete", "DELETE", "ROOM"],
  ["chatroom", "join", "POST", "ROOM/join"],
  ["chatroom", "removeMember", "POST", "ROOM/leave"],
  ["chatroom", "invite", "POST", "ROOM/invitations"],
  ["chatroom", "invitations", "GET", "ROOM/invitations"],
  ["chatroom", "revokeInvitation", "DELETE", "ROOM/invitations/none"],
  ["chatroom", "openDirect", "POST", "/api/v1/direct/1"],
  ["chatroom", "createGroup", "POST", "/api/v1/groups", () => ({ title: "hello", userIds: [1] })],
  ["chatroom", "exportHead", "GET", "ROOM/export"],
  ["auth", "accountData", "GET", "/api/v1/accounts/me/export"],
  // Never with the right password: what is slow may come to it in the end.
  ["auth", "eraseUser", "DELETE", "/api/v1/accounts/me", () => ({ password: "another horse" })],
  ["auth", "eraseUser", "DELETE", "/api/v1/admin/users/nobody"],
];

const gochat: readonly (readonly [ServiceName, string, string, (asker: Asker) => object])[] = [
  ["auth", "register", "/user/register", () => ({ userName: freshName(), passWord: password })],
  ["auth", "login", "/user/login", ({ user }) => ({ userName: user.name, passWord: password })],
  ["auth", "checkAuth", "/user/checkAuth", signed],
  ["auth", "endSession", "/user/logout", signed],
  ["chat", "push", "/push/push", (asker) => ({ ...signed(asker), toUserId: "1", roomId: 1, msg: "hello" })],
  ["chat", "send", "/push/pushRoom", (asker) => ({ ...signed(asker), roomId: 1, msg: "hello" })],
  ["chat", "count", "/push/count", (asker) => ({ ...signed(asker), roomId: 1 })],
  ["chat", "roomInfo", "/push/getRoomInfo", (asker) => ({ ...signed(asker), roomId: 1 })],
];

const rpc: readonly (readonly [ServiceName, string, string, (asker: Asker) => object])[] = [
  ["auth", "login", "auth.LoginService/Login", ({ user }) => ({ username: user.name, password })],
  ["auth", "checkAuth", "auth.LoginService/Validate", ({ user }) => ({ credential: user.token })],
  ["auth", "createUser", "auth.LoginService/AddUser", () => ({ username: freshName(), password })],
  ["auth", "removeUser", "auth.LoginService/RemoveUser", () => ({ username: freshName() })],
  ["auth", "liveSessions", "auth.LoginService/WhoIsLoggedIn", () => ({})],
  ["chatroom", "create", "gateway.GatewayService/CreateRoom", placed],
  ["chatroom", "delete", "gateway.GatewayService/DeleteRoom", placed],
  ["chatroom", "enter", "gateway.GatewayService/EnterRoom", named],
  ["chatroom", "leave", "gateway.GatewayService/LeaveRoom", named],
  ["chatroom", "people", "chat.ChatroomService/GetPeople", placed],
  ["chat", "send", "gateway.GatewayService/SendMessage", (asker) => ({ ...named(asker), text: "hello" })],
  ["chat", "history", "chatmsg.ChatService/GetHistory", placed],
];

/** Everything that needs a service. */
export const surfaces: readonly Surface[] = [
  ...native.map(([service, method, verb, path, body]): Surface => {
    const ask = (asker: Asker) => askNative(asker, verb, path, body?.(asker));
    return { title: `${verb} ${path}`, service, method, dialect: "native", ask };
  }),
  ...gochat.map(([service, method, path, body]): Surface => {
    const ask = (asker: Asker) => say(asker.url, "POST", path, { body: body(asker) });
    return { title: `POST ${path}`, service, method, dialect: "gochat", ask };
  }),
  ...rpc.map(([service, method, path, body]): Surface => {
    const ask = (asker: Asker) => say(asker.url, "POST", `/${path}`, { token: asker.user.token, body: body(asker) });
    return { title: path, service, method, dialect: "rpc", ask };
  }),
  {
    title: "POST /api/v1/imports",
    service: "chatroom",
    method: "beginImport",
    dialect: "native",
    ask: ({ url, user: { token } }) => {
      const path = `/api/v1/imports?room=${freshName("room")}`;
      return say(url, "POST", path, { token, body: EMPTY_EXPORT, headers: NDJSON });
    },
  },
  { title: "Subscribe", service: "chat", method: "fetch", dialect: "rpc stream", ask: subscribe },
  { title: "a room's socket", service: "chat", method: "fetch", dialect: "upgrade", ask: upgradeNative },
  {
    title: "an inbox's socket",
    service: "chat",
    method: "fetch",
    dialect: "upgrade",
    ask: ({ url, user }) => upgrade(url, "/api/v1/inbox/socket", { authorization: `Bearer ${user.token}` }),
  },
  {
    title: "an uplink",
    service: "chat",
    method: "fetch",
    dialect: "upgrade",
    ask: ({ url, origin }) => upgrade(url, "/api/v1/uplink?replica=surface", { authorization: `Bearer ${origin}` }),
  },
  {
    title: "/ws",
    service: "chat",
    method: "fetch",
    dialect: "gochat upgrade",
    ask: ({ url }) => upgrade(url, "/ws", {}),
  },
];

function signed({ user }: Asker): { readonly authToken: string } {
  return { authToken: user.token };
}

function placed({ user, room }: Asker): object {
  return { auth: { credential: user.token }, roomName: room };
}

function named(asker: Asker): object {
  return { ...placed(asker), personName: asker.user.name };
}

/** What a stream said that ended before its first message: its status is in its body. */
async function subscribe(asker: Asker): Promise<Said> {
  const headers = { "content-type": "application/connect+json" };
  const body = new Uint8Array(envelope(named(asker)));
  const answer = await fetch(`${asker.url}/gateway.GatewayService/Subscribe`, { method: "POST", headers, body });
  const text = Buffer.from(await answer.arrayBuffer()).toString("utf8", ENVELOPE_BYTES);
  return { status: answer.status, requestId: answer.headers.get("x-request-id"), body: JSON.parse(text) };
}

function askNative({ url, user, operator, room }: Asker, verb: string, path: string, body?: object): Promise<Said> {
  const token = path.includes("/admin/") ? operator : user.token;
  return say(url, verb, path.replace("ROOM", roomPath(room)), { token, ...(body === undefined ? {} : { body }) });
}

async function say(...args: Parameters<typeof request>): Promise<Said> {
  const { status, headers, body } = await request(...args);
  return { status, body, requestId: headers.get("x-request-id") };
}

function upgradeNative({ url, user, room }: Asker): Promise<Said> {
  return upgrade(url, `${roomPath(room)}/socket`, { authorization: `Bearer ${user.token}` });
}

/** The HTTP answer to a handshake; one that succeeds is 101 and closed again. */
function upgrade(url: string, path: string, headers: Readonly<Record<string, string>>): Promise<Said> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace("http", "ws") + path, { headers });
    socket.on("error", reject);
    socket.on("open", () => {
      socket.close();
      resolve({ status: 101, requestId: null, body: null });
    });
    socket.on("unexpected-response", (_request, response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => {
        const requestId = response.headers["x-request-id"];
        resolve({
          status: response.statusCode ?? 0,
          requestId: String(requestId),
          body: text === "" ? null : JSON.parse(text),
        });
      });
    });
  });
}
