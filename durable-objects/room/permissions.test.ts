import { describe, expect, it } from "vitest";
import {
  defaultSettings,
  isAllowed,
  permissions,
  type RoomAction,
  type Standing,
  standings,
} from "../../contracts/permissions.ts";
import { fail, type Reply } from "../../contracts/reply.ts";
import type { RoomSettings } from "../../contracts/rooms.ts";
import { freshNumber, freshRoom, roomOf, signIn } from "../lib/test-people.ts";
import { attempts, gather, seqOf, wordOf } from "./test-permissions.ts";
import { join } from "./test-room.ts";

const actions = Object.keys(permissions) as RoomAction[];
const wordFor = (reply: Reply<unknown>) => (reply.ok ? "allowed" : reply.failure);

describe.each(standings)("%s", (standing) => {
  it.each(actions)("[ED5] %s is answered as the table says", async (action) => {
    expect(wordFor(await attempts[action](await gather(standing)))).toBe(wordOf(standing, action));
  });

  it("[ED5] edits nobody else's message", async () => {
    const gathering = await gather(standing);
    const edit = { type: "edit", seq: await seqOf(gathering, "foreign"), body: "mine now" } as const;
    expect(await gathering.room.change(gathering.by, edit)).toMatchObject({ failure: "forbidden" });
  });
});

/** Every cell that a setting decides, under every value of that setting. */
const settingsOf: { readonly [Name in keyof RoomSettings]: readonly RoomSettings[Name][] } = {
  whoMayPost: ["everybody", "members", "moderators"],
  whoMayInvite: ["members", "moderators", "owner"],
};
type Cell = { readonly action: RoomAction; readonly standing: Standing; readonly settings: RoomSettings };
const cells: readonly Cell[] = actions.flatMap((action) =>
  standings.flatMap((standing, column): Cell[] => {
    const cell = permissions[action][column];
    if (cell === "whoMayPost") {
      return settingsOf.whoMayPost.map((value) => ({
        action,
        standing,
        settings: { ...defaultSettings, [cell]: value },
      }));
    }
    if (cell !== "whoMayInvite") return [];
    return settingsOf.whoMayInvite.map((value) => ({
      action,
      standing,
      settings: { ...defaultSettings, [cell]: value },
    }));
  }),
);

it.each(cells)("[ED5] $action of a $standing under $settings is as the setting says", async (cell) => {
  const { action, standing, settings } = cell;
  expect(wordFor(await attempts[action](await gather(standing, settings)))).toBe(wordOf(standing, action, settings));
});

it("[ED5] no other setting moves a cell", () => {
  for (const action of actions) {
    for (const standing of standings) {
      const fixed = permissions[action][standings.indexOf(standing)];
      if (typeof fixed !== "boolean") continue;
      for (const whoMayPost of settingsOf.whoMayPost) {
        for (const whoMayInvite of settingsOf.whoMayInvite) {
          expect(isAllowed(standing, action, { whoMayPost, whoMayInvite })).toBe(fixed);
        }
      }
    }
  }
});

it("[ED5] who may not use the room changes nothing there, a message of the own past neither", async () => {
  const room = freshRoom();
  const [owner, leaver] = [await signIn("Owner"), await signIn("Leaver")];
  await roomOf(room).create(owner, "private");
  await roomOf(room).addMember(owner, leaver.userId, "moderator");
  await roomOf(room).send(leaver, { body: "hi" });
  await roomOf(room).removeMember(owner, leaver.userId);
  for (const change of [
    { type: "edit", seq: 2, body: "x" },
    { type: "delete", seq: 2 },
    { type: "react", seq: 2, emoji: "👍", on: true },
  ] as const) {
    expect(await roomOf(room).change(leaver, change)).toMatchObject({ failure: "forbidden" });
  }
  expect(await roomOf(room).versions(leaver, { seq: 2, after: 0, limit: 1 })).toMatchObject({ failure: "forbidden" });
  expect(await roomOf(freshRoom()).change(owner, { type: "delete", seq: 2 })).toMatchObject({ failure: "notFound" });
});

it("[RM8] the owner alone makes moderators and takes that back, and stays the owner", async () => {
  const { name, room, by: moderator, bystander, owner } = await gather("moderator");
  const guest = await signIn("Guest");
  for (const by of [moderator, bystander, guest]) {
    expect(await room.addMember(by, by.userId, "moderator")).toMatchObject({ failure: "forbidden" });
  }
  if (owner === null) throw new Error("the room has no owner");
  expect(await room.addMember(owner, owner.userId, "member")).toMatchObject({ failure: "conflict" });
  expect(await room.addMember(owner, moderator.userId)).toMatchObject({ value: { role: "moderator" } });
  const { socket } = await join(name, moderator);
  expect(await room.addMember(owner, moderator.userId, "member")).toMatchObject({ value: { role: "member" } });
  socket.send({ type: "delete", id: "d", seq: 3 });
  expect(await socket.next("refused")).toMatchObject({ id: "d", failure: "forbidden" });
  expect(await room.describe(owner)).toMatchObject({ value: { role: "owner" } });
});

it("[RM8] numbered rooms have no moderators", async () => {
  const ann = await signIn();
  const reply = await roomOf(freshNumber()).addMember(ann, ann.userId, "moderator");
  expect(reply).toEqual(fail("forbidden", "only created rooms have members"));
});
