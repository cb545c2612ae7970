import { limits } from "./limits.ts";
import { fail, ok, type Reply } from "./reply.ts";

/** The text of a message: not empty, well-formed, and within BODY_BYTES_MAX; otherwise unchanged. [API6] */
export function parseMessage(text: string): Reply<string> {
  if (text === "") return fail("badRequest", "the message is empty");
  if (!text.isWellFormed()) return fail("badRequest", "the message is not well-formed Unicode");
  if (new TextEncoder().encode(text).length <= limits.BODY_BYTES_MAX) return ok(text);
  return fail("tooLarge", `the message has more than ${limits.BODY_BYTES_MAX} bytes of UTF-8`);
}
