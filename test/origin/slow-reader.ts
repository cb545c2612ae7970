import { expect, it } from "vitest";
import { GochatTcp } from "../support/gochat-tcp.ts";
import { GrpcClient } from "../support/grpc.ts";
import { range } from "../support/reader.ts";
import { register } from "../support/rest.ts";
import type { System } from "../support/system.ts";

const MESSAGE = "x".repeat(30_000);
/** More than the kernel's buffers and the replica's bound hold together. */
const MESSAGES = 900;
const AT_ONCE = 50;
const CLOSED = "edgechat_origin_tcp_closed_total";

/** A client that does not read is nobody's business but its own. */
export function describeSlowReader(system: () => System): void {
  it("[OS9] [P9] a TCP client that does not read is closed visibly, and everybody else gets everything", async () => {
    const { edge, tcp } = system();
    const [replica] = tcp;
    const port = replica?.tcp[0] ?? 0;
    const roomId = 841;
    const [slow, quick, writer] = await Promise.all(
      range(3).map(async () => GochatTcp.join(port, edge.url, (await register(edge.url)).token, roomId)),
    );
    const closed = (await replica?.metric(CLOSED)) ?? 0;
    slow?.pause();
    for (let first = 1; first <= MESSAGES; first += AT_ONCE) {
      for (const i of range(first + AT_ONCE - 1, first)) writer?.say(roomId, `${i} ${MESSAGE}`, `${i}`);
      await expect.poll(() => writer?.taken.length, { timeout: 10_000 }).toBe(first + AT_ONCE - 1);
    }
    await expect.poll(() => quick?.texts.length, { timeout: 15_000 }).toBe(MESSAGES);
    expect(quick?.texts.map((text) => Number.parseInt(text, 10))).toEqual(range(MESSAGES));
    await expect.poll(() => replica?.metric(CLOSED)).toBe(closed + 1);
    slow?.resume();
    await slow?.closed;
    // What it did get is the beginning of it all, without a hole.
    const got = slow?.texts.map((text) => Number.parseInt(text, 10)) ?? [];
    expect(got).toEqual(range(got.length));
    expect(got.length).toBeLessThan(MESSAGES);
    expect(quick?.isOpen && writer?.isOpen).toBe(true);
  });

  it("[OS9] [P9] a Subscribe that is not read holds up nobody and gets everything once it is", async () => {
    const { edge, grpc } = system();
    const port = grpc[0]?.grpc("gateway") ?? 0;
    const [slow, quick] = await Promise.all([register(edge.url), register(edge.url)]);
    const place = ({ token, name }: typeof slow) => ({
      auth: { credential: token },
      room_name: "842",
      person_name: name,
    });
    const [slowClient, client] = [new GrpcClient("gateway", port), new GrpcClient("gateway", port)];
    const [waiting, read] = [slowClient.subscribe(place(slow)), client.subscribe(place(quick))];
    await Promise.all([waiting.stands, read.stands]);
    waiting.pause();
    const wanted = range(300).map((i) => `${i} ${MESSAGE}`);
    for (const text of wanted) await client.call("SendMessage", { ...place(quick), text });
    await expect.poll(() => read.texts.length).toBe(wanted.length);
    waiting.resume();
    await expect.poll(() => waiting.texts.length, { timeout: 10_000 }).toBe(wanted.length);
    expect(waiting.texts).toEqual(wanted);
    for (const one of [slowClient, client]) one.close();
  });
}
