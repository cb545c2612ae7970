/** A refusal by the server: a problem (RFC 9457), or the network's silence. */
export class Refused extends Error {
  /**
   * @param {string} failure
   * @param {string} message
   */
  constructor(failure, message) {
    super(message);
    this.failure = failure;
  }
}

const KEY = "edgechat.session";

/** The session of this tab. It ends with the tab, so that a shared computer keeps nothing. */
export const session = {
  /** @returns {{ token: string, user: { id: number, name: string } } | null} */
  read() {
    const text = sessionStorage.getItem(KEY);
    return text === null ? null : JSON.parse(text);
  },
  /** @param {{ token: string, user: { id: number, name: string } }} signedIn */
  keep({ token, user }) {
    sessionStorage.setItem(KEY, JSON.stringify({ token, user }));
  },
  forget() {
    sessionStorage.removeItem(KEY);
  },
};

/**
 * Calls the native REST API and answers its JSON, or throws Refused.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
export async function call(method, path, body) {
  const headers = new Headers();
  const token = session.read()?.token;
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  if (body !== undefined) headers.set("content-type", "application/json");
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(`/api/v1${path}`, init).catch(() => {
    throw new Refused("unavailable", "The server does not answer.");
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.failure ?? "internal", answer.detail ?? `HTTP ${response.status}`);
  return answer;
}
