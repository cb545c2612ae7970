import { DurableObject } from "cloudflare:workers";
import type { ReportsStub } from "../../contracts/objects.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import { fail, type Reply } from "../../contracts/reply.ts";
import type { Report, ReportPage, ReportQuery } from "../../contracts/rooms.ts";
import type { ObjectEnv } from "../lib/env.ts";

/** The one list of reports, of all rooms. */
export class ReportsObject extends DurableObject<ObjectEnv> implements ReportsStub {
  static {
    receiveCalls(ReportsObject.prototype, { object: "reports" });
  }

  async file(_report: Report): Promise<void> {}

  async list(_room: string | null, _query: ReportQuery): Promise<ReportPage> {
    return { reports: [], more: false, next: "" };
  }

  async resolve(_id: string, _resolution: string): Promise<Reply<Report>> {
    return fail("unsupported");
  }

  async erase(_userId: number): Promise<void> {}
}
