/** The first of a run's numbered rooms: runs do not meet, up to a thousand rooms each. */
export function roomBase(run: string): number {
  let hash = 0;
  for (let i = 0; i < run.length; i++) hash = (Math.imul(hash, 31) + run.charCodeAt(i)) >>> 0;
  return ROOMS_FROM + (hash % RUNS) * ROOMS_PER_RUN;
}

/** Numbers below are left to people and to the scenarios of gochat. */
const ROOMS_FROM = 1_000_000;
const RUNS = 1_000_000;
const ROOMS_PER_RUN = 1_000;
