import { expect, it } from "vitest";
import { CountingPool, credentials, freshName, identityOf, OPERATOR, testAuth, unwrap } from "./test-auth.ts";

async function signedInTwice() {
  const auth = testAuth({ HASHER: new CountingPool() });
  const mine = credentials(freshName());
  const one = unwrap(await auth.register(mine));
  const two = unwrap(await auth.login({ ...mine, label: "phone" }));
  return { auth, mine, one, two, first: identityOf(one.token), second: identityOf(two.token) };
}

it("[SE1] session ids are 128 random bits and sessions end after SESSION_DAYS", async () => {
  const { one, two } = await signedInTwice();
  for (const { session } of [one, two]) {
    expect(session.id).toMatch(/^[0-9a-f]{32}$/);
    expect(session.expiresAtMs - session.createdAtMs).toBe(30 * 86_400_000);
  }
});

it("[SE3] a user sees the own sessions with their labels", async () => {
  const { auth, first, one, two } = await signedInTwice();
  const labels = unwrap(await auth.sessions(first)).map(({ id, label }) => [id, label]);
  expect(new Map(labels.map(([id = "", label]) => [id, label]))).toEqual(
    new Map([
      [one.session.id, "test"],
      [two.session.id, "phone"],
    ]),
  );
});

it("[SE4] logout ends the current session only; the token is dead when the answer is there", async () => {
  const { auth, first, second } = await signedInTwice();
  expect(await auth.endSession(first, "current")).toEqual({ ok: true, value: { sessions: 1, closed: 0, pending: 0 } });
  expect(await auth.checkAuth(first)).toMatchObject({ failure: "session" });
  expect(await auth.endSession(first, "current")).toMatchObject({ failure: "session" });
  expect(await auth.checkAuth(second)).toMatchObject({ ok: true });
});

it("[SE4] another session ends by its id; nobody ends a stranger's", async () => {
  const { auth, first, second, two } = await signedInTwice();
  const stranger = identityOf(unwrap(await auth.register(credentials(freshName()))).token);
  expect(await auth.endSession(stranger, two.session.id)).toMatchObject({ failure: "notFound" });
  expect(await auth.checkAuth(second)).toMatchObject({ ok: true });
  expect(await auth.endSession(first, two.session.id)).toMatchObject({ ok: true });
  expect(await auth.checkAuth(second)).toMatchObject({ failure: "session" });
});

it("[SE4] signing out everywhere ends every session", async () => {
  const { auth, first, second } = await signedInTwice();
  expect(await auth.endSessions(first)).toMatchObject({ value: { sessions: 2, pending: 0 } });
  for (const dead of [first, second]) expect(await auth.checkAuth(dead)).toMatchObject({ failure: "session" });
});

it("[RV5] a password change ends every session, begins one, and only the new password signs in", async () => {
  const { auth, mine, first, second } = await signedInTwice();
  const changed = unwrap(await auth.changePassword(first, mine.password, { ...mine, password: "new horse" }));
  expect(changed).toMatchObject({ sessions: 2, closed: 0, pending: 0 });
  for (const dead of [first, second]) expect(await auth.checkAuth(dead)).toMatchObject({ failure: "session" });
  expect(await auth.checkAuth(identityOf(changed.token))).toMatchObject({ ok: true });
  expect(await auth.login(mine)).toMatchObject({ failure: "credentials" });
  expect(await auth.login({ ...mine, password: "new horse" })).toMatchObject({ ok: true });
});

it("[AT5] a wrong current password changes nothing and counts as an attempt", async () => {
  const { auth, mine, first } = await signedInTwice();
  for (let i = 0; i < 10; i++) {
    expect(await auth.changePassword(first, `guess-${i}`, mine)).toMatchObject({ failure: "credentials" });
  }
  expect(await auth.changePassword(first, mine.password, mine)).toMatchObject({ failure: "rateLimited" });
  expect(await auth.checkAuth(first)).toMatchObject({ ok: true });
});

it("[RV5] a password that breaks the bounds is refused before anything ends", async () => {
  const { auth, mine, first } = await signedInTwice();
  for (const password of ["", "x".repeat(129), "\udc00"]) {
    expect(await auth.changePassword(first, mine.password, { ...mine, password })).toMatchObject({
      failure: "badRequest",
    });
  }
  expect(await auth.checkAuth(first)).toMatchObject({ ok: true });
});

it("[SE7] an operator's token has no sessions, not even with the ids of a live one", async () => {
  const { auth, first } = await signedInTwice();
  const disguised = { ...first, kind: "operator" } as const;
  const refused = { ok: false, failure: "session" };
  expect(await auth.checkAuth(OPERATOR)).toMatchObject(refused);
  expect(await auth.checkAuth(disguised)).toMatchObject(refused);
  expect(await auth.sessions(OPERATOR)).toMatchObject(refused);
  expect(await auth.endSession(OPERATOR, "current")).toMatchObject(refused);
  expect(await auth.endSessions(OPERATOR)).toMatchObject(refused);
  expect(await auth.changePassword(OPERATOR, "x", credentials(freshName()))).toMatchObject(refused);
});

it("[SE2] a token of a user who never registered is refused", async () => {
  const auth = testAuth();
  const nobody = { ...OPERATOR, userId: 999_999_999, kind: "user" } as const;
  expect(await auth.checkAuth(nobody)).toMatchObject({ failure: "session" });
});
