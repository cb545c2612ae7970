import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Identity } from "../../contracts/identity.ts";
import type { Report } from "../../contracts/rooms.ts";
import { createChatroom } from "./chatroom.ts";

const OPERATOR: Identity = { userId: 0, sessionId: "0".repeat(32), expiresAtMs: 4_102_444_800_000, kind: "operator" };
const PAGE = { after: "", limit: 200 };

/** A user with an account and a live session. */
async function signIn(name: string): Promise<Identity> {
  const userId = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const [sessionId, expiresAtMs] = [crypto.randomUUID(), Date.now() + 3_600_000];
  const user = env.USER.getByName(String(userId));
  await user.create({ id: userId, name, password: { scheme: "argon2id", phc: "none" } });
  await user.openSession({ id: sessionId, createdAtMs: Date.now(), expiresAtMs, label: "" });
  return { userId, sessionId, expiresAtMs, kind: "user" };
}

async function file(): Promise<Report> {
  const [reporter, author] = [
    { id: 1, name: "Ann" },
    { id: 2, name: "Bob" },
  ];
  const id = crypto.randomUUID();
  const words = { body: "x", reason: "rude", state: "open", resolution: "" } as const;
  const report = { id, room: "77", seq: 1, at: 1, reporter, author, ...words };
  await env.REPORTS.getByName("reports").file(report);
  return report;
}

it("[MO17] administrators and the operator read the reports of all rooms and resolve them, nobody else", async () => {
  const chatroom = createChatroom(env);
  const report = await file();
  const [ann, admin, dead] = [await signIn("Ann"), await signIn("Admin"), await signIn("Dead")];
  await env.USER.getByName(String(admin.userId)).makeAdmin();
  await env.USER.getByName(String(dead.userId)).makeAdmin();
  await env.USER.getByName(String(dead.userId)).end(dead.sessionId, "all");
  const refused = [
    [ann, "forbidden"],
    [dead, "session"],
    [{ ...ann, userId: admin.userId }, "session"],
    [{ ...OPERATOR, kind: "user" as const }, "session"],
  ] as const;
  for (const [by, failure] of refused) {
    expect(await chatroom.reports(by, null, PAGE)).toMatchObject({ failure });
    expect(await chatroom.resolveReport(by, report.id, "mine")).toMatchObject({ failure });
  }
  for (const by of [admin, OPERATOR]) {
    expect(await chatroom.reports(by, null, PAGE)).toMatchObject({ ok: true });
    expect(await chatroom.resolveReport(by, report.id, "warned")).toMatchObject({
      ok: true,
      value: { ...report, state: "resolved", resolution: "warned" },
    });
  }
});

it("[MO17] [SV4] what does not answer is unavailable", async () => {
  const away = () => Promise.reject(new Error("away"));
  const chatroom = createChatroom({
    ...env,
    REPORTS: { getByName: () => ({ file: away, list: away, resolve: away, erase: away }) },
  });
  expect(await chatroom.reports(OPERATOR, null, PAGE)).toMatchObject({ failure: "unavailable" });
  expect(await chatroom.resolveReport(OPERATOR, "x", "y")).toMatchObject({ failure: "unavailable" });
});
