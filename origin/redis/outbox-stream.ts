import { limits } from "../../contracts/limits.ts";
import { describeError, log } from "../../contracts/log.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import { Discards } from "./discards.ts";
import { InTurn } from "./in-turn.ts";
import { EPOCHS_KEY, leaseKey, outboxKey, REPLICAS_KEY } from "./keys.ts";
import type { RedisLink } from "./link.ts";
import type { Parcel } from "./outbox.ts";
import { BUSY_RETRY_MS } from "./outbox-rules.ts";
import { encodeParcel, parseParcel } from "./parcel.ts";
import type { Shelf, Shelved } from "./shelf.ts";

type Wish = { readonly parcel: Parcel; readonly answer: (reply: Reply<Shelved>) => void };

/** Messages that one script call writes: one fsync for all of them. */
const BATCH = 256;
const PAGE = 256;

/** A replica's messages in a stream of Redis, and which entry each is. What is here and what is there agree after resync. */
export class OutboxStream implements Shelf {
  readonly #replica: string;
  readonly #key: string;
  readonly #link: () => RedisLink;
  readonly #found: (messages: readonly Shelved[]) => void;
  readonly #discards: Discards;
  readonly #writer = new InTurn();
  /** In the order in which they were kept. */
  readonly #ids = new Map<Shelved, string>();
  /** What entries were called before a rewriting of which nobody knows whether Redis did it. */
  #formerIds: ReadonlySet<string> = new Set();
  #wishes: Wish[] = [];
  #isWriting = false;
  #epoch = 0;
  #count = 0;

  /** `found` gets what a former life of this replica, or a dead one, had kept. */
  constructor(replica: string, link: () => RedisLink, found: (messages: readonly Shelved[]) => void) {
    this.#replica = replica;
    this.#key = outboxKey(replica);
    this.#link = link;
    this.#found = found;
    this.#discards = new Discards(this.#key, link);
  }

  get isUp(): boolean {
    return this.#link().isUp;
  }

