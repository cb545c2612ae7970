import { describe, expect, it } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { ok } from "../../../contracts/reply.ts";
import { ann, tokenOf } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";

const token = tokenOf(ann);
const room = "/api/v1/rooms/lobby";

describe("one message", () => {
  const from = { id: 1, name: "ann" };
  const event = { seq: 7, kind: "message", from, at: 5, messageNo: 1, deleted: true };
  const pageOf = (...events: readonly object[]) => ok({ epoch: "e", after: 6, events, more: false, head: 9, first: 1 });

  it("[TA3] is what the log has at its seq, a tombstone too", async () => {
    const { call, calls } = testGateway({ history: () => pageOf(event) });
    const response = await call("GET", `${room}/messages/7`, token);
    expect([response.status, await response.json()]).toEqual([200, event]);
    expect(calls).toEqual([{ method: "history", args: [ann, "lobby", { after: 6, limit: 1 }] }]);
  });

  it.each([
    ["nothing is there", pageOf()],
    ["the log begins later", pageOf({ ...event, seq: 8 })],
    ["an edit is there", pageOf({ ...event, kind: "edit" })],
  ])("[TA3] is 404 when %s", async (_, page) => {
    expect((await testGateway({ history: () => page }).call("GET", `${room}/messages/7`, token)).status).toBe(404);
  });
});

describe("threads", () => {
  it.each([
    ["", { seq: 7, after: 0, limit: limits.PAGE_DEFAULT }],
    ["?after=9&limit=200", { seq: 7, after: 9, limit: 200 }],
  ])("[TA2] %j asks for that page", async (query, wanted) => {
    const { call, calls } = testGateway();
    expect((await call("GET", `${room}/messages/7/thread${query}`, token)).status).toBe(200);
    expect(calls).toEqual([{ method: "thread", args: [ann, "lobby", wanted] }]);
  });
  it.each(["0/thread", "x/thread", "7/thread?limit=0", "7/thread?limit=201", "7/thread?after=-1"])(
    "[TA2] %s is 400",
    async (rest) => {
      const { call, calls } = testGateway();
      expect((await call("GET", `${room}/messages/${rest}`, token)).status).toBe(400);
      expect(calls).toEqual([]);
    },
  );
});

describe("pins", () => {
  it.each([
    ["PUT", true],
    ["DELETE", false],
  ])("[TA10] %s is a change with the client's id", async (method, on) => {
    const { request, calls } = testGateway();
    const headers = { authorization: `Bearer ${token}`, "idempotency-key": "k" };
    expect((await request(`${room}/pins/7`, { method, headers })).status).toBe(200);
    expect(calls).toEqual([{ method: "change", args: [ann, "lobby", { type: "pin", seq: 7, on, id: "k" }] }]);
  });
  it.each(["0", "x", "9007199254740992"])("[TA10] the pin %s is 400", async (seq) => {
    expect((await testGateway().call("PUT", `${room}/pins/${seq}`, token)).status).toBe(400);
  });
});

describe("marks", () => {
  it("[TA11] a read mark is a seq, and the answer is both marks", async () => {
    const { call, calls } = testGateway();
    const response = await call("PUT", `${room}/marks`, token, { read: 3 });
    expect([response.status, await response.json()]).toEqual([200, { id: 1, read: 1, delivered: 1 }]);
    expect(calls).toEqual([{ method: "read", args: [ann, "lobby", 3] }]);
  });
  it.each([
    {},
    { read: -1 },
    { read: 1.5 },
    { read: "1" },
    { read: 2 ** 53 },
    { read: 1, delivered: 1 },
    { read: null },
  ])("[TA11] %j is 400 and says where", async (body) => {
    const { call, calls } = testGateway();
    const response = await call("PUT", `${room}/marks`, token, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toHaveProperty("errors.0.in", "body");
    expect(calls).toEqual([]);
  });
  it("[TA12] a page begins behind an id", async () => {
    const { call, calls } = testGateway();
    await call("GET", `${room}/marks?after=5&limit=2`, token);
    expect(calls).toEqual([{ method: "marks", args: [ann, "lobby", 5, 2] }]);
  });
});
