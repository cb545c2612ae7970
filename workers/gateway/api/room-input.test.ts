import { describe, expect, it } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { ann, tokenOf } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";

const token = tokenOf(ann);
const ROOM = "/api/v1/rooms/lobby";

describe("a room's profile", () => {
  it.each([
    { title: "x".repeat(limits.ROOM_TITLE_CHARS_MAX + 1) },
    { title: "\ud800" },
    { title: "two\nlines" },
    { title: "nul\u0000" },
    { title: "turned \u202e around" },
    { title: 5 },
    { topic: "x".repeat(limits.ROOM_TOPIC_CHARS_MAX + 1) },
    { topic: "bell\u0007" },
    { visibility: "secret" },
    { archived: "yes" },
    { whoMayPost: "owner" },
    { whoMayInvite: "everybody" },
    { slowModeSeconds: -1 },
    { slowModeSeconds: limits.SLOW_MODE_SECONDS_MAX + 1 },
    { slowModeSeconds: 1.5 },
    { newcomersSeeHistory: null },
    { retention: { maxAgeSeconds: limits.RETENTION_SECONDS_MIN - 1, maxMessages: null } },
    { retention: { maxAgeSeconds: 60 } },
    { retention: { maxAgeSeconds: null, maxMessages: 0 } },
    { retention: { maxAgeSeconds: null, maxMessages: null, more: 1 } },
    { owner: 2 },
    { epoch: "e" },
  ])("[RO2] [API3] %j is refused with where it is wrong, on creation and on a change", async (fields) => {
    for (const [method, path, body] of [
      ["PATCH", ROOM, fields],
      ["POST", "/api/v1/rooms", { name: "lobby", ...fields }],
    ] as const) {
      const { call, calls } = testGateway();
      const response = await call(method, path, token, body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        failure: "badRequest",
        errors: expect.arrayContaining([expect.objectContaining({ in: "body" })]),
      });
      expect(calls).toEqual([]);
    }
  });

  it("[RO2] title and topic arrive trimmed, joiners and lines of a topic kept", async () => {
    const { call, calls } = testGateway();
    const body = { title: "  👩‍👩‍👧 Tea  ", topic: " one\r\ntwo\n", slowModeSeconds: 0 };
    expect((await call("PATCH", ROOM, token, body)).status).toBe(200);
    expect(calls).toEqual([
      { method: "configure", args: [ann, "lobby", { title: "👩‍👩‍👧 Tea", topic: "one\ntwo", slowModeSeconds: 0 }] },
    ]);
  });

  it("[RO1] what a room begins with reaches the service by the members' ids, and nothing that was not said", async () => {
    const { call, calls } = testGateway();
    await call("POST", "/api/v1/rooms", token, { name: "lobby", title: "Tea", members: [2, 3] });
    await call("POST", "/api/v1/rooms", token, { name: "lobby" });
    expect(calls.map(({ args }) => args)).toEqual([
      [ann, "lobby", "unlisted", { title: "Tea", memberIds: [2, 3] }],
      [ann, "lobby", "unlisted", {}],
    ]);
  });
});

describe("ways into a room", () => {
  it("[RO8] an invitation lives a week unless it says otherwise, and null is for ever", async () => {
    const { call, calls } = testGateway();
    const before = Date.now();
    expect((await call("POST", `${ROOM}/invitations`, token)).status).toBe(201);
    await call("POST", `${ROOM}/invitations`, token, { expiresInSeconds: null, uses: 3 });
    const [first, second] = calls.map(({ args }) => args[2] as { expiresAtMs: number | null; uses: number | null });
    expect(first?.uses).toBeNull();
    expect(first?.expiresAtMs).toBeGreaterThanOrEqual(before + limits.INVITATION_SECONDS_DEFAULT * 1_000);
    expect(second).toEqual({ expiresAtMs: null, uses: 3 });
  });

  it.each([
    { uses: 0 },
    { uses: limits.INVITATION_USES_MAX + 1 },
    { expiresInSeconds: 0 },
    { expiresInSeconds: limits.INVITATION_SECONDS_MAX + 1 },
    { expiresAt: "tomorrow" },
  ])("[RO8] %j are no terms of an invitation", async (terms) => {
    const { call, calls } = testGateway();
    expect((await call("POST", `${ROOM}/invitations`, token, terms)).status).toBe(400);
    expect(calls).toEqual([]);
  });

  it("[RO8] the times of an invitation are dates, and its token is in the answer that makes it alone", async () => {
    const { call } = testGateway();
    const made = await (await call("POST", `${ROOM}/invitations`, token)).json();
    const [listed] = (
      await (await call("GET", `${ROOM}/invitations`, token)).json<{ invitations: readonly object[] }>()
    ).invitations;
    expect(listed).toEqual({
      id: "i1",
      createdBy: { id: 1, name: "ann" },
      createdAt: "1970-01-01T00:00:00.000Z",
      expiresAt: null,
      usesLeft: null,
    });
    expect(made).toEqual({ ...listed, token: "t" });
  });

  it("[RO6] joining takes a token or none, and no other field", async () => {
    const { call, calls } = testGateway();
    await call("POST", `${ROOM}/join`, token);
    await call("POST", `${ROOM}/join`, token, { invitation: "abc" });
    expect(calls.map(({ args }) => args[2])).toEqual([null, "abc"]);
    for (const body of [{ invitation: 5 }, { invitation: "x".repeat(65) }, { role: "owner" }]) {
      expect((await call("POST", `${ROOM}/join`, token, body)).status).toBe(400);
    }
  });

  it("[RO6] leaving is removing oneself, whatever a body says", async () => {
    const { call, calls } = testGateway();
    expect((await call("POST", `${ROOM}/leave`, token, { userId: 2 })).status).toBe(204);
    expect(calls).toEqual([{ method: "removeMember", args: [ann, "lobby", ann.userId] }]);
  });

  it("[RO10] a group wants a title and between one user and GROUP_MEMBERS_MAX", async () => {
    const { call, calls } = testGateway();
    const many = Array.from({ length: limits.GROUP_MEMBERS_MAX + 1 }, (_, i) => i + 1);
    for (const body of [{ title: "x", userIds: [] }, { title: "x", userIds: many }, { userIds: [2] }, { title: "x" }]) {
      expect((await call("POST", "/api/v1/groups", token, body)).status).toBe(400);
    }
    expect(calls).toEqual([]);
  });

  it("[RO11] a room that is not there cannot be deleted", async () => {
    const { call } = testGateway({ delete: () => ({ ok: true, value: false }) });
    expect((await call("DELETE", ROOM, token)).status).toBe(404);
  });
});

it("[RO12] a search takes a text, a room's name as cursor and a limit", async () => {
  const { call, calls } = testGateway();
  expect((await call("GET", "/api/v1/rooms", token)).status).toBe(200);
  expect((await call("GET", "/api/v1/rooms?text=%20Tea%20&after=room%201&limit=7", token)).status).toBe(200);
  expect(calls.map(({ args }) => args[1])).toEqual([
    { text: "", after: "", limit: limits.PAGE_DEFAULT },
    { text: "Tea", after: "room 1", limit: 7 },
  ]);
  for (const query of ["limit=0", "limit=201", `text=${"x".repeat(101)}`, "text=%00", "text=a%0Ab", "after=a%2Fb"]) {
    expect((await call("GET", `/api/v1/rooms?${query}`, token)).status).toBe(400);
  }
});
