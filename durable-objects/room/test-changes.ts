import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { RoomEvent } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import type { Change } from "../../contracts/services.ts";
import { freshNumber, roomOf, signIn, valueIn } from "../lib/test-people.ts";
import { EventLog } from "./event-log.ts";
import { People } from "./people.ts";

/** Takes the room out of memory. */
export const evict = (room: string) => evictDurableObject(env.ROOM.getByName(room));

/** The log from its first event on, as a reader gets it. */
export async function readLog(room: string, identity: Identity): Promise<readonly RoomEvent[]> {
  return valueIn(await roomOf(room).history(identity, { after: 0, limit: limits.PAGE_MAX })).events;
}

/** A room with one message of Ann's. */
export async function begin(body = "first") {
  const room = freshNumber();
  const [ann, bob] = [await signIn("Ann"), await signIn("Bob")];
  await roomOf(room).send(ann, { id: "m", body });
  const change = (by: Identity, change: Change) => roomOf(room).change(by, change);
  const edit = (body: string, id?: string) => change(ann, { type: "edit", seq: 1, body, ...(id ? { id } : {}) });
  const react = (by: Identity, emoji: string, on = true) => change(by, { type: "react", seq: 1, emoji, on });
  return { room, ann, bob, change, edit, react };
}

/** A log of its own on real storage. */
export async function withLog(act: (log: EventLog, storage: DurableObjectStorage) => void): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(freshNumber()), (_, { storage }) => {
    act(new EventLog(storage, new People(storage.sql), "e"), storage);
  });
}
