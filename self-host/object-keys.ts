/**
 * Where the bare runtime keeps the objects of each class: the folder DATA_DIR/objects/<key>. A key never changes and is
 * never used again, whatever becomes of the class's name: objects under another key start empty. A renamed class keeps
 * the key of its row. [SH6]
 */
export const objectKeys: Readonly<Record<string, string>> = {
  RoomObject: "room",
  CarrierObject: "carrier",
  UserObject: "user",
  DirectoryObject: "directory",
  AttemptObject: "attempt",
  RosterObject: "roster",
  LobbyObject: "lobby",
  ReportsObject: "reports",
};

/** The key of a class. Throws when the class has no row, so that a rename cannot silently hide what is stored. */
export function objectKey(className: string): string {
  const key = objectKeys[className];
  if (key === undefined) {
    throw new Error(`the Durable Object class ${className} has no row in self-host/object-keys.ts: add one`);
  }
  return key;
}
