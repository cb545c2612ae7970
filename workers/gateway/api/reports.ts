import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import type { ReportQuery } from "../../../contracts/rooms.ts";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { jsonBody, signedIn, signedInOrOperator } from "./middleware.ts";
import { Complaint, Report, ReportFilter, ReportPage, Resolution } from "./moderation-schemas.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { messageSeqText, roomName } from "./schemas.ts";

const REPORT_ID_CHARS_MAX = 64;
const security = [{ bearer: [] }];

const report = createRoute({
  tags: ["Moderation"],
  security,
  method: "post",
  path: "/api/v1/rooms/{room}/messages/{seq}/reports",
  summary: "Report a message to the room's moderators and the administrators, as it reads now",
  middleware: [signedIn, jsonBody()],
  request: { params: z.object({ room: roomName, seq: messageSeqText }), body: jsonBodyOf(Complaint) },
  responses: {
    201: json(Report, "The report; reporting a message again is answered with the first one."),
    ...problems(401, 403, 404, 409, 413, 415),
  },
});

const ofRoom = createRoute({
  tags: ["Moderation"],
  security,
  method: "get",
  path: "/api/v1/rooms/{room}/reports",
  summary: "What was reported in a room, for owner and moderators",
  middleware: [signedIn],
  request: { params: z.object({ room: roomName }), query: ReportFilter },
  responses: { 200: json(ReportPage, "Reports."), ...problems(401, 403, 404) },
});

const all = createRoute({
  tags: ["Administration"],
  security,
  method: "get",
  path: "/api/v1/admin/reports",
  summary: "What was reported anywhere",
  middleware: [signedInOrOperator],
  request: { query: ReportFilter },
  responses: { 200: json(ReportPage, "Reports."), ...problems(401, 403) },
});

const resolve = createRoute({
  tags: ["Administration"],
  security,
  method: "post",
  path: "/api/v1/admin/reports/{id}/resolution",
  summary: "Close a report with what was decided",
  middleware: [signedInOrOperator, jsonBody()],
  request: {
    params: z.object({ id: z.string().min(1).max(REPORT_ID_CHARS_MAX) }),
    body: jsonBodyOf(Resolution),
  },
  responses: { 200: json(Report, "The report, resolved."), ...problems(401, 403, 404, 409, 413, 415) },
});

/** Messages that somebody wants looked at. */
export function addReports(api: Api): void {
  api.openapi(report, async (c) => {
    const { room, seq } = c.req.valid("param");
    const { reason } = c.req.valid("json");
    return c.json(await ask(c, ({ chatroom }) => chatroom.report(c.var.identity, room, seq, reason)), 201);
  });
  api.openapi(ofRoom, async (c) => {
    const { room } = c.req.valid("param");
    const query = toQuery(c.req.valid("query"));
    return c.json(await ask(c, ({ chatroom }) => chatroom.reports(c.var.identity, room, query)), 200);
  });
  api.openapi(all, async (c) => {
    const query = toQuery(c.req.valid("query"));
    return c.json(await ask(c, ({ chatroom }) => chatroom.reports(c.var.identity, null, query)), 200);
  });
  api.openapi(resolve, async (c) => {
    const { id } = c.req.valid("param");
    const { resolution } = c.req.valid("json");
    return c.json(await ask(c, ({ chatroom }) => chatroom.resolveReport(c.var.identity, id, resolution)), 200);
  });
}

function toQuery({ after, limit, state }: z.output<typeof ReportFilter>): ReportQuery {
  const cursor = after === undefined ? "" : String(after);
  return { after: cursor, limit: limit ?? limits.PAGE_DEFAULT, ...(state === undefined ? {} : { state }) };
}
