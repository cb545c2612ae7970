import { RoomSocket } from "./room-socket.js";

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const log = element("log");
const pending = element("pending");
const scroll = element("scroll");
const older = element("older");
const time = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "short" });
const NEAR_PX = 80;

/**
 * Shows a room until the answer's leave() is called. Text from people is only ever set as text, never as HTML.
 * @param {string} room
 * @param {{ token: string, user: { id: number, name: string } }} session
 * @param {(code: number, reason: string) => void} ended
 * @param {(message: string) => void} notify
 */
export function showRoom(room, session, ended, notify) {
  clear();
  element("room-title").textContent = room;
  const socket = new RoomSocket(room, session.token, {
    state: (text) => setText("state", text),
    welcome: () => {},
    count: (count) => setText("here", count === 1 ? "1 here" : `${count} here`),
    cleared: clear,
    gap: () => log.append(gapItem()),
    events: (events) =>
      keepingBottom(() => {
        log.append(...events.filter(isMessage).map((event) => messageItem(event, session.user.id)));
        dropSettled(events.at(-1)?.seq ?? 0);
      }),
    older: (events, more) => prepend(events, more, session.user.id),
    settled: (id, seq) => settle(id, seq),
    refused: (id, message) => refuse(id, message, notify),
    ended,
  });
  older.onclick = () => socket.older();
  return {
    leave: () => socket.leave(),
    send: (/** @type {string} */ body) =>
      keepingBottom(() => pending.append(pendingItem(socket.send(body), body)), true),
  };
}

/** @param {import("./room-socket.js").RoomEvent} event */
function isMessage(event) {
  return event.kind === "message" && event.deleted !== true;
}

/**
 * @param {import("./room-socket.js").RoomEvent} event
 * @param {number} me
 */
function messageItem({ seq, from, at, body = "" }, me) {
  const item = document.createElement("li");
  item.dataset.seq = String(seq);
  item.classList.toggle("mine", from.id === me);
  const meta = document.createElement("div");
  meta.className = "meta";
  const name = document.createElement("strong");
  name.textContent = from.name;
  const when = document.createElement("time");
  when.dateTime = new Date(at).toISOString();
  when.textContent = time.format(at);
  meta.append(name, when);
  item.append(meta, bodyOf(body));
  return item;
}

function pendingItem(/** @type {string} */ id, /** @type {string} */ body) {
  const item = document.createElement("li");
  item.dataset.id = id;
  item.append(bodyOf(body));
  return item;
}

function bodyOf(/** @type {string} */ text) {
  const body = document.createElement("p");
  body.className = "body";
  body.dir = "auto";
  body.textContent = text;
  return body;
}

function gapItem() {
  const item = document.createElement("li");
  item.className = "gap";
  item.textContent = "Older messages are no longer kept.";
  return item;
}

/**
 * @param {import("./room-socket.js").RoomEvent[]} events
 * @param {boolean} more
 * @param {number} me
 */
function prepend(events, more, me) {
  const fromBottom = scroll.scrollHeight - scroll.scrollTop;
  log.prepend(...events.filter(isMessage).map((event) => messageItem(event, me)));
  scroll.scrollTop = scroll.scrollHeight - fromBottom;
  older.hidden = !more;
}

// The event may come before the acknowledgement or after it: the bubble goes when both are here.
function settle(/** @type {string} */ id, /** @type {number} */ seq) {
  const item = findPending(id);
  if (item !== undefined) item.dataset.seq = String(seq);
  dropSettled(Number(/** @type {HTMLElement | null} */ (log.lastElementChild)?.dataset.seq ?? 0));
}

function dropSettled(/** @type {number} */ upTo) {
  for (const item of pendingItems())
    if (item.dataset.seq !== undefined && Number(item.dataset.seq) <= upTo) item.remove();
}

/**
 * @param {string | undefined} id
 * @param {string} message
 * @param {(message: string) => void} notify
 */
function refuse(id, message, notify) {
  findPending(id)?.classList.add("failed");
  notify(message);
}

function findPending(/** @type {string | undefined} */ id) {
  return pendingItems().find((item) => item.dataset.id === id);
}

function pendingItems() {
  return /** @type {HTMLElement[]} */ ([...pending.children]);
}

function keepingBottom(/** @type {() => void} */ change, always = false) {
  const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_PX;
  change();
  if (near || always) scroll.scrollTop = scroll.scrollHeight;
}

function clear() {
  log.replaceChildren();
  older.hidden = true;
}

function setText(/** @type {string} */ id, /** @type {string} */ text) {
  element(id).textContent = text;
}
