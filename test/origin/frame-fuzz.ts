import fc from "fast-check";
import { expect, it } from "vitest";
import { GochatTcp, tcpBody, tcpFrame } from "../support/gochat-tcp.ts";
import { range } from "../support/reader.ts";
import { readLog, register, type User } from "../support/rest.ts";
import type { System } from "../support/system.ts";

const ROUNDS = Number(process.env.ORIGIN_ROUNDS ?? 1);
const FRAME_BYTES_MAX = 32_767;

const header = (version: string, length: number) => {
  const bytes = Buffer.from(`${version}xx`, "latin1");
  bytes.writeUInt16BE(length, 2);
  return bytes;
};
/** What no client of gochat says. */
const garbage: readonly (readonly [string, Buffer])[] = [
  ["an HTTP request", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ["another version", Buffer.concat([header("v2", 10), Buffer.from("123456")])],
  ...[0, 1, 2, 3].map((length) => [`a length of ${length}`, header("v1", length)] as const),
  ["the five bytes with length 0xFFFF that end the original", Buffer.from("v1\xff\xffx", "latin1")],
  ["a negative length", header("v1", 0x8000)],
  ["a body that is no JSON", tcpFrame("{")],
  ["an empty body", tcpFrame("")],
  ["JSON that is no object", tcpFrame("[1]")],
  ["null", tcpFrame("null")],
  ["a body that is no UTF-8", tcpFrame(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))],
  ["an op that is no number", tcpFrame('{"op":"6"}')],
  ["a PROXY line behind the first frame", Buffer.concat([tcpFrame('{"op":99}'), Buffer.from("PROXY TCP4\r\n")])],
  ["a PROXY line that never ends", Buffer.from(`PROXY TCP4 ${"1".repeat(200)}`)],
];

/** gochat's frames against the live server: every split, every length, and what is no frame. */
export function describeFrameFuzz(system: () => System): void {
  const place = async (roomId: number) => {
    const { edge, tcp } = system();
    const user = await register(edge.url);
    const port = tcp[0]?.tcp[0] ?? 0;
    return { url: edge.url, port, user, client: await GochatTcp.join(port, edge.url, user.token, roomId) };
  };
  const bodies = async (url: string, { token }: User, roomId: number) =>
    (await readLog(url, token, `${roomId}`)).map(({ body }) => body);

  it("[OS3] a frame that is split at any byte is the same frame", async () => {
    const roomId = 811;
    const { url, user, client } = await place(roomId);
    const frame = (text: string) => tcpFrame(tcpBody({ op: 3, roomId, msg: text }));
    const cuts = range(frame("1000 é").length - 1);
    for (const cut of cuts) {
      const bytes = frame(`${1000 + cut} é`);
      client.write(bytes.subarray(0, cut));
      await new Promise(setImmediate); // the rest leaves with a write of its own
      client.write(bytes.subarray(cut));
    }
    const wanted = cuts.map((cut) => `${1000 + cut} é`);
    await expect.poll(() => client.texts, { timeout: 10_000 }).toEqual(wanted);
    expect(await bodies(url, user, roomId)).toEqual(wanted);
  });

  it("[OS3] frames that are glued and cut anywhere arrive whole and in order", async () => {
    const roomId = 812;
    const { client } = await place(roomId);
    const sent: string[] = [];
    const glued = fc.record({
      texts: fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 8 }),
      cuts: fc.array(fc.nat({ max: 4_000 }), { maxLength: 6 }),
    });
    const property = fc.asyncProperty(glued, async ({ texts, cuts }) => {
      const bytes = Buffer.concat(texts.map((msg) => tcpFrame(tcpBody({ op: 3, roomId, msg }))));
      const places = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
      for (const [i, from] of places.entries()) {
        client.write(bytes.subarray(from, places[i + 1]));
        await new Promise(setImmediate);
      }
      sent.push(...texts);
    });
    await fc.assert(property, { numRuns: 40 * ROUNDS });
    await expect.poll(() => client.texts.length, { timeout: 10_000 }).toBe(sent.length);
    expect(client.texts).toEqual(sent);
  });

  it("[OS3] a message of every length up to the longest frame reaches the log whole", async () => {
    const roomId = 813;
    const { url, user, client } = await place(roomId);
    const overhead = tcpFrame(tcpBody({ op: 3, roomId, msg: "" })).length;
    const longest = FRAME_BYTES_MAX - overhead;
    const lengths = [...range(40), 255, 256, 257, 4_095, 4_096, 8_191, 16_384, longest - 1, longest];
    const wanted = lengths.map((length) => `${length}`.padEnd(length, ".").slice(0, length));
    for (const msg of wanted) client.say(roomId, msg);
    await expect.poll(() => client.texts.length, { timeout: 10_000 }).toBe(lengths.length);
    expect(await bodies(url, user, roomId)).toEqual(wanted);
    expect(client.refused).toEqual([]);
  });

  it.each(garbage)("[OS4] %s closes that connection alone, with a reason in the log", async (_, bytes) => {
    const roomId = 814;
    const { port, client } = await place(roomId);
    const replica = system().tcp[0];
    const before = (await replica?.metric("edgechat_origin_tcp_closed_total")) ?? 0;
    const stranger = await GochatTcp.open(port);
    stranger.write(bytes);
    await stranger.closed;
    await expect.poll(() => replica?.metric("edgechat_origin_tcp_closed_total")).toBeGreaterThan(before);
    const text = `after ${crypto.randomUUID()}`;
    client.say(roomId, text);
    await expect.poll(() => client.texts).toContain(text);
    client.close();
  });

  it("[OS4] random bytes in front of, within and behind frames end no other connection and not the process", async () => {
    const roomId = 815;
    const { port, client } = await place(roomId);
    const frame = tcpFrame(tcpBody({ op: 6, authToken: "x", roomId }));
    const noise = fc.tuple(fc.uint8Array({ maxLength: 64 }), fc.nat(frame.length), fc.uint8Array({ maxLength: 64 }));
    const property = fc.asyncProperty(noise, async ([ahead, cut, behind]) => {
      const stranger = await GochatTcp.open(port);
      stranger.write(Buffer.concat([ahead, frame.subarray(0, cut), behind]));
      stranger.close();
      await stranger.closed;
    });
    await fc.assert(property, { numRuns: 60 * ROUNDS });
    client.say(roomId, "still here");
    await expect.poll(() => client.texts).toEqual(["still here"]);
  });

  it("[OS4] who says something before a bind, or binds with nothing, is closed", async () => {
    const { url, port, user } = await place(816);
    const wrong = [
      { op: 3, roomId: 816, msg: "hello", authToken: user.token },
      { op: 6, roomId: 816, authToken: "" },
      { op: 6, roomId: 0, authToken: user.token },
      { op: 6, roomId: -1, authToken: user.token },
      { op: 6, roomId: 816, authToken: "dead" },
    ];
    for (const fields of wrong) {
      const client = await GochatTcp.open(port);
      client.send(fields);
      await client.closed;
      expect(client.refused).toHaveLength(1);
    }
    expect(await bodies(url, user, 816)).toEqual([]);
  });
}
