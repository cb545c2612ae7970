import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { failures } from "../../contracts/failures.ts";
import { FaultyServices, type ServiceName } from "../support/faulty-services.ts";
import { freshName, register, request } from "../support/rest.ts";
import { type Asker, type Said, type Surface, surfaces } from "../support/surfaces.ts";
import { ENDLESS, type Fault } from "./worker/breakable.ts";

// Divides the deadlines of 15 s, 60 s and 300 s while a broken service is asked.
const HURRY = 100;

const names: readonly ServiceName[] = ["auth", "chatroom", "chat"];
const noAnswer: readonly (readonly [string, Fault])[] = [
  ["down", { type: "down" }],
  ["slow", { type: "slow" }],
];
const garbage: readonly (readonly [string, Fault])[] = [
  ["nothing", { type: "garbage", value: undefined }],
  ["a text", { type: "garbage", value: "It works!" }],
  ["a page without an end", { type: "garbage", value: ENDLESS }],
  ["a success without a value", { type: "garbage", value: { ok: true } }],
  ["a failure that nobody knows", { type: "garbage", value: { ok: false, failure: "nonsense", message: "?" } }],
];

let services: FaultyServices;
let asker: Asker;
beforeAll(async () => {
  services = await FaultyServices.start();
  const { url, server } = services;
  const user = await register(url);
  asker = { url, user, operator: server.operatorToken(), origin: server.originToken(), room: freshName("room") };
  const room = { name: asker.room, visibility: "listed" };
  expect((await request(url, "POST", "/api/v1/rooms", { token: user.token, body: room })).status).toBe(201);
});
afterAll(() => services.server.stop());
afterEach(async () => {
  for (const name of names) await services.mend(name);
  await services.hurry(1);
});

/** Asks everything at once that needs this service, while it is broken; and what should be said and be asked then. */
async function askAll(name: ServiceName, fault: Fault) {
  const own = surfaces.filter(({ service }) => service === name);
  await services.break(name, fault);
  await services.hurry(HURRY);
  const said = await Promise.all(own.map(async (surface) => [surface.title, await surface.ask(asker)] as const));
  await services.hurry(1);
  const expected = own.map((surface, i) => [surface.title, unavailable(surface, said[i]?.[1].requestId ?? null)]);
  return {
    said: Object.fromEntries(said),
    expected: Object.fromEntries(expected),
    asked: await services.mend(name),
    asks: countMethods(own),
  };
}

/** How a surface says that a part of the system does not answer. */
function unavailable({ dialect }: Surface, requestId: string | null): Said {
  const { message, code } = failures.unavailable;
  if (dialect.startsWith("gochat")) {
    return { status: dialect === "gochat" ? 200 : 503, requestId, body: { code, message, data: null } };
  }
  if (dialect === "rpc") return { status: 503, requestId, body: { code: "unavailable", message } };
  if (dialect === "rpc stream") {
    // The status of a stream, and its metadata, are in the body.
    const body = { error: { code: "unavailable", message }, metadata: { "retry-after": ["1"] } };
    return { status: 200, requestId, body };
  }
  const fields = { title: message, status: 503, detail: message, instance: requestId, failure: "unavailable" };
  return { status: 503, requestId, body: { type: "urn:edgechat:failure:unavailable", ...fields } };
}

function countMethods(own: readonly Surface[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { method } of own) counts[method] = (counts[method] ?? 0) + 1;
  return counts;
}

describe.each(names)("without %s", (name) => {
  it.each(noAnswer)(
    "[SV8] everything that needs it says unavailable in its own dialect, and asks once: %s",
    async (_, fault) => {
      const { said, expected, asked, asks } = await askAll(name, fault);
      expect(said).toEqual(expected);
      expect(asked).toEqual(asks);
    },
  );

  it.each(garbage)("[SV9] an answer that is none is unavailable: %s", async (_, fault) => {
    const { said, expected, asked, asks } = await askAll(name, fault);
    expect(said).toEqual(expected);
    expect(asked).toEqual(asks);
  });

  it.each([...noAnswer, ...garbage])("[SV10] operations and limits answer: %s", async (_, fault) => {
    const { url } = services;
    const isSlow = fault.type === "slow";
    await services.break(name, fault);
    await services.hurry(isSlow && name === "chat" ? HURRY : 1);
    expect((await request(url, "GET", "/ready")).status).toBe(name === "chat" ? 503 : 200);
    await services.hurry(isSlow ? HURRY : 1);
    const metrics = await request(url, "GET", "/metrics");
    expect(metrics.status).toBe(200);
    expect(metrics.body).toContain('edgechat_http_request_seconds_count{route="/ready"');
    expect((await request(url, "GET", "/health")).status).toBe(200);
    expect((await request(url, "GET", "/api/v1/limits")).status).toBe(200);
  });
});
