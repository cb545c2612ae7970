import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { UserStub } from "../../../contracts/objects.ts";
import type { Report } from "../../../contracts/rooms.ts";
import { Jobs } from "../../lib/jobs.ts";
import { freshRoom } from "../../lib/test-people.ts";
import { Notices, type Readers } from "./notices.ts";

/** What a user object does when a room calls it: takes it (an inbox is open or not), fails, or waits. */
export type Manner = boolean | Promise<boolean> | "fail";
type News = { readonly userId: number; readonly room: string; readonly isIn: boolean; readonly stamp: number };

/** User objects and the list of reports for tests: they note what rooms tell them and behave as asked. */
export class FakeReaders implements Readers {
  readonly manners = new Map<number, Manner>();
  readonly news: News[] = [];
  readonly reports: Report[] = [];
  /** Whom a room told that something is different, in this order. */
  readonly told: number[] = [];
  running = 0;
  mostRunning = 0;

  readonly USER = {
    getByName: (name: string): Pick<UserStub, "roomNews" | "changed"> => ({
      roomNews: async (room, isIn, stamp) => {
        await this.#behave(Number(name));
        this.news.push({ userId: Number(name), room, isIn, stamp });
      },
      changed: async () => {
        this.told.push(Number(name));
        return this.#behave(Number(name));
      },
    }),
  };

  readonly REPORTS = {
    getByName: () => ({
      file: async (report: Report) => {
        this.reports.push(report);
      },
    }),
  };

  async #behave(userId: number): Promise<boolean> {
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    // As long as a call between objects takes at least.
    await Promise.resolve();
    this.running--;
    const manner = this.manners.get(userId) ?? true;
    if (manner === "fail") throw new Error("not reachable");
    return manner;
  }
}

export type Desk = {
  readonly notices: Notices;
  readonly readers: FakeReaders;
  readonly storage: DurableObjectStorage;
  readonly jobs: Jobs;
  /** Another life of the object on the same storage. */
  readonly rebuild: () => Notices;
};

/** Notices of a room on real storage, among readers that behave as asked. */
export async function withNotices(act: (desk: Desk) => Promise<void>): Promise<void> {
  const name = freshRoom();
  await runInDurableObject(env.ROOM.getByName(name), async (_, { storage }) => {
    const readers = new FakeReaders();
    let notices: Notices | undefined;
    const jobs = new Jobs(storage, { notices: (nowMs) => notices?.drain(nowMs) ?? undefined });
    const build = () => {
      notices = new Notices({ name, env: readers, storage, jobs });
      return notices;
    };
    await act({ notices: build(), readers, storage, jobs, rebuild: build });
  });
}
