import type { Identity } from "../../contracts/identity.ts";
import { directRoom } from "../../contracts/names.ts";
import type { RoomStub } from "../../contracts/objects.ts";
import { isAllowed, type RoomAction, type Standing } from "../../contracts/permissions.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { RoomSettings } from "../../contracts/rooms.ts";
import { freshRoom, roomOf, signIn, valueIn } from "../lib/test-people.ts";
import { readLog } from "./test-changes.ts";

/** A room with somebody of each standing that it can have, and a bystander below all of them. */
export type Gathering = {
  readonly name: string;
  readonly room: RoomStub;
  readonly owner: Identity | null;
  readonly by: Identity;
  readonly bystander: Identity;
};

/** A created room with people of every standing but a peer's, under these settings. */
async function gatherInRoom(standing: Exclude<Standing, "peer">, settings: Partial<RoomSettings>): Promise<Gathering> {
  const name = freshRoom();
  const room = roomOf(name);
  const [owner, other, bystander] = [await signIn("Owner"), await signIn("Somebody"), await signIn("Bystander")];
  valueIn(await room.create(owner, "listed"));
  valueIn(await room.addMember(owner, bystander.userId));
  if (standing !== "owner" && standing !== "guest") valueIn(await room.addMember(owner, other.userId, standing));
  // The bystander has written already when the settings come.
  valueIn(await room.send(bystander, { body: "by the bystander" }));
  if (standing !== "read-only") valueIn(await room.send(standing === "owner" ? owner : other, { body: "own" }));
  if (Object.keys(settings).length > 0) valueIn(await room.configure(owner, settings));
  return { name, room, owner, by: standing === "owner" ? owner : other, bystander };
}

async function gatherInPair(): Promise<Gathering> {
  const [by, bystander] = [await signIn("Ann"), await signIn("Bob")];
  const name = directRoom(by.userId, bystander.userId);
  valueIn(await roomOf(name).send(bystander, { body: "by the bystander" }));
  valueIn(await roomOf(name).send(by, { body: "own" }));
  return { name, room: roomOf(name), owner: null, by, bystander };
}

/** Somebody of a standing in a room with these settings. Who is read-only wrote the own message before. */
export async function gather(standing: Standing, settings: Partial<RoomSettings> = {}): Promise<Gathering> {
  if (standing === "peer") return gatherInPair();
  if (standing !== "read-only") return gatherInRoom(standing, settings);
  const gathering = await gatherInRoom("member", settings);
  const { room, owner, by } = gathering;
  if (owner !== null) valueIn(await room.addMember(owner, by.userId, "read-only"));
  return gathering;
}

type Attempt = (gathering: Gathering) => Promise<Reply<unknown>>;

/** The seq of the bystander's message, or of the own one. */
export async function seqOf({ name, bystander, by }: Gathering, whose: "own" | "foreign"): Promise<number> {
  const { userId } = whose === "own" ? by : bystander;
  const found = (await readLog(name, bystander)).find(({ kind, from }) => kind === "message" && from.id === userId);
  if (found === undefined) throw new Error(`no ${whose} message`);
  return found.seq;
}

const moderate =
  (type: "kick" | "ban" | "purge"): Attempt =>
  ({ room, by, bystander }) =>
    room.moderate(by, { type, userId: bystander.userId });

/** What each action of the table is over RPC, on what is one's own or somebody else's. */
export const attempts: Readonly<Record<RoomAction, Attempt>> = {
  post: ({ room, by }) => room.send(by, { body: "hello" }),
  editOwn: async (g) => g.room.change(g.by, { type: "edit", seq: await seqOf(g, "own"), body: "new" }),
  deleteOwn: async (g) => g.room.change(g.by, { type: "delete", seq: await seqOf(g, "own") }),
  deleteAny: async (g) => g.room.change(g.by, { type: "delete", seq: await seqOf(g, "foreign") }),
  react: async (g) => g.room.change(g.by, { type: "react", seq: await seqOf(g, "foreign"), emoji: "👍", on: true }),
  readOwnVersions: async (g) => g.room.versions(g.by, { seq: await seqOf(g, "own"), after: 0, limit: 1 }),
  readVersions: async (g) => g.room.versions(g.by, { seq: await seqOf(g, "foreign"), after: 0, limit: 1 }),
  // Who may not writes "@room" as any other text, and it names nobody.
  mentionRoom: async ({ name, room, by, bystander }) => {
    const sent = await room.send(by, { body: "@room hello" });
    if (!sent.ok) return sent;
    const event = (await readLog(name, bystander)).find(({ seq }) => seq === sent.value.seq);
    return event?.mentionsRoom === true ? ok(null) : fail("forbidden");
  },
  pin: async (g) => g.room.change(g.by, { type: "pin", seq: await seqOf(g, "foreign"), on: true }),
  invite: ({ room, by }) => room.invite(by, { expiresAtMs: null, uses: null }),
  manageInvitations: async ({ room, owner, by, bystander }) => {
    // Somebody else's: a moderator makes it, who is the bystander for a while.
    const invitation = owner === null ? null : await inviteAs(room, owner, bystander);
    return room.revokeInvitation(by, invitation ?? "none");
  },
  mute: ({ room, by, bystander }) =>
    room.moderate(by, { type: "mute", userId: bystander.userId, untilMs: Date.now() + 60_000 }),
  kick: moderate("kick"),
  ban: moderate("ban"),
  purge: moderate("purge"),
  readModeration: ({ room, by }) => room.moderationLog(by, Number.MAX_SAFE_INTEGER, 10),
  report: async (g) => g.room.report(g.by, await seqOf(g, "foreign"), "rude"),
  describe: ({ room, by }) => room.configure(by, { title: "Another title" }),
  configure: ({ room, by }) => room.configure(by, { slowModeSeconds: 1 }),
  assignRoles: ({ room, by, bystander }) => room.addMember(by, bystander.userId, "read-only"),
  deleteRoom: ({ room, by }) => room.delete(by),
  export: ({ room, by }) => room.exportHead(by),
};

/** The id of an invitation that the bystander made, as a moderator for that long. */
async function inviteAs(room: RoomStub, owner: Identity, bystander: Identity): Promise<string> {
  valueIn(await room.addMember(owner, bystander.userId, "moderator"));
  valueIn(await room.configure(owner, { whoMayInvite: "moderators" }));
  const { id } = valueIn(await room.invite(bystander, { expiresAtMs: null, uses: null }));
  valueIn(await room.addMember(owner, bystander.userId, "member"));
  return id;
}

/** What the table says in a word. */
export function wordOf(standing: Standing, action: RoomAction, settings?: RoomSettings): "allowed" | "forbidden" {
  return isAllowed(standing, action, settings) ? "allowed" : "forbidden";
}
