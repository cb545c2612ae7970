import { expect, it } from "vitest";
import { GrpcClient } from "../support/grpc.ts";
import { range } from "../support/reader.ts";
import { register } from "../support/rest.ts";
import type { System } from "../support/system.ts";
import { needed } from "../support/system-part.ts";

const ROUNDS = 200 * Number(process.env.ORIGIN_ROUNDS ?? 1);
const AT_ONCE = 20;

/** The original's tester sends right behind its Subscribe, without waiting for anything. */
export function describeBehindSubscribe(system: () => System): void {
  const ways: readonly (readonly [string, () => number | undefined])[] = [
    ["to one replica", () => system().grpc[0]?.grpc("gateway")],
    ["through Envoy", () => system().envoy?.port("gateway")],
  ];

  it.for(ways)(
    `[OS7] who sends right behind a Subscribe %s finds the messages on the stream, ${ROUNDS} times`,
    async ([, portOf], context) => {
      const port = needed(portOf() ?? null, context);
      const { token, name } = await register(system().edge.url);
      const client = new GrpcClient("gateway", port);
      const missed: number[] = [];
      for (let first = 1; first <= ROUNDS; first += AT_ONCE) {
        const batch = range(Math.min(first + AT_ONCE - 1, ROUNDS), first);
        const seen = await Promise.all(batch.map((i) => once(client, { token, name, room: `${10_000 + i}` })));
        missed.push(...batch.filter((__, i) => !seen[i]));
      }
      client.close();
      expect(missed).toEqual([]);
    },
  );

  it.for(ways)(
    `[OS19] what was acknowledged before a Subscribe %s is not on its stream, ${ROUNDS} times`,
    async ([, portOf], context) => {
      const port = needed(portOf() ?? null, context);
      const { token, name } = await register(system().edge.url);
      const client = new GrpcClient("gateway", port);
      const early: number[] = [];
      for (let first = 1; first <= ROUNDS; first += AT_ONCE) {
        const batch = range(Math.min(first + AT_ONCE - 1, ROUNDS), first);
        const seen = await Promise.all(batch.map((i) => ahead(client, { token, name, room: `${20_000 + i}` })));
        early.push(...batch.filter((__, i) => seen[i]));
      }
      client.close();
      expect(early).toEqual([]);
    },
  );
}

type Wish = { readonly token: string; readonly name: string; readonly room: string };

/** Whether both messages came that were sent at once behind a Subscribe, before one that was sent after the acks. */
async function once(client: GrpcClient, wish: Wish): Promise<boolean> {
  const { place, text, send } = talk(client, wish);
  const stream = client.subscribe(place);
  await Promise.all([send(1), send(2)]);
  await stream.stands;
  await send(3); // the stream is in order: what has not come by now does not come
  await stream.messages.next((message) => message.text === `${text} 3`, "the last message");
  stream.cancel();
  return stream.texts.filter((said) => said.startsWith(text)).length === 3;
}

/** Whether a message came that was acknowledged at once before the Subscribe. */
async function ahead(client: GrpcClient, wish: Wish): Promise<boolean> {
  const { place, text, send } = talk(client, wish);
  await send(1);
  const stream = client.subscribe(place);
  await stream.stands;
  await send(2);
  await stream.messages.next((message) => message.text === `${text} 2`, "the last message");
  stream.cancel();
  return stream.texts.includes(`${text} 1`);
}

function talk(client: GrpcClient, { token, name, room }: Wish) {
  const place = { auth: { credential: token }, room_name: room, person_name: name };
  const text = crypto.randomUUID();
  const send = (n: number) => client.call("SendMessage", { ...place, text: `${text} ${n}`, msg_id: "" });
  return { place, text, send };
}
