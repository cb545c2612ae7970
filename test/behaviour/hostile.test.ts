import { afterAll, beforeAll, expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { parseUserName } from "../../contracts/names.ts";
import { GochatSocket, post } from "../support/gochat.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { freshName, readLog, register, request, roomPath, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

const MEGABYTE = "m".repeat(1_048_576);
const DEEP = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

/** Values that have broken chats: each is stored and returned as it is, or refused with a reason. */
const hostile: readonly (readonly [string, unknown])[] = [
  ["SQL", "'; DROP TABLE event; --"],
  ["HTML", '<img src=x onerror="alert(1)"><script>alert(1)</script>'],
  ["a template", "{{7*7}}%00%0d%0aSet-Cookie: a=b"],
  ["a path", "../../../etc/passwd"],
  ["NUL and other controls", "a\u0000b\u0007c\u001b[31m\r\nd\u2028e"],
  ["a high surrogate alone", "a\ud800b"],
  ["a low surrogate alone", "\udfff"],
  ["characters beyond the first plane", "👩‍👩‍👧‍👦 𝔘𝔫𝔦 \u202e right to left"],
  ["the longest body", "x".repeat(limits.BODY_BYTES_MAX)],
  ["one byte more than the longest body", "x".repeat(limits.BODY_BYTES_MAX + 1)],
  ["a megabyte", MEGABYTE],
  ["a name of the language", "__proto__"],
  ["the empty string", ""],
  ["a huge number", 1e308],
  ["a negative number", -1],
  ["a number beyond the safe ones", 2 ** 63],
  ["a fraction", 1.5],
  ["null", null],
  ["a boolean", true],
  ["an object", { toString: "x", __proto__: null }],
  ["a list", [1, 2, 3]],
];

let server: Server;
let ann: User;
let rooms = 500;
beforeAll(async () => {
  server = await Server.start({ ATTEMPTS_PER_ADDRESS: "1000000", ATTEMPTS_PER_NAME: "1000000" });
  ann = await register(server.url);
});
afterAll(() => server.stop());

it.each(hostile)(
  "[P9] REST, %s in every field: a success or a problem with its reason, never a 500",
  async (_, value) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const asText = encodeURIComponent(text.toWellFormed().slice(0, 2_000));
    const password = "correct horse";
    const path = roomPath("5");
    const requests: readonly (readonly [string, string, unknown, Record<string, string>?])[] = [
      ["POST", "/api/v1/accounts", { name: value, password }],
      ["POST", "/api/v1/accounts", { name: freshName(), password: value }],
      ["POST", "/api/v1/sessions", { name: value, password: value }],
      ["PUT", "/api/v1/accounts/me/password", { currentPassword: value, newPassword: value }],
      ["POST", "/api/v1/rooms", { name: value, visibility: "listed" }],
      ["POST", "/api/v1/rooms", { name: freshName(), visibility: value }],
      ["POST", `${path}/messages`, { body: value }],
      ["POST", `${path}/messages`, { body: "x", replyTo: value }],
      ["POST", `${path}/messages`, value],
      ["POST", `${path}/messages`, { body: freshName() }, { "idempotency-key": asText }],
      ["GET", `${path}/messages?after=${asText}`, undefined],
      ["GET", `${path}/messages?before=${asText}`, undefined],
      ["GET", `${path}/messages?limit=${asText}`, undefined],
      ["GET", `${path}/presence?after=${asText}&limit=${asText}`, undefined],
      ["GET", `/api/v1/rooms/${asText}`, undefined],
      ["GET", `/api/v1/rooms/${asText}/messages`, undefined],
      ["PUT", `${path}/members/${asText}`, undefined],
      ["DELETE", `/api/v1/sessions/${asText || "none"}`, undefined],
      ["POST", `/api/v1/direct/${asText}/messages`, { body: "x" }],
      ["POST", "/api/v1/admin/users", { userNames: [value], password: value }],
      ["POST", "/api/v1/admin/users/import", { accounts: [{ userName: value, sha1: value }] }],
      ["PUT", `/api/v1/admin/administrators/${asText}`, undefined],
    ];
    for (const [method, at, body, headers = {}] of requests) {
      const answer = await request(server.url, method, at, { token: ann.token, body, headers });
      expect([method, at.slice(0, 80), answer.status < 500]).toEqual([method, at.slice(0, 80), true]);
      const reason = answer.status < 400 ? "" : (answer.body as { detail?: string }).detail;
      expect([method, at.slice(0, 80), typeof reason]).toEqual([method, at.slice(0, 80), "string"]);
    }
  },
);

it.each(hostile)("[P9] gochat, %s in every field: HTTP 200 and an envelope, never code -1", async (_, value) => {
  const token = { authToken: ann.token };
  const packets: readonly (readonly [string, object])[] = [
    ["/user/register", { userName: value, passWord: value }],
    ["/user/login", { userName: value, passWord: value }],
    ["/user/checkAuth", { authToken: value }],
    ["/push/push", { ...token, msg: value, toUserId: String(ann.id), roomId: 5 }],
    ["/push/push", { ...token, msg: "x", toUserId: value, roomId: value }],
    ["/push/pushRoom", { ...token, msg: value, roomId: 5 }],
    ["/push/pushRoom", { ...token, msg: "x", roomId: value }],
    ["/push/count", { ...token, roomId: value }],
    ["/push/getRoomInfo", { ...token, roomId: value }],
  ];
  for (const [path, packet] of packets) {
    const { code, message } = await post(server.url, path, packet);
    expect([0, 1, 40000]).toContain(code);
    expect(typeof message).toBe("string");
  }
});

