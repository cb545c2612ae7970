import { join, relative } from "node:path";
import { toText } from "../report/text.ts";
import { writeReport } from "../report/write-report.ts";
import { ExitCode, exitCodeOf } from "../run/failures.ts";
import { onInterruption } from "../run/interruption.ts";
import { ensureK6 } from "../run/k6.ts";
import { LADDER_USAGE, type LadderOptions, readLadderArguments } from "./arguments.ts";
import { climbLadder, type Ladder } from "./ladder-run.ts";
import { openPlace, type Place } from "./place.ts";
import { KINDS, listRungs, toRungs } from "./rungs.ts";

/** `npm run loadtest -- ladder`: the original tester's scenarios. Answers the exit code (ExitCode). */
export async function ladderCommand(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) return say(LADDER_USAGE);
  if (args.includes("--list")) return say(listRungs());
  try {
    return await climbAll(readLadderArguments(args, process.env));
  } catch (error) {
    return exitCodeOf(error);
  }
}

async function climbAll(options: LadderOptions): Promise<number> {
  const k6 = await ensureK6();
  const interruption = onInterruption();
  const { signal } = interruption;
  let place: Place | null = null;
  let passes = true;
  try {
    place = await openPlace(options);
    for (const ladder of toLadders(options)) {
      if (!signal.aborted) passes = (await climbOne({ ...ladder, place, k6, signal }, options.out)) && passes;
    }
  } finally {
    await place?.end();
    interruption.forget();
  }
  return passes && !signal.aborted ? ExitCode.pass : ExitCode.fail;
}

async function climbOne(ladder: Ladder, out: string): Promise<boolean> {
  const { run, failure } = await climbLadder(ladder);
  const folder = join(out, "loadtest", run.id);
  writeReport(run, folder);
  console.log(toText(run));
  console.log(`Report: ${relative("", join(folder, "report.html"))}; run.json and every trial are beside it.`);
  if (failure !== null) throw failure;
  return run.verdict === "pass";
}

/** One ladder for each kind and transport, in the tester's order. */
function toLadders(options: LadderOptions): readonly Pick<Ladder, "options" | "transport" | "rungs">[] {
  const all = toRungs(options.form, options.kinds, options.users, options.settings.userCount);
  return options.transports.flatMap((transport) =>
    KINDS.map((kind) => ({ options, transport, rungs: all.filter((rung) => rung.kind === kind) })).filter(
      ({ rungs }) => rungs.length > 0,
    ),
  );
}

function say(text: string): number {
  console.log(text);
  return ExitCode.pass;
}
