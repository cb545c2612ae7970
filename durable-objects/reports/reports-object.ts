import { DurableObject } from "cloudflare:workers";
import type { ReportsStub } from "../../contracts/objects.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Report, ReportPage, ReportQuery } from "../../contracts/rooms.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { migrate } from "../lib/migrate.ts";
import { migrations } from "./migrations.ts";
import { ReportStore } from "./report-store.ts";

/** The one list of reports, of all rooms. Who may read it is decided by those who ask it. */
export class ReportsObject extends DurableObject<ObjectEnv> implements ReportsStub {
  static {
    receiveCalls(ReportsObject.prototype, { object: "reports" });
  }
  readonly #store: ReportStore;

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    super(ctx, env);
    migrate(ctx.storage, migrations);
    this.#store = new ReportStore(ctx.storage.sql);
  }

  // RPC

  /** Takes a report; one that came before stays as it is. [MO15] */
  async file(report: Report): Promise<void> {
    this.#store.put(report);
  }

  /** In the order in which they came. [MO16] [MO17] */
  async list(room: string | null, query: ReportQuery, epoch = ""): Promise<ReportPage> {
    return this.#store.page(query, room === null ? null : { room, epoch });
  }

  /** Closes a report with what was decided. The same again changes nothing; something else is a conflict. [MO17] */
  async resolve(id: string, resolution: string): Promise<Reply<Report>> {
    const report = this.#store.find(id);
    if (report === null) return fail("notFound", "there is no such report");
    if (report.state === "open") this.#store.resolve(id, resolution);
    else if (report.resolution !== resolution) return fail("conflict", "this report was resolved with other words");
    return ok({ ...report, state: "resolved", resolution });
  }

  /** Forgets a user's name and words, here and in reports that are under way. [MO18] */
  async erase(userId: number): Promise<void> {
    this.ctx.storage.transactionSync(() => this.#store.erase(userId));
  }
}
