import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Session } from "../../contracts/services.ts";
import { FakePlaces } from "./fake-places.ts";
import { UserObject } from "./user-object.ts";

/** The account that tests give a user object. */
export const ANN = { id: 1, name: "Ann", password: { scheme: "argon2id", phc: "$argon2id$old" } } as const;
export const NEW_PASSWORD = { scheme: "argon2id", phc: "$argon2id$new" } as const;

const HOUR_MS = 3_600_000;
let opened = 0;

/** A user object that nobody used before. */
export function freshUser() {
  return env.USER.getByName(`user-${crypto.randomUUID()}`);
}

/** A session that begins after every session made before it. */
export function newSession(expiresInMs = HOUR_MS): Session {
  const createdAtMs = Date.now() + opened++;
  const id = crypto.randomUUID().replaceAll("-", "");
  return { id, createdAtMs, expiresAtMs: Date.now() + expiresInMs, label: "test" };
}

/** What a test has in its hands: the object itself on its own storage, among places that behave as asked. */
export type Scene = {
  readonly user: UserObject;
  readonly places: FakePlaces;
  readonly storage: DurableObjectStorage;
  /** A second life of the object on the same storage. */
  readonly rebuild: () => UserObject;
};

/** Runs a test inside a user object with an account whose places are fakes. */
export async function withUser(act: (scene: Scene) => Promise<void>): Promise<void> {
  await runInDurableObject(freshUser(), async (_, state) => {
    const places = new FakePlaces();
    const user = new UserObject(state, places);
    await user.create(ANN);
    await act({ user, places, storage: state.storage, rebuild: () => new UserObject(state, places) });
  });
}

/** Opens sessions that are attached to the same places. */
export async function openAt({ user }: Scene, count: number, ...rooms: readonly string[]): Promise<readonly Session[]> {
  const sessions = Array.from({ length: count }, () => newSession());
  for (const session of sessions) {
    await user.openSession(session);
    for (const name of rooms) await user.attach(session.id, { kind: "room", name });
  }
  return sessions;
}

/** Lets every job and letter be due now. */
export function makeDue(storage: DurableObjectStorage): void {
  storage.sql.exec("UPDATE job SET due_at = 0");
  storage.sql.exec("UPDATE outbox SET due_at = 0");
}
