import { limits } from "../../../contracts/limits.ts";
import { parseMessage } from "../../../contracts/message-body.ts";
import { fail, ok, type Reply } from "../../../contracts/reply.ts";
import type { GatewayContext } from "../context.ts";
import { unwrap } from "../refused.ts";
import { parseFields, readText } from "../request-body.ts";
import { parsePassword } from "../sign-in.ts";

/** A body of gochat's dialect. Each field is still what a stranger says it is. */
export type Fields = Readonly<Record<string, unknown>>;

// gochat takes any password that is not empty.
const PASSWORD_CHARS_MIN = 1;

/** Reads a request's body, whatever its content type: gochat's clients do not always send one. [GC4] */
export async function readFields(c: GatewayContext): Promise<Fields> {
  return unwrap(parseFields(unwrap(await readText(c.req.raw, limits.REQUEST_BYTES_MAX))));
}

/** Reads userName and passWord. The rules for names are the accounts' own. */
export function parseAccount({ userName, passWord }: Fields): Reply<{ userName: string; password: string }> {
  if (typeof userName !== "string" || userName === "") return fail("badRequest", "userName is a string, not empty");
  if (typeof passWord !== "string" || passWord === "") return fail("badRequest", "passWord is a string, not empty");
  const password = parsePassword(passWord, PASSWORD_CHARS_MIN);
  return password.ok ? ok({ userName, password: password.value }) : password;
}

/** Reads authToken. A missing one is the session failure, as every other that does not speak for anybody. [GC5] */
export function parseAuthToken({ authToken }: Fields): Reply<string> {
  return typeof authToken === "string" ? ok(authToken) : fail("session");
}

/** Reads roomId, an integer above 0. */
export function parseRoomId({ roomId }: Fields): Reply<number> {
  return isId(roomId) ? ok(roomId) : fail("badRequest", "roomId is an integer above 0");
}

/** Reads toUserId: a string of digits, or a number as gochat's own load script sends it. [GC6] */
export function parseToUserId({ toUserId }: Fields): Reply<number> {
  const id = typeof toUserId === "string" && /^\d{1,16}$/.test(toUserId) ? Number(toUserId) : toUserId;
  return isId(id) ? ok(id) : fail("badRequest", "toUserId is a user id: digits, above 0");
}

/** Reads msg. */
export function parseMsg({ msg }: Fields): Reply<string> {
  return typeof msg === "string" ? parseMessage(msg) : fail("badRequest", "msg is a string, not empty");
}

function isId(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
