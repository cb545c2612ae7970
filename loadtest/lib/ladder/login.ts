import exec from "k6/execution";
import { observe } from "../observe.ts";
import { logIn } from "./log-in.ts";
import { Measures } from "./measures.ts";
import { openTransport } from "./transport.ts";

/** Scenarios 1, 2 and 4 to 7: everybody logs in, and that is all. */
export async function login(): Promise<void> {
  if (exec.vu.idInTest === 1) observe({ type: "began", atMs: exec.scenario.startTime });
  const transport = openTransport();
  const measures = new Measures();
  await logIn(transport, measures);
  for (const line of measures.report(1)) observe(line);
  transport.close();
}
