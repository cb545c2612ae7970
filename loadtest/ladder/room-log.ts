import { Watcher } from "../checker/watcher.ts";
import type { Account } from "../model/ladder-users.ts";
import { SETTLE_MS, type Watched } from "../model/observation.ts";
import { takeStamps } from "../model/stamp.ts";
import { CannotRunError } from "../run/failures.ts";

const PAGE = 200;
/** An edge with thousands of logins before this one takes a while. */
const ANSWER_MS_MAX = 120_000;

/** A credential of this user. Throws a CannotRunError that says what to do when there is no such user or no edge. */
export async function logInAs(url: string, { username, password }: Account): Promise<string> {
  const answer = await post(url, "auth.LoginService/Login", { username, password });
  if (answer === null)
    throw new CannotRunError(`nothing answers at ${url}: is the edge running, and is the URL right?`);
  const { credential } = answer as { readonly credential?: string };
  if (credential !== undefined) return credential;
  throw new CannotRunError(
    `${username} cannot log in at ${url} (${JSON.stringify(answer)}): create the tester's users there with ` +
      "`npm run admin -- create-users --tester --url URL`, and raise ATTEMPTS_PER_ADDRESS above the logins of a minute",
  );
}

/** Deletes the room that an earlier rung left, so that all rungs begin alike: with nobody in it and an empty log. */
export async function clearRoom(url: string, owner: Account, room: string): Promise<void> {
  const credential = await logInAs(url, owner);
  await post(url, "gateway.GatewayService/DeleteRoom", { auth: { credential }, room_name: room });
}

/** What the log of a room holds of a run, as a subscriber who came first and left last would have seen it. */
export async function readRoomLog(
  url: string,
  reader: Account,
  room: string,
  run: string,
): Promise<readonly Watched[]> {
  const credential = await logInAs(url, reader);
  const channels = [room];
  const watcher = new Watcher({ run, subscriber: "the log", channels, fromMs: 0, isSteady: () => false });
  for (let after: number | null = 0; after !== null; ) {
    const page = await readPage(`${url}/api/v1/rooms/${encodeURIComponent(room)}/messages`, credential, after);
    watcher.seeAll(takeStamps(page.text, run), Date.now());
    after = page.next;
  }
  return watcher.report(1, 1, Date.now() + SETTLE_MS);
}

async function readPage(messages: string, credential: string, after: number) {
  const headers = { authorization: `Bearer ${credential}` };
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  const response = await fetch(`${messages}?after=${after}&limit=${PAGE}`, { headers, signal });
  const text = await response.text();
  if (!response.ok) throw new CannotRunError(`the room's log cannot be read: ${response.status} ${text.slice(0, 200)}`);
  const { events, more } = JSON.parse(text) as { events: readonly { readonly seq: number }[]; more: boolean };
  return { text, next: more ? (events.at(-1)?.seq ?? null) : null };
}

/** A unary Connect call. Null when nothing answers in time. */
async function post(url: string, method: string, request: object): Promise<object | null> {
  try {
    const headers = { "content-type": "application/json" };
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const response = await fetch(`${url}/${method}`, {
      method: "POST",
      headers,
      body: JSON.stringify(request),
      signal,
    });
    return (await response.json()) as object;
  } catch {
    return null;
  }
}
