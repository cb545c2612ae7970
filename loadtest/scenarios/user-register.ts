import { plan } from "../lib/clock.ts";
import { gochat } from "../lib/http.ts";
import { iterate, pause } from "../lib/iteration.ts";
import { toOptions } from "../lib/options.ts";
import { freshName, PASSWORD, reachEdge } from "../lib/users.ts";

/** Registrations, each under a new name. */
export const options = toOptions({ plan, measures: ["http"] });

/** Nobody has to be there before: says only whether the edge is. */
export function setup(): void {
  reachEdge();
}

/** One iteration. */
export default function (): void {
  iterate(() => {
    gochat.register(freshName(), PASSWORD);
    pause(300, 700);
  });
}