  keep(parcel: Parcel): Promise<Reply<Shelved>> {
    return new Promise((answer) => {
      this.#wishes.push({ parcel, answer });
      if (this.#isWriting) return;
      this.#isWriting = true;
      // What one turn of the event loop brings goes in one call.
      setImmediate(() => void this.#write());
    });
  }

  remove(shelved: Shelved): void {
    const id = this.#ids.get(shelved);
    if (id === undefined) return;
    this.#ids.delete(shelved);
    this.#discards.add([id]);
  }

  /**
   * After an absence of Redis: entries that are done go, messages that Redis lost are written again, and entries that
   * nobody here knows (a former life's, or a move whose answer was lost) are found. [OX7] [OX8]
   */
  async resync(): Promise<void> {
    await this.#writer.run(async () => {
      await this.#beginEpoch(1);
      await this.#discards.flush();
      const stored = await this.#read();
      const known = new Set(this.#ids.values());
      const former = this.#formerIds;
      this.#find([...stored].filter(([id]) => !known.has(id) && !former.has(id) && !this.#discards.has(id)));
      if ([...known].some((id) => !stored.has(id)) || [...former].some((id) => stored.has(id))) await this.#rewrite();
      this.#formerIds = new Set();
    });
  }

  /** Writes the last deletions. Rejects when Redis fails. */
  close(): Promise<void> {
    return this.#discards.flush();
  }

  /** Takes over what a dead replica kept; false when it is alive after all. Throws when Redis fails. [OX9] */
  adopt(dead: string): Promise<boolean> {
    return this.#writer.run(async () => {
      const { client } = this.#link();
      await this.#beginEpoch(2);
      const epoch = String(this.#epoch - 1);
      try {
        const keys = [leaseKey(dead), outboxKey(dead), this.#key, REPLICAS_KEY] as const;
        const moved = await client.edgechatAdopt(...keys, epoch, this.#replica);
        this.#find(moved ?? []);
        return moved !== null;
      } catch (error) {
        // It may have moved: the resync of a new connection finds out.
        this.#link().reset();
        throw error;
      }
    });
  }

  async #write(): Promise<void> {
    while (this.#wishes.length > 0) {
      const batch = this.#wishes.splice(0, BATCH);
      await this.#writer.run(() => this.#append(batch));
    }
    this.#isWriting = false;
  }

  async #append(batch: readonly Wish[]): Promise<void> {
    if (!this.isUp) return this.#refuse(batch, "away");
    const entries = batch.map(({ parcel }) => ({ id: this.#nextId(), text: encodeParcel(parcel) }));
    try {
      const taken = await this.#link().client.edgechatKeep(
        REPLICAS_KEY,
        this.#key,
        this.#replica,
        String(limits.OUTBOX_MESSAGES_MAX),
        ...entries.flatMap(({ id, text }) => [id, text]),
      );
      batch.forEach(({ parcel, answer }, at) => {
        const busy = fail("busy", "the outbox is full: try again later", BUSY_RETRY_MS);
        answer(at < taken ? ok(this.#remember(entries[at]?.id ?? "", parcel)) : busy);
      });
    } catch (error) {
      // Redis may have them all the same: they are taken from there, so that what was refused is not sent. [OX4]
      this.#discards.add(entries.map(({ id }) => id));
      this.#refuse([...batch, ...this.#wishes.splice(0)], describeError(error));
    }
  }

  #refuse(wishes: readonly Wish[], reason: string): void {
    log("warn", "outbox.refused", { messages: wishes.length, reason });
    const refusal: Refusal = fail("unavailable");
    for (const { answer } of wishes) answer(refusal);
  }

  #remember(id: string, parcel: Parcel): Shelved {
    const shelved = { parcel };
    this.#ids.set(shelved, id);
    return shelved;
  }

  #find(entries: readonly (readonly [string, string])[]): void {
    const found = entries.flatMap(([id, text]) => {
      const parcel = parseParcel(text);
      if (parcel.ok) return [this.#remember(id, parcel.value)];
      log("error", "outbox.unreadable", { entry: id });
      this.#discards.add([id]);
      return [];
    });
    if (found.length === 0) return;
    log("info", "outbox.found", { messages: found.length });
    this.#found(found);
  }

  async #read(): Promise<Map<string, string>> {
    const stored = new Map<string, string>();
    let from = "-";
    for (;;) {
      const page = await this.#link().client.xrange(this.#key, from, "+", "COUNT", PAGE);
      for (const [id, fields] of page) stored.set(id, fields[1] ?? "");
      const last = page.at(-1)?.[0];
      if (last === undefined || page.length < PAGE) return stored;
      from = `(${last}`;
    }
  }

  /** Redis came back without some of it: the whole stream is written anew in one transaction, so that its order stays. */
  async #rewrite(): Promise<void> {
    this.#formerIds = new Set([...this.#formerIds, ...this.#ids.values()]);
    const transaction = this.#link().client.multi().del(this.#key);
    for (const shelved of this.#ids.keys()) {
      const id = this.#nextId();
      this.#ids.set(shelved, id);
      transaction.xadd(this.#key, id, "parcel", encodeParcel(shelved.parcel));
    }
    const messages = this.#ids.size;
    await transaction.exec();
    log("warn", "outbox.rewritten", { messages });
  }

  /** A Redis that was emptied counts from 1 again, but what it has of this stream since then may be newer. */
  async #beginEpoch(steps: number): Promise<void> {
    const { client } = this.#link();
    const counted = await client.incrby(EPOCHS_KEY, steps);
    const lost = Math.max(0, this.#epoch + steps - counted);
    this.#epoch = lost === 0 ? counted : await client.incrby(EPOCHS_KEY, lost);
    this.#count = 0;
  }

  #nextId(): string {
    this.#count += 1;
    return `${this.#epoch}-${this.#count}`;
  }
}
