import { call, Refused, session } from "./api.js";
import { showRoom } from "./room-view.js";

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const form = (/** @type {string} */ id) => /** @type {HTMLFormElement} */ (element(id));
const SESSION_CLOSE = 4501;

/** @type {ReturnType<typeof showRoom> | null} */
let room = null;

function show(/** @type {"sign-in" | "join" | "room"} */ name) {
  for (const id of ["sign-in", "join", "room"]) element(id).hidden = id !== name;
  const user = session.read()?.user;
  element("account").hidden = user === undefined;
  element("me").textContent = user?.name ?? "";
  element(name).querySelector("input, textarea")?.focus();
}

function notify(/** @type {string} */ message) {
  element("notice").textContent = message;
  element("notice").hidden = message === "";
}

/** Runs what a button does: clears the notice, and shows the refusal if there is one. */
async function run(/** @type {() => Promise<void>} */ action) {
  notify("");
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.failure === "session") signedOut();
    notify(error.failure === "session" ? "Your session has ended: sign in again." : error.message);
  }
}

function signedOut() {
  room?.leave();
  room = null;
  session.forget();
  show("sign-in");
}

function enter(/** @type {string} */ name) {
  const signedIn = session.read();
  if (signedIn === null) return signedOut();
  room?.leave();
  room = showRoom(name, signedIn, ended, notify);
  element("create").hidden = true;
  history.replaceState(null, "", `#${encodeURIComponent(name)}`);
  show("room");
}

function ended(/** @type {number} */ code, /** @type {string} */ reason) {
  room = null;
  if (code === SESSION_CLOSE) signedOut();
  else show("join");
  notify(
    code === SESSION_CLOSE ? "Your session has ended: sign in again." : reason || "The room closed this connection.",
  );
}

form("sign-in-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const data = new FormData(form("sign-in-form"));
  const isNew = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value === "up";
  const credentials = { name: data.get("name"), password: data.get("password") };
  run(async () => {
    session.keep(await call("POST", isNew ? "/accounts" : "/sessions", credentials));
    form("sign-in-form").reset();
    show("join");
  });
});

function roomInput() {
  return String(new FormData(form("join-form")).get("room"));
}

form("join-form").addEventListener("submit", (event) => {
  event.preventDefault();
  run(async () => {
    element("create").hidden = true;
    try {
      enter((await call("GET", `/rooms/${encodeURIComponent(roomInput())}`)).room);
    } catch (error) {
      // A socket that is refused says nothing to a page, so the room is looked at first.
      element("create").hidden = !(error instanceof Refused && error.failure === "notFound");
      throw error;
    }
  });
});

element("create").addEventListener("click", () =>
  run(async () => enter((await call("POST", "/rooms", { name: roomInput(), visibility: "listed" })).room)),
);

element("leave").addEventListener("click", () => {
  room?.leave();
  room = null;
  notify("");
  show("join");
});

element("sign-out").addEventListener("click", () =>
  run(async () => {
    await call("DELETE", "/sessions/current");
    signedOut();
  }),
);

const compose = form("compose");
compose.addEventListener("submit", (event) => {
  event.preventDefault();
  const body = String(new FormData(compose).get("body"));
  if (body.trim() === "" || room === null) return;
  room.send(body);
  compose.reset();
});
compose.addEventListener("keydown", (event) => {
  // Enter that ends an input method's composition is not the end of the message.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  compose.requestSubmit();
});

if (location.hash.length > 1) {
  const input = /** @type {HTMLInputElement} */ (form("join-form").elements.namedItem("room"));
  input.value = decodeURIComponent(location.hash.slice(1));
}
show(session.read() === null ? "sign-in" : "join");
