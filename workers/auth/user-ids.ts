import type { DirectoryStub, Namespace } from "../../contracts/objects.ts";

type Directory = { readonly DIRECTORY: Namespace<DirectoryStub> };

const IDS_MAX = 20_000;
// What was found never changes, so every request of the isolate may keep it; what was not found may appear.
const ids = new Map<string, number>();

/** The ids of these keys, null where nobody registered. */
export async function findUserIds(env: Directory, keys: readonly string[]): Promise<readonly (number | null)[]> {
  return through(keys, (missing) => directory(env).find(missing));
}

/** The ids of these keys; a key that is new gets one. [AC3] */
export async function allocateUserIds(env: Directory, keys: readonly string[]): Promise<readonly number[]> {
  return through(keys, (missing) => directory(env).allocate(missing));
}

async function through<Id extends number | null>(
  keys: readonly string[],
  ask: (missing: readonly string[]) => Promise<readonly Id[]>,
): Promise<readonly (Id | number)[]> {
  const missing = [...new Set(keys.filter((key) => !ids.has(key)))];
  const found = missing.length === 0 ? [] : await ask(missing);
  const answers = new Map(missing.map((key, i) => [key, found[i]]));
  const result = keys.map((key) => ids.get(key) ?? answers.get(key));
  for (const [key, id] of answers) if (typeof id === "number") remember(key, id);
  return result.filter((id): id is Id | number => id !== undefined);
}

function remember(key: string, id: number): void {
  const [oldest] = ids.keys();
  if (ids.size >= IDS_MAX && oldest !== undefined) ids.delete(oldest);
  ids.set(key, id);
}

/** The one directory. */
export function directory(env: Directory): DirectoryStub {
  return env.DIRECTORY.getByName("directory");
}
