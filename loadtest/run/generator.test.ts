import { describe, expect, it } from "vitest";
import { toGeneratorRow } from "./generator.ts";
import type { Sample } from "./sampler.ts";

type Use = { readonly k6: number; readonly machine: number };
const span = { fromMs: 1_000, toMs: 11_000 };

/** Samples of two cores, each second, from before the span until after it, with so many cores used inside of it. */
function samplesOf({ k6, machine }: Use): readonly Sample[] {
  return Array.from({ length: 13 }, (_, second) => {
    const inside = Math.min(Math.max(second - 1, 0), 10);
    return {
      atMs: second * 1_000,
      k6: { cpuSeconds: 5 + inside * k6, residentMiB: 100 + second },
      machine: { busySeconds: 7 + inside * machine, totalSeconds: 20 + second * 2 },
      edge: { cpuSeconds: inside * (machine - k6), residentMiB: 50 },
    };
  });
}

const rowOf = (use: Use, changes: Partial<Parameters<typeof toGeneratorRow>[2]> = {}) =>
  toGeneratorRow(samplesOf(use), span, { cores: 2, isBesideEdge: true, lagP99Ms: 3, ...changes });

describe("the generator in a step", () => {
  it("[LR7] its figures are those of the steady phase alone", () => {
    const row = rowOf({ k6: 0.5, machine: 1.5 });
    expect(row).toMatchObject({ cores: 0.5, machineBusy: 0.75, residentMiB: 111, lagP99Ms: 3, edgeCores: 1 });
    expect(row).toMatchObject({ limited: false, reasons: [] });
  });

  it("[LR7] nine tenths of all cores are its limit", () => {
    expect(rowOf({ k6: 1.79, machine: 1.8 }).limited).toBe(false);
    expect(rowOf({ k6: 1.8, machine: 1.8 }).reasons).toEqual(["k6 used 1.8 of 2 cores"]);
  });

  it("[LR7] timers that are more than 100 ms late are its limit", () => {
    expect(rowOf({ k6: 0.1, machine: 0.2 }, { lagP99Ms: 100 }).limited).toBe(false);
    expect(rowOf({ k6: 0.1, machine: 0.2 }, { lagP99Ms: 101 }).reasons[0]).toContain("101 ms late");
  });

  it("[LR7] on a machine that is full and that it shares with the edge it may use half of what is used", () => {
    expect(rowOf({ k6: 0.9, machine: 1.95 }).limited).toBe(false);
    expect(rowOf({ k6: 1.2, machine: 1.8 }).limited).toBe(false);
    expect(rowOf({ k6: 1.2, machine: 1.95 }).reasons[0]).toContain("98 % busy, and k6 used 62 %");
    expect(rowOf({ k6: 1.2, machine: 1.95 }, { isBesideEdge: false }).limited).toBe(false);
  });

  it("[LR7] what a machine does not tell is null, and limits nothing", () => {
    const samples = samplesOf({ k6: 2, machine: 2 }).map(({ atMs }) => ({ atMs, k6: null, machine: null, edge: null }));
    expect(toGeneratorRow(samples, span, { cores: 2, isBesideEdge: true, lagP99Ms: null })).toEqual({
      ...{ cores: null, machineBusy: null, residentMiB: null, edgeCores: null, edgeMiB: null, lagP99Ms: null },
      ...{ limited: false, reasons: [] },
    });
  });
});
