import { describe, expect, it } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { ann, operator, tokenOf } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";

const token = tokenOf(ann);
const ROOM = "/api/v1/rooms/lobby";

describe("reasons", () => {
  const longest = "😀".repeat(limits.REASON_CHARS_MAX);
  const withReason = [
    ["PUT", `${ROOM}/mutes/2`, { seconds: 1 }],
    ["PUT", `${ROOM}/bans/2`, {}],
    ["POST", `${ROOM}/kicks/2`, {}],
    ["DELETE", `${ROOM}/users/2/messages`, {}],
    ["POST", `${ROOM}/messages/1/reports`, {}],
  ] as const;

  it.each(withReason)(
    "[MO7] [MO15] %s %s: well-formed and not too long, and it arrives unchanged",
    async (method, path, body) => {
      const { call, calls } = testGateway();
      for (const reason of [`${longest}x`, "\ud800", 7, null]) {
        const response = await call(method, path, token, { ...body, reason });
        expect([reason, response.status]).toEqual([reason, 400]);
        expect(await response.json()).toMatchObject({ errors: [{ in: "body", path: "/reason" }] });
      }
      expect(calls).toEqual([]);
      expect((await call(method, path, token, { ...body, reason: longest })).ok).toBe(true);
      expect(JSON.stringify(calls[0]?.args)).toContain(longest);
    },
  );

  it.each(withReason)("[API3] %s %s refuses what it does not know", async (method, path, body) => {
    const { call, calls } = testGateway();
    expect((await call(method, path, token, { ...body, reason: "rude", until: 7 })).status).toBe(400);
    expect(calls).toEqual([]);
  });

  it("[MO15] a report without a reason is refused, an act is not", async () => {
    const { call, calls } = testGateway();
    for (const body of [{}, { reason: "" }]) {
      expect((await call("POST", `${ROOM}/messages/1/reports`, token, body)).status).toBe(400);
    }
    expect(calls).toEqual([]);
    expect((await call("PUT", `${ROOM}/bans/2`, token)).status).toBe(200);
    expect(calls).toEqual([{ method: "moderate", args: [ann, "lobby", { type: "ban", userId: 2 }] }]);
  });
});

describe("acts", () => {
  it.each([
    ["DELETE", "/mutes/2", { type: "unmute", userId: 2 }],
    ["PUT", "/bans/2", { type: "ban", userId: 2 }],
    ["DELETE", "/bans/2", { type: "unban", userId: 2 }],
    ["POST", "/kicks/2", { type: "kick", userId: 2 }],
    ["DELETE", "/users/2/messages", { type: "purge", userId: 2 }],
  ])("[MO1] %s %s asks the room for that act", async (method, path, act) => {
    const { call, calls } = testGateway();
    expect((await call(method, ROOM + path, token)).ok).toBe(true);
    expect(calls).toEqual([{ method: "moderate", args: [ann, "lobby", act] }]);
  });

  it("[MO4] a mute lasts a whole number of seconds, 1 to the limit, from now on", async () => {
    const { call, calls } = testGateway();
    for (const seconds of [0, -1, 1.5, limits.MUTE_SECONDS_MAX + 1, "60", undefined]) {
      expect((await call("PUT", `${ROOM}/mutes/2`, token, { seconds })).status).toBe(400);
    }
    expect(calls).toEqual([]);
    const before = Date.now();
    expect((await call("PUT", `${ROOM}/mutes/2`, token, { seconds: 60, reason: "loud" })).status).toBe(204);
    const [, , act] = calls[0]?.args ?? [];
    expect(act).toMatchObject({ type: "mute", userId: 2, reason: "loud", untilMs: expect.any(Number) });
    const { untilMs } = act as { untilMs: number };
    expect([untilMs >= before + 60_000, untilMs <= Date.now() + 60_000]).toEqual([true, true]);
  });

  it.each(["0", "-1", "1.5", "x", "9007199254740992"])("[MO3] %s is no user", async (id) => {
    const { call, calls } = testGateway();
    for (const path of [`${ROOM}/bans/${id}`, `${ROOM}/mutes/${id}`, `/api/v1/blocks/${id}`]) {
      expect((await call("DELETE", path, token)).status).toBe(400);
    }
    expect(calls).toEqual([]);
  });
});

describe("lists", () => {
  it("[MO7] the moderation log is read from its newest entry or before one", async () => {
    const { call, calls } = testGateway();
    await call("GET", `${ROOM}/moderation`, token);
    await call("GET", `${ROOM}/moderation?before=7&limit=3`, token);
    expect(calls.map(({ args }) => args.slice(1))).toEqual([
      ["lobby", Number.MAX_SAFE_INTEGER, limits.PAGE_DEFAULT],
      ["lobby", 7, 3],
    ]);
  });

  it("[MO16] [MO17] reports are read by state and after a cursor, of a room or of all", async () => {
    const { call, calls } = testGateway();
    await call("GET", `${ROOM}/reports`, token);
    await call("GET", "/api/v1/admin/reports?state=open&after=7&limit=3", tokenOf(operator));
    expect(calls.map(({ args }) => args.slice(1))).toEqual([
      ["lobby", { after: "", limit: limits.PAGE_DEFAULT }],
      [null, { after: "7", limit: 3, state: "open" }],
    ]);
    for (const query of ["state=new", "after=x", "after=-1", "limit=0", `limit=${limits.PAGE_MAX + 1}`]) {
      expect([query, (await call("GET", `${ROOM}/reports?${query}`, token)).status]).toEqual([query, 400]);
    }
    expect(calls).toHaveLength(2);
  });

  it("[MO17] a resolution says something, and the report's id is no longer than one can be", async () => {
    const { call, calls } = testGateway();
    const path = "/api/v1/admin/reports";
    for (const body of [{}, { resolution: "" }, { resolution: "x".repeat(501) }, { resolution: "x", state: "open" }]) {
      expect((await call("POST", `${path}/r1/resolution`, tokenOf(operator), body)).status).toBe(400);
    }
    const body = { resolution: "warned" };
    expect((await call("POST", `${path}/${"x".repeat(65)}/resolution`, tokenOf(operator), body)).status).toBe(400);
    expect(calls).toEqual([]);
    expect((await call("POST", `${path}/e-1-2/resolution`, tokenOf(operator), body)).status).toBe(200);
    expect(calls).toEqual([{ method: "resolveReport", args: [operator, "e-1-2", "warned"] }]);
  });
});
