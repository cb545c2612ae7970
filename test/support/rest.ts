import type { EventPage, Person, RoomEvent } from "../../contracts/event.ts";
import type { Sent } from "../../contracts/services.ts";

export type User = Person & { readonly token: string; readonly password: string; readonly session: string };
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };
type Request = {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

let names = 0;

/** A name that nobody else in this run has. */
export function freshName(prefix = "u"): string {
  return `${prefix}-${process.pid}-${Date.now().toString(36)}-${++names}`;
}

/** One request of the native REST API; a body that is a string is sent as it is. */
export async function request(url: string, method: string, path: string, options: Request = {}): Promise<Answer> {
  const { token, body, headers = {} } = options;
  const answer = await fetch(url + path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  // Not of lines of JSON, which are no JSON themselves.
  const json = /^application\/(problem\+)?json/.test(answer.headers.get("content-type") ?? "");
  return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text };
}

/** The same, for what must succeed: gives the body, or throws with the answer. */
export async function call<T>(url: string, method: string, path: string, options: Request = {}): Promise<T> {
  const { status, body } = await request(url, method, path, options);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
  return body as T;
}

type SignedInBody = { readonly user: Person; readonly token: string; readonly session: { readonly id: string } };

/** A new account with a live session. */
export async function register(url: string, name: string = freshName()): Promise<User> {
  const password = "correct horse";
  const body = await call<SignedInBody>(url, "POST", "/api/v1/accounts", { body: { name, password } });
  return { ...body.user, token: body.token, password, session: body.session.id };
}

/** Another session of a user. */
export async function login(url: string, user: User): Promise<User> {
  const { name, password } = user;
  const body = await call<SignedInBody>(url, "POST", "/api/v1/sessions", { body: { name, password } });
  return { ...user, token: body.token, session: body.session.id };
}

/** Sends a message over REST, with an Idempotency-Key when there is an id. */
export function send(url: string, token: string, room: string, body: string, id?: string): Promise<Sent> {
  const headers = id === undefined ? {} : { "idempotency-key": id };
  return call<Sent>(url, "POST", `${roomPath(room)}/messages`, { token, body: { body }, headers });
}

/** The whole log of a room from a seq on, page by page. */
export async function readLog(url: string, token: string, room: string, after = 0): Promise<readonly RoomEvent[]> {
  const events: RoomEvent[] = [];
  for (let from = after; ; ) {
    const page = await call<EventPage>(url, "GET", `${roomPath(room)}/messages?after=${from}&limit=200`, { token });
    events.push(...page.events);
    from = page.events.at(-1)?.seq ?? from;
    if (!page.more) return events;
  }
}

/** The path of a room. */
export function roomPath(room: string): string {
  return `/api/v1/rooms/${encodeURIComponent(room)}`;
}
