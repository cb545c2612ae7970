import type { Identity } from "../../contracts/identity.ts";
import { fail, type Reply } from "../../contracts/reply.ts";
import type { Report, ReportPage, ReportQuery } from "../../contracts/rooms.ts";
import type { ChatroomEnv } from "./chatroom-env.ts";

export async function allReports(
  _env: ChatroomEnv,
  _identity: Identity,
  _query: ReportQuery,
): Promise<Reply<ReportPage>> {
  return fail("unsupported");
}

export async function resolveReport(
  _env: ChatroomEnv,
  _identity: Identity,
  _id: string,
  _resolution: string,
): Promise<Reply<Report>> {
  return fail("unsupported");
}
