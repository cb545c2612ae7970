import type { Hono } from "hono";
import type { Identity } from "../../../contracts/identity.ts";
import { ask } from "../ask.ts";
import type { AppEnv, GatewayContext } from "../context.ts";
import { unwrap } from "../refused.ts";
import { identify } from "../sign-in.ts";
import { type Fields, parseAuthToken, parseMsg, parseRoomId, parseToUserId, readFields } from "./bodies.ts";
import { toEnvelope } from "./envelope.ts";

/** gochat's messages and its two questions about a room. The sender is the token's user, whatever the body says. */
export function addPushRoutes(app: Hono<AppEnv>): void {
  app.post("/push/push", async (c) => {
    const { identity, fields } = await readSigned(c);
    const toUserId = unwrap(parseToUserId(fields));
    const [roomId, body] = [unwrap(parseRoomId(fields)), unwrap(parseMsg(fields))];
    await ask(c, ({ chat }) => chat.push(identity, toUserId, roomId, { body }));
    return toEnvelope(c, "ok", null);
  });
  app.post("/push/pushRoom", async (c) => {
    const { identity, fields } = await readSigned(c);
    const [roomId, body] = [unwrap(parseRoomId(fields)), unwrap(parseMsg(fields))];
    await ask(c, ({ chat }) => chat.send(identity, String(roomId), { body }));
    return toEnvelope(c, "ok", "");
  });
  app.post("/push/count", async (c) => {
    const { identity, fields } = await readSigned(c);
    const roomId = unwrap(parseRoomId(fields));
    return toEnvelope(c, "ok", await ask(c, ({ chat }) => chat.count(identity, roomId)));
  });
  app.post("/push/getRoomInfo", async (c) => {
    const { identity, fields } = await readSigned(c);
    const roomId = unwrap(parseRoomId(fields));
    return toEnvelope(c, "ok", await ask(c, ({ chat }) => chat.roomInfo(identity, roomId)));
  });
}

// The token is looked at before the other fields, as gochat does.
async function readSigned(c: GatewayContext): Promise<{ identity: Identity; fields: Fields }> {
  const fields = await readFields(c);
  return { identity: identify(c, unwrap(parseAuthToken(fields))), fields };
}
