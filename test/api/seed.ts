import { directRoom } from "../../contracts/names.ts";
import { call, register, roomPath, send, type User } from "../support/rest.ts";

const PEOPLE = ["Ada", "Bea", "Cyd", "Dot"];
/** Whom and what only those operations name that take something away for good. */
const DOOMED = ["Eve", "Fay", "Gus"];
/** The first accounts of a server have the first ids: schemathesis.toml names the people and the caller by them. */
const CALLER_ID = PEOPLE.length + 1;

const ROOMS = [
  // What examples in the document name is Ada's: the caller cannot take it away from the requests that follow.
  ["Ada", "lobby", "unlisted"],
  ["Ada", "Ada's", "private"],
  ["Ada", "foreign", "private"],
  ["Caller", "listed", "listed"],
  ["Caller", "unlisted", "unlisted"],
  ["Caller", "private", "private"],
  ...DOOMED.map((name) => ["Caller", `of ${name}`, "unlisted"] as const),
] as const;

/** Fills a new server with what schemathesis.toml names, and answers the user who asks. */
export async function seed(url: string): Promise<User> {
  const people = new Map<string, User>();
  for (const name of [...PEOPLE, "Caller", ...DOOMED]) people.set(name, await register(url, name));
  const [ada, bea, caller] = ["Ada", "Bea", "Caller"].map((name) => people.get(name));
  if (ada === undefined || bea === undefined || caller?.id !== CALLER_ID) throw new Error("ids do not begin at 1");

  const members = new Map([
    ["lobby", caller],
    ["Ada's", caller],
    ["private", bea],
  ]);
  for (const [owner, name, visibility] of ROOMS) {
    const token = owner === "Ada" ? ada.token : caller.token;
    // There from the start, so that the first message of every room has seq 1.
    const member = members.get(name);
    const body = { name, visibility, ...(member === undefined ? {} : { members: [member.id] }) };
    await call(url, "POST", "/api/v1/rooms", { token, body });
  }
  for (const room of ["lobby", "Ada's", "1"]) await talk(url, room, ada.token, caller.token);
  for (const room of ["listed", "unlisted", "private", "2"]) await talk(url, room, caller.token, caller.token);
  await talk(url, directRoom(ada.id, caller.id), ada.token, caller.token);
  return caller;
}

/** Six messages, the first of them of somebody else; one is edited, one deleted, one has a reaction, one is an answer. */
async function talk(url: string, room: string, first: string, token: string): Promise<void> {
  const messages = `${roomPath(room)}/messages`;
  await send(url, first, room, "message 1");
  for (let n = 2; n <= 5; n++) await send(url, token, room, `message ${n}`);
  await call(url, "POST", messages, { token, body: { body: "an answer", replyTo: 1 } });
  await call(url, "PUT", `${messages}/2`, { token, body: { body: "edited" } });
  await call(url, "DELETE", `${messages}/3`, { token });
  await call(url, "PUT", `${messages}/1/reactions/${encodeURIComponent("👍")}`, { token });
}
