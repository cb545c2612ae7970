import type { Identity } from "../../contracts/identity.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { ReportsStub } from "../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Report, ReportPage, ReportQuery } from "../../contracts/rooms.ts";
import type { ChatroomEnv } from "./chatroom-env.ts";

/** The reports of all rooms, for administrators and the operator's token. [MO17] */
export function allReports(env: ChatroomEnv, identity: Identity, query: ReportQuery): Promise<Reply<ReportPage>> {
  return asAdministrator(env, identity, async (reports) => ok(await reports.list(null, query)));
}

/** Closes a report with what was decided, for the same. [MO17] */
export function resolveReport(
  env: ChatroomEnv,
  identity: Identity,
  id: string,
  resolution: string,
): Promise<Reply<Report>> {
  return asAdministrator(env, identity, (reports) => reports.resolve(id, resolution));
}

/** An object that cannot be reached is an answer, not an exception. */
async function asAdministrator<T>(
  env: ChatroomEnv,
  { kind, userId, sessionId }: Identity,
  act: (reports: ReportsStub) => Promise<Reply<T>>,
): Promise<Reply<T>> {
  try {
    const caller =
      kind === "operator" ? ok({ admin: true }) : await env.USER.getByName(String(userId)).check(sessionId);
    if (!caller.ok) return caller;
    if (!caller.value.admin) return fail("forbidden", "only an administrator may do this");
    return await act(env.REPORTS.getByName("reports"));
  } catch (error) {
    log("error", "reports not reached", { error: describeError(error) });
    return fail("unavailable");
  }
}
