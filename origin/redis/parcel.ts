import { z } from "zod";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Parcel } from "./outbox.ts";

const schema = z.object({
  token: z.string().min(1),
  room: z.string().min(1),
  message: z.looseObject({ id: z.string().min(1), body: z.string() }),
});

/** A parcel as it lies in Redis, its token with it: whoever reads the stream can act for its sender. [OX10] */
export function encodeParcel({ token, room, message }: Parcel): string {
  return JSON.stringify({ token, room, message });
}

/** Reads a parcel from Redis. The edge looks at what the message says once more. */
export function parseParcel(text: string): Reply<Parcel> {
  try {
    const parcel: unknown = JSON.parse(text);
    return schema.safeParse(parcel).success ? ok(parcel as Parcel) : fail("badRequest");
  } catch {
    return fail("badRequest");
  }
}
