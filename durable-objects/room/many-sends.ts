import type { Identity } from "../../contracts/identity.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { SendOf } from "../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Outgoing, Sent } from "../../contracts/services.ts";
import type { Door } from "./door.ts";

/** Takes one send, in the turn in which its sender was let in where everybody is known whom the conversation is with. */
export async function takeSend({ identity, message }: SendOf, door: Door): Promise<Reply<Sent>> {
  return door.asGuest(identity, (room, person) => {
    const send = () => room.send(person, identity.sessionId, message);
    return room.conversation.isWithSomebody ? send() : room.conversation.refuseNobody().then((no) => no ?? send());
  });
}

/**
 * Takes sends of several people. Each session is let in once and then offers what it sends in its own order, in one
 * turn; who has to be asked about first keeps nobody else's message waiting. [UP5]
 */
export async function takeSends(sends: readonly SendOf[], door: Door): Promise<readonly Reply<Sent>[]> {
  const replies = new Map<SendOf, Reply<Sent>>();
  await Promise.all(
    bySession(sends).map(async (own) => {
      const taken = await takeOwn(own, door);
      for (const [i, send] of own.entries()) {
        const reply = taken.ok ? taken.value[i] : taken;
        if (reply !== undefined) replies.set(send, reply);
      }
    }),
  );
  return sends.flatMap((send) => replies.get(send) ?? []);
}

/**
 * Takes sends of one person in one turn, until one is refused for now: those behind it are not tried, because they would
 * overtake it. Answers those that were tried. [UP13]
 */
export async function takeSeries(
  identity: Identity,
  messages: readonly Outgoing[],
  door: Door,
): Promise<Reply<readonly Reply<Sent>[]>> {
  return door.asGuest(identity, async (room, person) => {
    const offer = async () => ok(await Promise.all(room.sendSeries(person, identity.sessionId, messages)));
    if (room.conversation.isWithSomebody) return offer();
    return (await room.conversation.refuseNobody()) ?? offer();
  });
}

/** Who cannot be asked about is refused alone: what others sent is on the log. */
async function takeOwn(own: readonly SendOf[], door: Door): Promise<Reply<readonly Reply<Sent>[]>> {
  try {
    return await letIn(own, door);
  } catch (error) {
    log("error", "sends failed", { error: describeError(error) });
    return fail("unavailable");
  }
}

async function letIn(own: readonly SendOf[], door: Door): Promise<Reply<readonly Reply<Sent>[]>> {
  const [first] = own;
  if (first === undefined) return ok([]);
  return door.asGuest(first.identity, async (room, person) => {
    const offer = ({ message }: { readonly message: Outgoing }) => room.send(person, first.identity.sessionId, message);
    if (room.conversation.isWithSomebody) return ok(await Promise.all(own.map(offer)));
    return (await room.conversation.refuseNobody()) ?? ok(await Promise.all(own.map(offer)));
  });
}

function bySession(sends: readonly SendOf[]): readonly (readonly SendOf[])[] {
  const sessions = new Map<string, SendOf[]>();
  for (const send of sends) {
    const own = sessions.get(send.identity.sessionId);
    if (own === undefined) sessions.set(send.identity.sessionId, [send]);
    else own.push(send);
  }
  return [...sessions.values()];
}
