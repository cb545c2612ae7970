import type { GochatFrame } from "../../contracts/gochat.ts";
import type { LogPosition } from "../../contracts/native.ts";
import type { Refusal } from "../../contracts/reply.ts";
import type { Rider, Run } from "./edge.ts";

/** A rider that writes down what it is given. */
export class RecordingRider implements Rider {
  readonly runs: Run[] = [];
  readonly resets: LogPosition[] = [];
  readonly frames: GochatFrame[] = [];
  directs = 0;
  refusal: Refusal | null = null;
  /** What breaks the promise of Rider.events, in words. */
  readonly broken: string[] = [];
  #seq: number | null = null;

  readonly events = (run: Run): void => {
    this.runs.push(run);
    if (this.#seq !== null && run.after !== this.#seq) this.broken.push(`${run.after} behind ${this.#seq}`);
    run.events.forEach(({ seq }, i) => {
      if (seq !== run.after + 1 + i) this.broken.push(`${seq} at ${i} of a run behind ${run.after}`);
    });
    this.#seq = run.after + run.events.length;
  };
  readonly told = (frame: GochatFrame): void => void this.frames.push(frame);
  readonly direct = (): void => {
    this.directs += 1;
  };
  readonly reset = (epoch: string, seq: number): void => {
    this.resets.push({ epoch, seq });
    this.#seq = seq;
  };
  readonly ended = (refusal: Refusal): void => {
    this.refusal = refusal;
  };

  /** Every seq that it was given. */
  get seqs(): number[] {
    return this.runs.flatMap(({ events }) => events.map(({ seq }) => seq));
  }

  get seq(): number | null {
    return this.#seq;
  }
}
