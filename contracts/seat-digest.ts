/** A digest of seats that does not depend on their order: equal sets give equal text. */
export function digestSeats(connections: Iterable<string>): string {
  const digest = new SeatDigest();
  for (const connection of connections) digest.add(connection);
  return digest.text;
}

/** The same of a set that changes: what a seat costs does not grow with the others. */
export class SeatDigest {
  #count = 0;
  #sum = 0;

  get text(): string {
    return `${this.#count}:${this.#sum}`;
  }

  /** A connection that is not in it. */
  add(connection: string): void {
    this.#count += 1;
    this.#sum = (this.#sum + hash(connection)) >>> 0;
  }

  /** A connection that is in it. */
  remove(connection: string): void {
    this.#count -= 1;
    this.#sum = (this.#sum - hash(connection)) >>> 0;
  }
}

function hash(connection: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < connection.length; i++) value = Math.imul(value ^ connection.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
