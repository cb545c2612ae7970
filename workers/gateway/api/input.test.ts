import { describe, expect, it } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { ann, tokenOf } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";

const token = tokenOf(ann);
const message = { body: "hi" };

describe("passwords", () => {
  it.each(["short", "😀😀😀😀😀😀😀", "x".repeat(129), `\ud800${"x".repeat(9)}`])(
    "[API4] %j is no new password",
    async (password) => {
      const { call, calls } = testGateway();
      expect((await call("POST", "/api/v1/accounts", undefined, { name: "ann", password })).status).toBe(400);
      const change = { currentPassword: "x", newPassword: password };
      expect((await call("PUT", "/api/v1/accounts/me/password", token, change)).status).toBe(400);
      expect(calls).toEqual([]);
    },
  );
  it.each(["12345678", "😀".repeat(8), "😀".repeat(128), "  spaces  \u0000"])(
    "[API4] %j arrives unchanged",
    async (password) => {
      const { call, calls } = testGateway();
      expect((await call("POST", "/api/v1/accounts", undefined, { name: "ann", password })).status).toBe(201);
      expect(calls[0]).toMatchObject({ method: "register", args: [{ userName: "ann", password }] });
    },
  );
  it("[API4] a refused password is not repeated in the answer", async () => {
    const response = await testGateway().call("POST", "/api/v1/accounts", undefined, {
      name: "ann",
      password: "tiny-pw",
    });
    expect(await response.text()).not.toContain("tiny-pw");
  });
});

describe("messages", () => {
  const path = "/api/v1/rooms/lobby/messages";
  it("[API6] an Idempotency-Key is the message's id, and a repeat is 200", async () => {
    const sent = { epoch: "e1", seq: 4, at: 5, duplicate: true };
    const { request, calls } = testGateway({ send: () => ({ ok: true, value: sent }) });
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": "k1" };
    const response = await request(path, { method: "POST", headers, body: JSON.stringify({ body: "hi", replyTo: 3 }) });
    expect([response.status, await response.json()]).toEqual([200, sent]);
    expect(calls).toEqual([{ method: "send", args: [ann, "lobby", { id: "k1", body: "hi", replyTo: 3 }] }]);
  });
  it("[API6] empty, ill-formed and too large bodies are refused, every other text arrives unchanged", async () => {
    const { call, calls } = testGateway();
    expect((await call("POST", path, token, { body: "" })).status).toBe(400);
    expect((await call("POST", path, token, { body: "\ud800" })).status).toBe(400);
    expect((await call("POST", path, token, { body: "é".repeat(20_000) })).status).toBe(413);
    expect(calls).toEqual([]);
    const body = "\u0000'; DROP TABLE event; --<script>alert(1)</script> \u{1F600}";
    expect((await call("POST", path, token, { body })).status).toBe(201);
    expect(calls[0]?.args[2]).toEqual({ body });
  });
  it.each([
    ["", { before: Number.MAX_SAFE_INTEGER, limit: limits.PAGE_DEFAULT }],
    ["?after=0&limit=200", { after: 0, limit: 200 }],
    ["?before=7", { before: 7, limit: limits.PAGE_DEFAULT }],
  ])("[API7] history with %j is that page", async (query, page) => {
    const { call, calls } = testGateway();
    expect((await call("GET", path + query, token)).status).toBe(200);
    expect(calls[0]).toEqual({ method: "history", args: [ann, "lobby", page] });
  });
  it.each([
    "?after=1&before=2",
    "?limit=0",
    "?limit=201",
    "?limit=",
    "?after=-1",
    "?after=1.5",
    "?after=9007199254740992",
    "?after=1&after=2",
    "?before=x",
  ])("[API7] history with %s is 400", async (query) =>
    expect((await testGateway().call("GET", path + query, token)).status).toBe(400),
  );
  it("[API6] a direct message goes to the pair's room", async () => {
    const { call, calls } = testGateway();
    await call("POST", "/api/v1/direct/2/messages", token, message);
    expect(calls[0]).toEqual({ method: "send", args: [ann, "direct:1:2", message] });
  });
});

describe("room names", () => {
  it.each([
    ["caf%C3%A9", "café"],
    ["cafe%CC%81", "café"],
    ["a%25b", "a%b"],
    ["direct:1:2", "direct:1:2"],
    ["a%20b%3F%23", "a b?#"],
  ])("[API7] %s in a path is the room %s", async (encoded, room) => {
    const { call, calls } = testGateway();
    expect((await call("GET", `/api/v1/rooms/${encoded}`, token)).status).toBe(200);
    expect(calls[0]?.args[1]).toBe(room);
  });
  it.each(["0", "01", "a%2Fb", "direct:2:1", "%20a", "a%00b", "%ff", "%zz", "x".repeat(65)])(
    "[API7] %s in a path is 400",
    async (encoded) => {
      const { call, calls } = testGateway();
      expect((await call("GET", `/api/v1/rooms/${encoded}`, token)).status).toBe(400);
      expect(calls).toEqual([]);
    },
  );
});

it("[RM8] [API3] the role of a member may be missing, and is checked where there is a body", async () => {
  const { request, calls } = testGateway();
  const put = async (init: RequestInit<IncomingRequestCfProperties>, type?: string) => {
    const headers = { authorization: `Bearer ${token}`, ...(type === undefined ? {} : { "content-type": type }) };
    return (await request("/api/v1/rooms/lobby/members/2", { method: "PUT", headers, ...init })).status;
  };
  expect(await put({})).toBe(200);
  expect(await put({ body: '{"role":"moderator"}' }, "application/json")).toBe(200);
  expect(calls.map(({ args }) => args.slice(2))).toEqual([
    [2, undefined],
    [2, "moderator"],
  ]);
  expect(await put({ body: "" }, "application/json")).toBe(200);
  expect(await put({}, "application/x-www-form-urlencoded")).toBe(200);
  expect(calls.slice(2).map(({ args }) => args[3])).toEqual([undefined, undefined]);
  for (const body of ['{"role":"owner"}', '{"role":7}', "[]", "null", "{"]) {
    expect([body, await put({ body }, "application/json")]).toEqual([body, 400]);
  }
  expect(await put({ body: '{"role":"moderator"}' }, "text/plain")).toBe(415);
  expect(await put({ body: new Blob(['{"role":"moderator"}']) })).toBe(415);
  expect(calls).toHaveLength(4);
});

it("[ED9] the emoji in a path is one visible character, decoded and kept as it is", async () => {
  const { call, calls } = testGateway();
  const put = async (emoji: string) =>
    (await call("PUT", `/api/v1/rooms/lobby/messages/1/reactions/${emoji}`, token)).status;
  for (const emoji of ["👩‍👩‍👧‍👦", "?", "#", "/", "%"])
    expect([emoji, await put(encodeURIComponent(emoji))]).toEqual([emoji, 200]);
  expect(calls.map(({ args }) => (args[2] as { emoji: string }).emoji)).toEqual(["👩‍👩‍👧‍👦", "?", "#", "/", "%"]);
  for (const emoji of ["ok", "%20", "%00", "%E2%80%8D", "%F0%9F"])
    expect([emoji, await put(emoji)]).toEqual([emoji, 400]);
});
