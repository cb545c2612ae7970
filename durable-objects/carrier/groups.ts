/** Things found by a key that several of them share. A key without things takes no memory. */
export class Groups<Key, Item> {
  readonly #groups = new Map<Key, Set<Item>>();

  of(key: Key): ReadonlySet<Item> {
    return this.#groups.get(key) ?? new Set();
  }

  keys(): readonly Key[] {
    return [...this.#groups.keys()];
  }

  add(key: Key, item: Item): void {
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, new Set([item]));
    else group.add(item);
  }

  remove(key: Key, item: Item): void {
    const group = this.#groups.get(key);
    if (group?.delete(item) && group.size === 0) this.#groups.delete(key);
  }
}
