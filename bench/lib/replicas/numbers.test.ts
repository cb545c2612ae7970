import { Socket } from "node:net";
import { expect, it } from "vitest";
import { readFrames, takeTcpFrame, takeWebSocketFrame } from "./frame-readers.ts";
import { numberAt, numbered, Tally } from "./numbers.ts";

it("[BE2] a message begins with its number, and has a hundred bytes", () => {
  expect([numbered(42).length, numberAt(Buffer.from(`xx${numbered(42)}`), 2)]).toEqual([100, 42]);
});

it.each([
  ["lost", [1, 3]],
  ["doubled", [1, 1]],
  ["out of order", [2, 1]],
])("[BE2] a message that is %s is a fault of the trial", (_, numbers) => {
  const tally = new Tally(() => {});
  const tell = tally.reader();
  for (const n of numbers) tell(n);
  expect(tally.fault).toMatch(/^reader 0 got/);
});

it("[BE2] readers count for themselves", () => {
  const tally = new Tally(() => {});
  const readers = [tally.reader(), tally.reader()];
  for (const n of [1, 2]) for (const tell of readers) tell(n);
  expect([tally.fault, tally.delivered, tally.readers]).toEqual([undefined, 4, 2]);
});

it("[BE2] frames of both dialects are found where they begin and end, and not before they are whole", () => {
  const tcp = Buffer.concat([Buffer.from([0x76, 0x31, 0, 6]), Buffer.from("{}")]);
  expect([takeTcpFrame(tcp, 0), takeTcpFrame(tcp.subarray(0, 5), 0)]).toEqual([{ body: 4, end: 6 }, null]);
  const long = Buffer.concat([Buffer.from([0x81, 126, 0, 200]), Buffer.alloc(200)]);
  expect([takeWebSocketFrame(long, 0), takeWebSocketFrame(long.subarray(0, 203), 0)]).toEqual([
    { body: 4, end: 204 },
    null,
  ]);
  expect(takeWebSocketFrame(Buffer.from([0x81, 2, 0x7b, 0x7d]), 0)).toEqual({ body: 2, end: 4 });
});

it("[BE2] a sign of life at the end of what was read is no message, and the frames around it are", () => {
  const frame = (body: string) => Buffer.from(`v1\0${String.fromCharCode(body.length + 4)}${body}`, "latin1");
  const others: string[] = [];
  const tally = new Tally(() => {});
  const socket = new Socket();
  readFrames(socket, takeTcpFrame, tally, (body) => others.push(body.toString()));
  const message = (n: number) => frame(`{"code":0,"msg":"${numbered(n)}"}`.slice(0, 120));
  for (const chunk of [message(1), frame("ping msg"), message(2).subarray(0, 30), message(2).subarray(30)]) {
    socket.emit("data", chunk);
  }
  expect([others, tally.delivered, tally.fault]).toEqual([["ping msg"], 2, undefined]);
});
