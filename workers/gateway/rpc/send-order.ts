import { limits } from "../../../contracts/limits.ts";

const TURN_MS = 2;

// Subscribes of this isolate that do not stand yet, by session and room.
const underWay = new Map<string, number>();

/** Notes that a session subscribes to a room, until the answer is called; calling it again changes nothing. [RP15] */
export function noteSubscribe(sessionId: string, room: string): () => void {
  const key = toKey(sessionId, room);
  underWay.set(key, (underWay.get(key) ?? 0) + 1);
  let over = false;
  return () => {
    if (over) return;
    over = true;
    const others = (underWay.get(key) ?? 1) - 1;
    if (others === 0) underWay.delete(key);
    else underWay.set(key, others);
  };
}

/**
 * Lets the session's own Subscribes to the room stand first: a caller that sends right behind its Subscribe, without
 * waiting for the headers, finds the message on the stream. It looks again by a timer of its own, because one request of
 * a worker must not wake another. [RP15]
 */
export async function afterSubscribes(sessionId: string, room: string): Promise<void> {
  const key = toKey(sessionId, room);
  for (let waitedMs = 0; underWay.has(key) && waitedMs < limits.RPC_SUBSCRIBE_WAIT_MS_MAX; waitedMs += TURN_MS) {
    await scheduler.wait(TURN_MS);
  }
}

function toKey(sessionId: string, room: string): string {
  return `${sessionId} ${room}`;
}
