import { z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { parseLobbyText, parseTitle, parseTopic } from "../../../contracts/room-text.ts";
import type { Invitation as InvitationReply, ProfilePatch } from "../../../contracts/rooms.ts";
import { instant, Person, Profile, parsedBy, seq } from "./schemas.ts";

export const title = parsedBy(parseTitle, {
  maxLength: limits.ROOM_TITLE_CHARS_MAX,
  description: "One line, without control characters; what is around it is cut. Empty for none.",
  example: "Tea and cake",
});
const topic = parsedBy(parseTopic, {
  maxLength: limits.ROOM_TOPIC_CHARS_MAX,
  description: "As a title, but it may have several lines.",
  example: "Every afternoon at five.",
});
export const lobbyText = parsedBy(parseLobbyText, {
  maxLength: limits.ROOM_TITLE_CHARS_MAX,
  description: "What name, title or topic contains, whatever its case.",
  example: "tea",
});

/** What may be said of a room, of which every field may be missing. */
export const ProfileFields = Profile.extend({
  title,
  topic,
  retention: Profile.shape.retention.strict(),
})
  .partial()
  .strict();
export const ProfileChange = ProfileFields.refine(
  (fields) => Object.keys(fields).length > 0,
  "name what changes",
).openapi("ProfileChange", { minProperties: 1, description: "What changes; what is missing stays as it is." });

export const ListedRoom = z
  .object({ room: z.string(), title: z.string(), topic: z.string(), members: seq })
  .openapi("ListedRoom");

const invitationFields = {
  id: z.string(),
  createdBy: Person,
  createdAt: instant,
  expiresAt: instant.nullable().openapi({ description: "Null: it does not expire." }),
  usesLeft: seq.nullable().openapi({ description: "Null: as often as people like." }),
};
export const Invitation = z.object(invitationFields).openapi("Invitation");
export const NewInvitation = z
  .object({
    ...invitationFields,
    token: z.string().openapi({ description: "What a newcomer joins with. Shown this once." }),
  })
  .openapi("NewInvitation");

/** The fields of a profile that are there. */
export function toPatch(fields: z.output<typeof ProfileFields>): ProfilePatch {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

/** An invitation as the document has it: its times are dates. */
export function toInvitation({ createdAtMs, expiresAtMs, ...rest }: InvitationReply): z.output<typeof Invitation> {
  const createdAt = new Date(createdAtMs).toISOString();
  return { ...rest, createdAt, expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString() };
}
