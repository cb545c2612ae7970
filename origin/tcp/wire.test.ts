import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { Wire } from "./wire.ts";

let server: Server;
let near: Socket;
let far: Socket;
const ended = vi.fn<() => void>();
const warn = vi.spyOn(console, "warn");
beforeEach(async () => {
  ended.mockReset();
  warn.mockReset().mockReturnValue();
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  far = connect((server.address() as AddressInfo).port, "127.0.0.1");
  far.on("error", () => {});
  [near] = (await once(server, "connection")) as [Socket];
  near.on("error", () => {});
});
afterEach(() => {
  near.destroy();
  far.destroy();
  server.close();
});

/** Writes until the kernel takes no more, and something waits in this process. */
function fill(wire: Wire, bytes: number): void {
  const chunk = Buffer.alloc(65_536);
  while (wire.isOpen && near.writableLength <= bytes) wire.write(chunk);
}

describe("the way to one TCP client", () => {
  it("[TC13] a client that does not read is cut off past the bound, once, with a log line", async () => {
    const wire = new Wire(near, "tcp-1", ended);
    far.pause();
    fill(wire, limits.TCP_BUFFER_BYTES_MAX);
    expect(wire.isOpen).toBe(true);
    expect(wire.write(Buffer.alloc(1))).toBe(false);
    expect([wire.isOpen, near.destroyed]).toEqual([false, true]);
    expect(near.writableLength).toBeLessThan(limits.TCP_BUFFER_BYTES_MAX + 131_072);
    expect(ended).toHaveBeenCalledOnce();
    expect(warn.mock.calls.map(([line]) => JSON.parse(line as string) as object)).toMatchObject([
      { event: "tcp connection closed", connection: "tcp-1", reason: "slow" },
    ]);
  });

  it("[TC13] one run of more than the bound reaches a client that reads", async () => {
    const wire = new Wire(near, "tcp-1", ended);
    let read = 0;
    far.on("data", (chunk) => {
      read += chunk.length;
    });
    wire.write(Buffer.alloc(3 * limits.TCP_BUFFER_BYTES_MAX));
    await expect.poll(() => read).toBe(3 * limits.TCP_BUFFER_BYTES_MAX);
    expect(wire.write(Buffer.alloc(1))).toBe(true);
  });

  it("[TC7] a client for whom the last ping has not even left is gone", () => {
    const wire = new Wire(near, "tcp-1", ended);
    far.pause();
    fill(wire, 0);
    wire.ping();
    expect(wire.isOpen).toBe(true);
    wire.ping();
    expect(wire.isOpen).toBe(false);
    expect(warn.mock.calls.join()).toContain("vanished");
  });

  it("[TC7] pings that leave close nobody", async () => {
    const wire = new Wire(near, "tcp-1", ended);
    for (let i = 1; i <= 3; i += 1) {
      wire.ping();
      await expect.poll(() => near.writableLength).toBe(0);
    }
    expect(wire.isOpen).toBe(true);
  });

  it("[TC12] a goodbye arrives before the end, also while the client is still sending", async () => {
    const wire = new Wire(near, "tcp-1", ended);
    far.write(Buffer.alloc(1_000_000));
    wire.finish("refused", "", Buffer.from("why"));
    wire.finish("left", "");
    const [chunk] = (await once(far, "data")) as [Buffer];
    expect(chunk.toString()).toBe("why");
    await once(far, "close");
    expect(ended).toHaveBeenCalledOnce();
    expect(wire.write(Buffer.alloc(1))).toBe(false);
  });
});
