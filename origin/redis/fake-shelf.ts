import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Parcel } from "./outbox.ts";
import type { Shelf, Shelved } from "./shelf.ts";

type Wish = { readonly parcel: Parcel; readonly answer: (reply: Reply<Shelved>) => void };

/** A shelf for tests, which writes when the test says so, or at once. */
export class FakeShelf implements Shelf {
  readonly stored = new Set<Shelved>();
  isUp = true;
  /** Whether messages are written at once. */
  writes: boolean;
  #wishes: Wish[] = [];

  constructor({ writes = true }: { readonly writes?: boolean } = {}) {
    this.writes = writes;
  }

  keep(parcel: Parcel): Promise<Reply<Shelved>> {
    return new Promise((answer) => {
      this.#wishes.push({ parcel, answer });
      if (this.writes) this.write(1);
    });
  }

  remove(shelved: Shelved): void {
    this.stored.delete(shelved);
  }

  /** Writes the next messages, in order. */
  write(count: number): void {
    for (const { parcel, answer } of this.#wishes.splice(0, count)) {
      const shelved = { parcel };
      this.stored.add(shelved);
      answer(ok(shelved));
    }
  }

  /** Goes away, and takes nothing of what was to be written. */
  breakOff(): void {
    this.isUp = false;
    for (const { answer } of this.#wishes.splice(0)) answer(fail("unavailable"));
  }
}
