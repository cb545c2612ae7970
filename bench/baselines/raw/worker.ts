import type { GroupedRoom } from "./grouped-room.ts";
import type { OneWriteRoom } from "./one-write-room.ts";

export { GroupedRoom } from "./grouped-room.ts";
export { OneWriteRoom } from "./one-write-room.ts";

type Env = {
  readonly ONE_WRITE: DurableObjectNamespace<OneWriteRoom>;
  readonly GROUPED: DurableObjectNamespace<GroupedRoom>;
};
type Ask = { readonly user: number; readonly body: string; readonly before: number; readonly limit: number };

/** `/{room}/{what}`: rooms whose name begins with "one-" write message by message, all others in groups. */
export default {
  async fetch(request: Request, { ONE_WRITE, GROUPED }: Env): Promise<Response> {
    const [, room = "", what = ""] = new URL(request.url).pathname.split("/");
    if (what === "socket") {
      return (room.startsWith("one-") ? ONE_WRITE.getByName(room) : GROUPED.getByName(room)).fetch(request);
    }
    const { user, body, before, limit } = (await request.json()) as Ask;
    const grouped = GROUPED.getByName(room);
    if (what === "nothing") return Response.json({ head: await grouped.nothing() });
    if (what === "push") return Response.json({ seq: await grouped.push(user, body) });
    if (what === "page") return Response.json(await grouped.page(before, limit));
    return new Response("no such thing", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
