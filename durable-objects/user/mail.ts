import type {
  CarrierStub,
  DirectoryStub,
  EndedSession,
  Namespace,
  ReportsStub,
  RoomStub,
  RosterStub,
  UserNews,
} from "../../contracts/objects.ts";
import type { Session } from "../../contracts/services.ts";
import type { Mail as MailOf } from "../lib/mail.ts";
import type { Letter } from "../lib/outbox.ts";

/** Whom a user object calls: rooms and the other places where sessions act, the list of sessions, the directory. */
export type Places = {
  readonly DIRECTORY: Namespace<Pick<DirectoryStub, "entrusted" | "release">>;
  readonly ROOM: Namespace<Pick<RoomStub, "revoke" | "learn" | "glance" | "watch">>;
  readonly CARRIER: Namespace<Pick<CarrierStub, "revoke" | "direct">>;
  readonly ROSTER: Namespace<Pick<RosterStub, "began" | "ended">>;
  readonly REPORTS: Namespace<Pick<ReportsStub, "erase">>;
};

/** What the list of live sessions must learn. */
export type RosterNews =
  | { readonly type: "began"; readonly userId: number; readonly userName: string; readonly session: Session }
  | {
      readonly type: "ended";
      readonly userId: number;
      readonly sessionIds: readonly string[];
      readonly untilMs: number;
    };
/** What a room must learn: something of the user, or that an inbox is open. */
export type RoomNews =
  | { readonly type: "learn"; readonly userId: number; readonly news: UserNews }
  | { readonly type: "watch"; readonly userId: number };
/** The list of reports must forget the user. */
type ReportsNews = { readonly type: "forget"; readonly userId: number };
/** What others must learn: rooms and carriers of dead sessions, the list of what began and ended, rooms of the user. */
type News = readonly EndedSession[] | RosterNews | RoomNews | ReportsNews;
/** A letter to a room (`room:`), a carrier (`carrier:`), a shard of the list (`roster:`) or the reports (`reports:`). */
export type NewsLetter = Letter<News>;
/** A user object's letters. An answer is how many sockets were closed by it. */
export type Mail = MailOf<News, number>;

/** The job of a user's letters, stored under this name since ended sessions were all that was told. */
export const MAIL_JOB = "revoke";

/** Carries one letter. Answers how many sockets were closed by it. */
export async function carry(env: Places, { no, target, body }: NewsLetter): Promise<number> {
  const at = target.indexOf(":");
  const name = target.slice(at + 1);
  if (!("type" in body)) {
    const place = target.slice(0, at) === "room" ? env.ROOM.getByName(name) : env.CARRIER.getByName(name);
    return place.revoke(body);
  }
  switch (body.type) {
    case "learn":
      // The number of the letter is the stamp: what comes late changes nothing.
      await env.ROOM.getByName(name).learn(body.userId, body.news, no);
      break;
    case "watch":
      await env.ROOM.getByName(name).watch(body.userId);
      break;
    case "forget":
      await env.REPORTS.getByName(name).erase(body.userId);
      break;
    case "began":
      await env.ROSTER.getByName(name).began(body.userId, body.userName, body.session);
      break;
    case "ended":
      await env.ROSTER.getByName(name).ended(body.userId, body.sessionIds, body.untilMs);
  }
  return 0;
}
