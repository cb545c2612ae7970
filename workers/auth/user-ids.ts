import type { DirectoryStub, Namespace } from "../../contracts/objects.ts";

type Directory = { readonly DIRECTORY: Namespace<DirectoryStub> };

const IDS_MAX = 20_000;
// A name keeps its id while its account lives, so every request of the isolate may keep it. Whoever finds no account
// behind it drops it: the name may have come back under another id. What was not found may appear at any time.
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

/** Forgets that a name led to this id: nobody is there. */
export function dropUserId(key: string, id: number): void {
  if (ids.get(key) === id) ids.delete(key);
}

/** Frees a name that led to somebody who was removed, here and in the directory. [AC18] */
export async function freeUserName(env: Directory, key: string, id: number): Promise<void> {
  dropUserId(key, id);
  await directory(env).forget(key, id);
}

/** The one directory. */
export function directory(env: Directory): DirectoryStub {
  return env.DIRECTORY.getByName("directory");
}
