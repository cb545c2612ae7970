import { expect, it } from "vitest";
import { GrpcClient } from "../support/grpc.ts";
import { range } from "../support/reader.ts";
import { register } from "../support/rest.ts";
import type { System } from "../support/system.ts";
import { needed } from "../support/system-part.ts";

const ROUNDS = 40 * Number(process.env.ORIGIN_ROUNDS ?? 1);
const AT_ONCE = 20;
/** The last room that was talked in. */
let room = 10_000;

/** The original's tester sends right behind its Subscribe, without waiting for anything. */
export function describeBehindSubscribe(system: () => System): void {
  const ways: readonly (readonly [string, () => number | undefined])[] = [
    ["to one replica", () => system().grpc[0]?.grpc("gateway")],
    ["through Envoy", () => system().envoy?.port("gateway")],
  ];

  const rules: readonly (readonly [string, string, (client: GrpcClient, wish: Wish) => Promise<boolean>])[] = [
    ["[OS7] who sends right behind a Subscribe", "finds the messages on the stream", finds],
    ["[OS19] what was acknowledged before a Subscribe", "is not on its stream", isSpared],
  ];

  for (const [who, what, holds] of rules) {
    it.for(ways)(`${who} %s ${what}, ${ROUNDS} times`, async ([, portOf], context) => {
      const port = needed(portOf() ?? null, context);
      const { token, name } = await register(system().edge.url);
      const failed: string[] = [];
      for (let first = 1; first <= ROUNDS; first += AT_ONCE) {
        // A channel for each batch: Node's HTTP/2 gives up a connection on which a thousand streams were cancelled.
        const client = new GrpcClient("gateway", port);
        const rooms = range(Math.min(first + AT_ONCE - 1, ROUNDS), first).map(() => `${++room}`);
        const held = await Promise.all(rooms.map((one) => holds(client, { token, name, room: one })));
        failed.push(...rooms.filter((__, i) => !held[i]));
        client.close();
      }
      expect(failed).toEqual([]);
    });
  }
}

type Wish = { readonly token: string; readonly name: string; readonly room: string };

/** Both messages come that were sent at once behind a Subscribe, before one that was sent after the acks. */
async function finds(client: GrpcClient, wish: Wish): Promise<boolean> {
  const { place, text, send } = talk(client, wish);
  const stream = client.subscribe(place);
  await Promise.all([send(1), send(2)]);
  await stream.stands;
  await send(3); // the stream is in order: what has not come by now does not come
  await stream.messages.next((message) => message.text === `${text} 3`, "the last message");
  stream.cancel();
  return stream.texts.filter((said) => said.startsWith(text)).length === 3;
}

/** A message does not come that was acknowledged when the Subscribe was sent. */
async function isSpared(client: GrpcClient, wish: Wish): Promise<boolean> {
  const { place, text, send } = talk(client, wish);
  await send(1);
  const stream = client.subscribe(place);
  await stream.stands;
  await send(2);
  await stream.messages.next((message) => message.text === `${text} 2`, "the last message");
  stream.cancel();
  return !stream.texts.includes(`${text} 1`);
}

function talk(client: GrpcClient, { token, name, room }: Wish) {
  const place = { auth: { credential: token }, room_name: room, person_name: name };
  const text = crypto.randomUUID();
  const send = (n: number) => client.call("SendMessage", { ...place, text: `${text} ${n}`, msg_id: "" });
  return { place, text, send };
}
