import { DurableObject } from "cloudflare:workers";
import type { RawEvent, RawFrame } from "./raw-frame.ts";

/** What both bare objects share: a table, its head, and the sockets. No accounts, no checks, no idempotence. */
export abstract class RawRoom extends DurableObject {
  readonly sockets = new Set<WebSocket>();
  head: number;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS message (seq INTEGER PRIMARY KEY, user INTEGER, at INTEGER, body TEXT)",
    );
    this.head = ctx.storage.sql.exec<{ head: number }>("SELECT COALESCE(MAX(seq), 0) AS head FROM message").one().head;
    for (const socket of ctx.getWebSockets()) this.sockets.add(socket);
  }

  override async fetch(request: Request): Promise<Response> {
    const user = Number(new URL(request.url).searchParams.get("user"));
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(user);
    this.sockets.add(server);
    server.send(JSON.stringify({ ready: this.head } satisfies RawFrame));
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.sockets.delete(socket);
    socket.close(1000);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.sockets.delete(socket);
  }

  append(user: number, body: string, at: number): RawEvent {
    const seq = this.head + 1;
    this.ctx.storage.sql.exec("INSERT INTO message (seq, user, at, body) VALUES (?, ?, ?, ?)", seq, user, at, body);
    this.head = seq;
    return { seq, user, at, body };
  }

  broadcast(events: readonly RawEvent[]): void {
    const after = (events[0]?.seq ?? 1) - 1;
    const frame = JSON.stringify({ after, events } satisfies RawFrame);
    for (const socket of this.sockets) socket.send(frame);
  }

  // RPC

  /** A call that does nothing: what any call costs. */
  async nothing(): Promise<number> {
    return this.head;
  }

  /** The messages before a seq, newest first. */
  async page(before: number, limit: number): Promise<readonly RawEvent[]> {
    const sql = "SELECT seq, user, at, body FROM message WHERE seq < ? ORDER BY seq DESC LIMIT ?";
    return this.ctx.storage.sql.exec<RawEvent>(sql, before, limit).toArray();
  }
}
