import type { Run } from "../model/run.ts";
import { toCount } from "./format.ts";
import { type Table, tableOf } from "./table.ts";

type Fact = { readonly name: string; readonly value: string };

/** What the numbers depend on: machine, commit, tools. */
export function machineTable(run: Run): Table {
  const { date, commit, cores, cpu, memoryGiB, os, node, loadBefore } = run.machine;
  return factTable(run.deployment === "remote" ? "The generator's machine" : "Machine and source", [
    { name: "date", value: date },
    { name: "commit", value: commit },
    { name: "deployment", value: run.deployment },
    { name: "url", value: run.url },
    { name: "trials", value: toCount(run.trials.length, "trial") },
    { name: "cpu", value: `${toCount(cores, "core")}, ${cpu}` },
    { name: "memory", value: `${memoryGiB} GiB` },
    { name: "system", value: os },
    { name: "load before", value: loadBefore.toFixed(2) },
    { name: "node", value: node },
    { name: "k6", value: run.k6 },
  ]);
}

/** Every variable as it was used. */
export function configurationTable({ configuration }: Pick<Run, "configuration">): Table {
  return factTable(
    "Configuration",
    Object.entries(configuration).map(([name, value]) => ({ name, value })),
  );
}

function factTable(caption: string, facts: readonly Fact[]): Table {
  const columns = [
    { name: "name", cell: ({ name }: Fact) => name },
    { name: "value", cell: ({ value }: Fact) => value },
  ];
  return tableOf(caption, columns, facts);
}
