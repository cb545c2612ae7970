import { fc } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { digestSeats, SeatDigest } from "./seat-digest.ts";

const connection = fc.oneof(fc.uuid(), fc.string());
const connections = fc.uniqueArray(connection, { maxLength: 40 });

/** FNV-1a in exact whole numbers, as its description has it, over UTF-16 code units. */
function plainHash(text: string): bigint {
  const units = Array.from({ length: text.length }, (_, i) => BigInt(text.charCodeAt(i)));
  return units.reduce((hash, unit) => ((hash ^ unit) * 16_777_619n) % 2n ** 32n, 2_166_136_261n);
}

function plainDigest(seats: readonly string[]): string {
  return `${seats.length}:${seats.reduce((sum, seat) => sum + plainHash(seat), 0n) % 2n ** 32n}`;
}

it("[CA3] a digest is the number of seats and the sum of their hashes in 32 bits, in any order", () => {
  const shuffled = connections.chain((seats) =>
    fc.tuple(fc.constant(seats), fc.shuffledSubarray(seats, { minLength: seats.length })),
  );
  fc.assert(
    fc.property(shuffled, ([seats, others]) => {
      expect(digestSeats(seats)).toBe(plainDigest(seats));
      expect(digestSeats(others)).toBe(plainDigest(seats));
    }),
  );
});

it("[CA3] a digest that follows every coming and going is at each step that of who is there", () => {
  fc.assert(
    fc.property(connections, fc.array(fc.nat(39), { maxLength: 200 }), (pool, steps) => {
      const digest = new SeatDigest();
      const seats = new Set<string>();
      for (const step of steps) {
        const seat = pool[step % Math.max(1, pool.length)];
        if (seat === undefined) continue;
        if (seats.delete(seat)) digest.remove(seat);
        else {
          seats.add(seat);
          digest.add(seat);
        }
        expect(digest.text).toBe(plainDigest([...seats]));
      }
    }),
  );
});

it("[CA3] one seat more, less or other is another digest", () => {
  fc.assert(
    fc.property(connections, fc.uuid(), fc.uuid(), (seats, one, other) => {
      const [all, most] = [digestSeats([...seats, one]), digestSeats(seats)];
      expect(all).not.toBe(most);
      fc.pre(one !== other);
      expect(digestSeats([...seats, other])).not.toBe(all);
    }),
  );
});
