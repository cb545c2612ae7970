import type { RoomEvent } from "../../../contracts/event.ts";
import { beginImportAt, type ImportPosition, moveImport, refuseNext } from "../../../contracts/import-position.ts";
import { limits } from "../../../contracts/limits.ts";
import { fail } from "../../../contracts/reply.ts";
import type { ExportHead, RoomDescription } from "../../../contracts/rooms.ts";
import { ask } from "../ask.ts";
import type { GatewayContext } from "../context.ts";
import { Refused } from "../refused.ts";
import { parseHead, parseImportLine, wrongLine } from "./import-lines.ts";
import { readLines } from "./ndjson.ts";

/** With the text of one more line far below what one call of a service may carry. */
const RUN_CHARS_MAX = 1_048_576;

/**
 * Makes a new room of the lines of an export while they arrive. Nobody sees it before its last line was read and fits; what
 * is refused on the way names its line, and what came of it until then is thrown away by the room. [RI14] [RI15]
 */
export async function importRoom(c: GatewayContext, room: string, keepAuthors: boolean): Promise<RoomDescription> {
  const lines = readLines(c.req.raw.body);
  const first = await lines.next();
  if (first.done === true) throw wrongLine(1, "", "an import begins with the line of a room");
  const head = parseHead(first.value.no, first.value.text);
  const { identity } = c.var;
  await ask(c, ({ chatroom }) => chatroom.beginImport(identity, room, head, keepAuthors));
  const reader = new ImportReader(head, (events) =>
    ask(c, ({ chatroom }) => chatroom.importEvents(identity, room, events)),
  );
  for await (const { no, text } of lines) await reader.read(no, text);
  reader.end();
  return ask(c, ({ chatroom }) => chatroom.finishImport(identity, room));
}

/** What was read of an import: where it stands, and the run that the room has not got yet. */
class ImportReader {
  readonly #head: ExportHead;
  readonly #store: (events: readonly RoomEvent[]) => Promise<unknown>;
  #position: ImportPosition;
  #run: RoomEvent[] = [];
  #chars = 0;
  #events = 0;
  #ended = false;

  constructor(head: ExportHead, store: (events: readonly RoomEvent[]) => Promise<unknown>) {
    this.#head = head;
    this.#store = store;
    this.#position = beginImportAt(head.first);
  }

  async read(no: number, text: string): Promise<void> {
    if (this.#ended) throw wrongLine(no, "", "nothing follows the line of the end");
    const line = parseImportLine(no, text);
    if (line.type === "end") {
      if (line.events !== this.#events) throw wrongLine(no, "/events", `there were ${this.#events} events`);
      if (line.head !== this.#head.head) throw wrongLine(no, "/head", "the first line names another head");
      this.#ended = true;
      await this.#flush();
    } else {
      await this.#take(no, line.event, text.length);
    }
  }

  /** A file without its last line was cut off. */
  end(): void {
    if (!this.#ended) throw new Refused(fail("badRequest", "the line of the end is missing: the export was cut off"));
  }

  async #take(no: number, event: RoomEvent, chars: number): Promise<void> {
    const problem = refuseNext(this.#position, event, Date.now());
    if (problem !== null) throw wrongLine(no, "", problem);
    this.#position = moveImport(event);
    this.#events += 1;
    this.#run.push(event);
    this.#chars += chars;
    if (this.#run.length >= limits.IMPORT_EVENTS_MAX || this.#chars >= RUN_CHARS_MAX) await this.#flush();
  }

  async #flush(): Promise<void> {
    const run = this.#run;
    this.#run = [];
    this.#chars = 0;
    if (run.length > 0) await this.#store(run);
  }
}
