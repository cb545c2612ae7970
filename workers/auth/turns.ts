const WIDTH = 4;

type Line = { running: number; readonly waiting: (() => void)[] };

// Of this isolate, by who tries what.
const lines = new Map<string, Line>();

/**
 * Lets few attempts of one address at one name run at once and the others wait their turn: an attempt counts until it
 * has succeeded, so a burst with the right password would otherwise be refused for its own width. [AT3]
 */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const line = lines.get(key) ?? { running: 0, waiting: [] };
  lines.set(key, line);
  if (line.running < WIDTH) line.running++;
  else await new Promise<void>((go) => line.waiting.push(go));
  try {
    return await work();
  } finally {
    leave(key, line);
  }
}

/** Hands the place on to the next in line, or gives it up. */
function leave(key: string, line: Line): void {
  const next = line.waiting.shift();
  if (next === undefined) line.running--;
  else next();
  if (line.running === 0) lines.delete(key);
}
