/** What a broken class does when it is called. `garbage` answers with whatever stands behind it. */
export type Fault =
  | { readonly type: "down" }
  /** Does nothing and answers nothing while the fault lasts. */
  | { readonly type: "slow" }
  /** Does the work and keeps the answer while the fault lasts. */
  | { readonly type: "late" }
  | { readonly type: "garbage"; readonly value?: unknown };

/** The fault of a class from now on, null for none; "default" is the service itself. */
export type Order = { readonly target: string; readonly fault: Fault | null };
/** How often each method of the class was called since the order before. */
export type Asked = Readonly<Record<string, number>>;

/** The garbage whose page does not end while the fault lasts. */
export const ENDLESS = "endless";

// Not RPC: the platform calls these, or nothing can.
const HANDLERS = new Set(["constructor", "alarm", "webSocketMessage", "webSocketClose", "webSocketError"]);
const POLL_MS = 20;

const faults = new Map<string, Fault>();
const counts = new Map<string, Record<string, number>>();

/** Makes every class that a worker exports one that can be broken, and its service one that takes orders. */
export function makeBreakable(exported: Readonly<Record<string, unknown>>): void {
  for (const [target, value] of Object.entries(exported)) {
    if (typeof value === "function" && typeof value.prototype === "object") breakMethods(target, value.prototype);
    if (target === "default" && typeof value === "function") {
      Object.defineProperty(value.prototype, "order", { value: takeOrder });
    }
  }
}

function takeOrder({ target, fault }: Order): Asked {
  if (fault === null) faults.delete(target);
  else faults.set(target, fault);
  const asked = counts.get(target) ?? {};
  counts.delete(target);
  return asked;
}

function breakMethods(target: string, prototype: object): void {
  for (const name of Object.getOwnPropertyNames(prototype).filter((name) => !HANDLERS.has(name))) {
    const real: unknown = Reflect.get(prototype, name);
    if (typeof real !== "function") continue;
    Object.defineProperty(prototype, name, {
      configurable: true,
      writable: true,
      value(this: unknown, ...args: readonly unknown[]) {
        return answer(target, name, async () => Reflect.apply(real, this, args));
      },
    });
  }
}

async function answer(target: string, name: string, work: () => Promise<unknown>): Promise<unknown> {
  const asked = counts.get(target) ?? {};
  counts.set(target, { ...asked, [name]: (asked[name] ?? 0) + 1 });
  const fault = faults.get(target);
  switch (fault?.type) {
    case undefined:
      return work();
    case "down":
      throw new Error(`${target} is down`);
    case "slow":
      await untilMended(target);
      return work();
    case "late": {
      const answered = await work();
      await untilMended(target);
      return answered;
    }
    case "garbage":
      return name === "fetch" ? toPage(fault.value) : fault.value;
  }
}

// A timer of this call's own: the runtime ends a call that waits for nothing, and one request must not wake another.
async function untilMended(target: string): Promise<void> {
  while (faults.has(target)) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** In place of a handshake's answer: a text is an error's page, ENDLESS one that never ends, all else a page with 200. */
function toPage(value: unknown): unknown {
  if (value === undefined) return undefined;
  const body = value === ENDLESS ? new ReadableStream({ pull: () => untilMended("default") }) : "<h1>It works!</h1>";
  const status = typeof value === "string" ? 500 : 200;
  return new Response(body, { status, headers: { "content-type": "text/html" } });
}
