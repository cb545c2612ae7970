import { z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { fail, ok, type Reply } from "../../../contracts/reply.ts";
import { Person, pageLimit, parsedBy, seq, seqText } from "./schemas.ts";

const reasonOf = (minLength: number) =>
  parsedBy((text) => parseReason(text, minLength), { minLength, maxLength: limits.REASON_CHARS_MAX });

/** Why; it may be left out. */
export const Reason = z.strictObject({ reason: reasonOf(0).optional() });
/** Why, in a word at least. */
export const Complaint = z.strictObject({ reason: reasonOf(1) }).openapi("Complaint");
export const Resolution = z.strictObject({ resolution: reasonOf(1) }).openapi("Resolution");
export const Mute = Reason.extend({ seconds: z.number().int().min(1).max(limits.MUTE_SECONDS_MAX) }).openapi("Mute");

export const Moderated = z
  .object({ removed: seq, closed: seq })
  .openapi("Moderated", { description: "Messages that were removed, and sockets that were closed." });

const Restriction = z
  .object({
    type: z.enum(["mute", "ban"]),
    user: Person,
    by: Person,
    at: z.number().int(),
    untilMs: z.number().int().nullable(),
    reason: z.string(),
  })
  .openapi("Restriction");
export const Restrictions = z.object({ restrictions: z.array(Restriction).readonly() });

const ModerationEntry = z
  .object({
    no: seq,
    at: z.number().int(),
    by: Person,
    action: z
      .enum([
        ...(["mute", "unmute", "kick", "ban", "unban", "purge"] as const),
        ...(["delete", "role", "add", "configure", "invite", "revoke"] as const),
      ])
      .openapi({ description: "More will come." }),
    subject: z.union([Person, z.null()]),
    seq: seq.nullable().openapi({ description: "The message that was removed." }),
    reason: z.string(),
  })
  .openapi("ModerationEntry");
export const ModerationPage = z
  .object({ entries: z.array(ModerationEntry).readonly(), more: z.boolean() })
  .openapi("ModerationPage", { description: "Who did what to whom, and why, the newest first." });

const ReportState = z.enum(["open", "resolved"]);
export const Report = z
  .object({
    id: z.string(),
    room: z.string(),
    seq,
    at: z.number().int(),
    reporter: Person,
    author: Person,
    body: z.string().openapi({ description: "What the message said when it was reported." }),
    reason: z.string(),
    state: ReportState,
    resolution: z.string(),
  })
  .openapi("Report");
export const ReportPage = z
  .object({ reports: z.array(Report).readonly(), more: z.boolean(), next: z.string() })
  .openapi("ReportPage", { description: "In the order in which they came; `next` is the `after` of the next page." });
export const ReportFilter = z.object({
  state: ReportState.optional(),
  after: seqText.optional().openapi({ description: "The `next` of the page before." }),
  limit: pageLimit.optional(),
});

/** Reads why somebody does something: well-formed, at most REASON_CHARS_MAX characters. */
function parseReason(text: string, charsMin: number): Reply<string> {
  if (!text.isWellFormed()) return fail("badRequest", "the text is not well-formed Unicode");
  const chars = Array.from(text).length;
  const isRight = chars >= charsMin && chars <= limits.REASON_CHARS_MAX;
  return isRight ? ok(text) : fail("badRequest", `${charsMin} to ${limits.REASON_CHARS_MAX} characters`);
}
