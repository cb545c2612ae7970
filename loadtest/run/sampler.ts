import { type MachineUse, type ProcessUse, readMachineUse, readProcess, readTree } from "./proc.ts";

/** What the generator, the machine and the product of this machine had used at a moment. Null: not known. */
export type Sample = {
  readonly atMs: number;
  readonly k6: ProcessUse | null;
  readonly machine: MachineUse | null;
  readonly edge: ProcessUse | null;
};

const EVERY_MS = 500;

/** Looks twice a second at what k6 uses, until it is stopped. */
export class Sampler {
  readonly samples: Sample[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #pids: { readonly k6: number; readonly edge: number | null };

  constructor(pids: { readonly k6: number; readonly edge: number | null }) {
    this.#pids = pids;
    this.#timer = setInterval(() => this.#take(), EVERY_MS);
    this.#take();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #take(): void {
    const { k6, edge } = this.#pids;
    this.samples.push({
      atMs: Date.now(),
      k6: readProcess(k6),
      machine: readMachineUse(),
      edge: edge === null ? null : readTree(edge),
    });
  }
}
