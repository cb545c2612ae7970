import { limits } from "../../../contracts/limits.ts";
import type { OwnPage } from "../../../contracts/rooms.ts";
import type { AccountData } from "../../../contracts/services.ts";
import { ask } from "../ask.ts";
import type { GatewayContext } from "../context.ts";
import { Refused } from "../refused.ts";
import type { Lines } from "./ndjson.ts";
import { EXPORT_VERSION } from "./room-lines.ts";

/**
 * Everything about a user as lines: the account, and room by room what is the user's own there. A room that does not
 * answer is named `unavailable`, behind what it may have said before, and the others follow. [RI8] [RI9]
 */
export async function* accountLines(c: GatewayContext, data: AccountData): Lines {
  yield [{ type: "account", version: EXPORT_VERSION, ...data }];
  let events = 0;
  for (const room of data.rooms) {
    try {
      for await (const { type, page } of pagesOf(c, room)) {
        const { role, marks } = page;
        events += page.events.length;
        yield [
          ...(type === "first" ? [{ type: "room", room, role, marks }] : []),
          ...page.events.map((event) => ({ type: "event", room, ...event })),
          ...page.versions.map((version) => ({ type: "version", room, ...version })),
        ];
      }
    } catch (error) {
      // A session that ended meanwhile takes nothing more along.
      if (!(error instanceof Refused) || error.refusal.failure === "session") throw error;
      yield [{ type: "unavailable", room }];
    }
  }
  yield [{ type: "end", events, rooms: data.rooms.length }];
}

async function* pagesOf(
  c: GatewayContext,
  room: string,
): AsyncGenerator<{ readonly type: "first" | "next"; readonly page: OwnPage }> {
  let type: "first" | "next" = "first";
  for (let from: number | null = 0; from !== null; type = "next") {
    const begin: number = from;
    const page: OwnPage = await ask(c, ({ chatroom }) =>
      chatroom.exportOwn(c.var.identity, room, begin, limits.PAGE_MAX),
    );
    yield { type, page };
    from = page.next;
  }
}
