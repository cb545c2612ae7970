import { limits } from "../../contracts/limits.ts";
import { isSeq, type PageQuery } from "../../contracts/native.ts";
import { fail, type Refusal } from "../../contracts/reply.ts";
import type { Outgoing } from "../../contracts/services.ts";

/**
 * Whether a message has the types of the protocol; what it says is the room's to judge. The edge closes the uplink of a
 * replica that breaks the protocol: one caller's mistake must not cost everybody's seat. [UC10]
 */
export function refuseMessage({ id, body, replyTo, personName, stamp }: Outgoing): Refusal | null {
  const areTexts = isText(body) && [id, personName, stamp?.id].every((text) => text === undefined || isText(text));
  const areNumbers =
    (replyTo === undefined || isSeq(replyTo)) && (stamp?.atMs === undefined || Number.isFinite(stamp.atMs));
  return areTexts && areNumbers ? null : fail("badRequest");
}

/** The same of a question for a page. */
export function refuseQuery(query: PageQuery): Refusal | null {
  const { limit } = query;
  const isFrom = "after" in query ? isSeq(query.after) : isSeq(query.before);
  return isFrom && isSeq(limit) && limit >= 1 && limit <= limits.PAGE_MAX ? null : fail("badRequest");
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
