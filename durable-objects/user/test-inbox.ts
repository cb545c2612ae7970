import { encodeIdentity, IDENTITY_HEADER, type Identity } from "../../contracts/identity.ts";
import type { InboxFrame } from "../../contracts/native.ts";
import type { UserStub } from "../../contracts/objects.ts";
import type { Glance } from "../../contracts/rooms.ts";
import type { Session } from "../../contracts/services.ts";
import { FrameSocket } from "../lib/test-socket.ts";
import { ANN, newSession, type Scene, withUser } from "./test-user.ts";

/** How a room looks in which nothing happened. */
export function glanceOf(room: string, fields: Partial<Glance> = {}): Glance {
  return { room, kind: "named", title: "", head: 0, read: 0, unread: 0, mentions: 0, last: null, ...fields };
}

/** The identity that the gateway would read from a session's token. */
export function identityOf({ id, expiresAtMs }: Session, userId: number = ANN.id): Identity {
  return { userId, sessionId: id, expiresAtMs, kind: "user" };
}

/** Opens an inbox's socket as the gateway does. */
export async function openInbox(
  user: Pick<UserStub, "fetch">,
  identity: Identity,
  headers: Readonly<Record<string, string>> = {},
): Promise<FrameSocket<InboxFrame>> {
  const own = { Upgrade: "websocket", [IDENTITY_HEADER]: encodeIdentity(identity), ...headers };
  const response = await user.fetch(new Request("http://user/api/v1/inbox/socket", { headers: own }));
  if (response.webSocket === null) throw new Error(`no socket: ${response.status} ${await response.text()}`);
  return new FrameSocket<InboxFrame>(response.webSocket);
}

/** A user's object with an open inbox, as a test has it in its hands. */
export type Live = Scene & { readonly socket: FrameSocket<InboxFrame>; readonly sessionId: string };

/** An open inbox that has shown its rooms. */
export async function withOpen(rooms: readonly string[], act: (live: Live) => Promise<void>): Promise<void> {
  await withUser(async (scene) => {
    const session = newSession();
    await scene.user.openSession(session);
    for (const room of rooms) {
      scene.places.glances.set(room, glanceOf(room));
      await scene.user.roomNews(room, true, 1);
    }
    const socket = await openInbox(scene.user, identityOf(session));
    await socket.next("inbox");
    await act({ ...scene, socket, sessionId: session.id });
  });
}
