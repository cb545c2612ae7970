type Resolvers<T> = { readonly resolve: (value: T) => void; readonly reject: (error: Error) => void };
type Entry<T> = Resolvers<T> & { readonly promise: Promise<T> };

/** Promises by the id of what they wait for. Asking twice for one id is waiting for the same answer. */
export class Waiting<T> {
  readonly #entries = new Map<string, Entry<T>>();

  wait(id: string): Promise<T> {
    const known = this.#entries.get(id);
    if (known !== undefined) return known.promise;
    const entry = Promise.withResolvers<T>();
    this.#entries.set(id, entry);
    return entry.promise;
  }

  resolve(id: string, value: T): void {
    this.#take(id)?.resolve(value);
  }

  reject(id: string, error: Error): void {
    this.#take(id)?.reject(error);
  }

  rejectAll(error: Error): void {
    for (const id of [...this.#entries.keys()]) this.reject(id, error);
  }

  #take(id: string): Entry<T> | undefined {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    return entry;
  }
}