const texts = hostile.flatMap(([label, value]) => (typeof value === "string" ? [[label, value] as const] : []));

it.each(texts)("[P2] a body with %s is stored and returned verbatim in both dialects, or refused", async (_, body) => {
  const room = String(++rooms);
  const { socket } = await NativeSocket.join(server.url, ann.token, room);
  const gochat = await GochatSocket.join(server.url, ann.token, Number(room));
  const overRest = await request(server.url, "POST", `${roomPath(room)}/messages`, {
    token: ann.token,
    body: { body },
  });
  const stored = overRest.status === 201;
  expect([201, 400, 413]).toContain(overRest.status);
  expect(
    await post(server.url, "/push/pushRoom", { authToken: ann.token, msg: body, roomId: Number(room) }),
  ).toMatchObject({ code: stored ? 0 : 1 });
  const fits = JSON.stringify(body).length < limits.FRAME_BYTES_MAX - 100;
  if (fits) socket.send({ type: "send", id: "a", body });
  const told = fits ? await socket.frames.next(({ type }) => type === "ok" || type === "refused", "answer") : null;
  expect([stored ? "ok" : "refused", undefined]).toContain(told?.type);

  const wanted = stored ? [body, body, body] : [];
  await expect.poll(() => [socket.events().map((event) => event.body), gochat.texts()]).toEqual([wanted, wanted]);
  expect((await readLog(server.url, ann.token, room)).map((event) => event.body)).toEqual(wanted);
});

const frames: readonly (readonly [string, string])[] = [
  ["no JSON", "{"],
  ["deep JSON", DEEP],
  ["a deep body", `[{"type":"send","id":"a","body":${DEEP.slice(0, 60_000)}`],
  ["a number", "42"],
  ["null", "null"],
  ["a list of nulls", "[null,null]"],
  ["an unknown type", '[{"type":"constructor"}]'],
  ["a type that is no text", '[{"type":{}}]'],
  [
    "negative numbers",
    '[{"type":"ack","seq":-1},{"type":"read","seq":-5},{"type":"hello","resume":{"epoch":"x","seq":-1}}]',
  ],
  ["huge numbers", '[{"type":"ack","seq":1e308},{"type":"history","req":1,"after":9e99,"limit":9e99}]'],
  ["an ack of the future", '[{"type":"ack","seq":9007199254740991},{"type":"read","seq":9007199254740991}]'],
  ["a resume from the future", '[{"type":"hello","resume":{"epoch":"x","seq":9007199254740991}}]'],
  [
    "wrong types",
    '[{"type":"send","id":1,"body":2},{"type":"hello","resume":7},{"type":"history","req":{},"before":"x"}]',
  ],
  ["lone surrogates", '[{"type":"send","id":"\\ud800","body":"\\udfff"}]'],
  ["an id of the language", '[{"type":"send","id":"__proto__","body":"x"}]'],
  ["too many frames", JSON.stringify(Array.from({ length: 5_000 }, () => ({ type: "typing" })))],
  ["a megabyte", `[{"type":"send","id":"a","body":"${MEGABYTE}"}]`],
];

it.each(frames)("[P9] native socket, %s: answered or closed, and the room lives on", async (_, text) => {
  const room = String(++rooms);
  const bystander = await NativeSocket.join(server.url, ann.token, room);
  const { socket } = await NativeSocket.join(server.url, ann.token, room);
  socket.sendText(text);
  socket.send({ type: "history", req: "alive", after: 0, limit: 1 });
  const outcome = await Promise.race([
    socket.next("history").then(() => "answered"),
    socket.closed.then(({ code }) =>
      code === 1009 || (code >= 4500 && code <= 4999) ? "closed" : `closed with ${code}`,
    ),
  ]);
  expect(["answered", "closed"]).toContain(outcome);
  bystander.socket.send({ type: "send", id: "b", body: "still here" });
  expect((await bystander.socket.next("ok")).id).toBe("b");
});

const joins: readonly (readonly [string, string])[] = [
  ["no JSON", "{"],
  ["deep JSON", DEEP.slice(0, 4_000)],
  ["null", "null"],
  ["no token", '{"roomId":1}'],
  ["a room that is a text", '{"authToken":"TOKEN","roomId":"1"}'],
  ["a negative room", '{"authToken":"TOKEN","roomId":-1}'],
  ["a huge room", '{"authToken":"TOKEN","roomId":1e300}'],
  ["SQL for a token", `{"authToken":"' OR 1=1 --","roomId":1}`],
  ["a megabyte", `{"authToken":"${MEGABYTE}","roomId":1}`],
];

it.each(joins)("[P9] /ws, %s in the first frame: closed, and the carrier lives on", async (_, text) => {
  const neighbour = await GochatSocket.join(server.url, ann.token, ++rooms);
  const gochat = await GochatSocket.open(server.url);
  gochat.sendText(text.replace("TOKEN", ann.token));
  expect((await gochat.closed).code).toBeGreaterThanOrEqual(1000);
  await post(server.url, "/push/pushRoom", { authToken: ann.token, msg: "still here", roomId: rooms });
  expect(await neighbour.next(3)).toMatchObject({ msg: "still here" });
});

it("[AC2] a hostile name is refused or returned as it is", async () => {
  for (const [, name] of texts) {
    const answer = await request(server.url, "POST", "/api/v1/accounts", { body: { name, password: "correct horse" } });
    const parsed = parseUserName(name);
    const wanted = parsed.ok ? [201, 409] : [400, 413];
    expect(wanted).toContain(answer.status);
  }
  expect((await request(server.url, "GET", "/ready")).status).toBe(200);
});
