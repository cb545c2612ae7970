import { limits } from "../../../contracts/limits.ts";
import type { ExportHead } from "../../../contracts/rooms.ts";
import { ask } from "../ask.ts";
import type { GatewayContext } from "../context.ts";
import type { Lines } from "./ndjson.ts";

/** The version of the files, for who reads them later. */
export const EXPORT_VERSION = 1;

/**
 * A room as lines: what it is, every event from the first that is retained to the head as it was when this began, and an
 * end without which the file is cut off. A hole, because the log was cut meanwhile, breaks it off too. [RI6] [RI7]
 */
export async function* roomLines(c: GatewayContext, room: string, head: ExportHead): Lines {
  yield [{ type: "room", version: EXPORT_VERSION, ...head }];
  let events = 0;
  for (let after = head.first - 1; after < head.head; ) {
    const query = { after, limit: limits.PAGE_MAX };
    const page = await ask(c, ({ chat }) => chat.history(c.var.identity, room, query));
    const run = page.events.filter(({ seq }) => seq <= head.head);
    if (page.epoch !== head.epoch || page.after !== after || run.length === 0) {
      throw new Error("the log is another than when the export began");
    }
    yield run.map((event) => ({ type: "event", ...event }));
    events += run.length;
    after += run.length;
  }
  yield [{ type: "end", events, head: head.head }];
}
