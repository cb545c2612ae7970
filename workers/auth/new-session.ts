import { Buffer } from "node:buffer";
import type { Person } from "../../contracts/event.ts";
import type { Session, SignedIn } from "../../contracts/services.ts";
import { encodeToken } from "../../contracts/token.ts";
import type { AuthContext } from "./auth-env.ts";

const LABEL_CHARS_MAX = 200;

/** A session that begins now, with an id that nobody can guess. [SE1] */
export function createSession({ sessionMs }: AuthContext, label: string): Session {
  const now = Date.now();
  const id = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("hex");
  return { id, createdAtMs: now, expiresAtMs: now + sessionMs, label: label.slice(0, LABEL_CHARS_MAX).toWellFormed() };
}

/** What the owner of a new session gets: the only time that its token is made. */
export function toSignedIn({ keys }: AuthContext, { id, name }: Person, session: Session): SignedIn {
  const identity = { userId: id, sessionId: session.id, expiresAtMs: session.expiresAtMs, kind: "user" } as const;
  return { user: { id, name }, token: encodeToken(identity, keys), session };
}
