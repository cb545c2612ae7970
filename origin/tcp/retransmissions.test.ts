import { describe, expect, it } from "vitest";
import { connectionKey, Retransmissions, readRetransmitting } from "./retransmissions.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const IDLE =
  "   0: 0100007F:1B59 0100007F:9F98 01 00000000:00000000 02:000003E7 00000000     0        0 1 2 0 20 4 30 10 -1";
const FIRST =
  "   1: 0100007F:1B59 0201A8C0:9F9C 01 00000005:00000000 01:000000D2 00000000     0        0 1 2 0 20 4 30 10 -1";
const AGAIN =
  "   1: 0100007F:1B59 0201A8C0:9F9C 01 00000005:00000000 01:000000D2 0000000A     0        0 1 2 0 20 4 30 10 -1";
const WINDOW =
  "   2: 0100007F:1B59 0100007F:9FA0 01 00000005:00000000 04:000000D2 00000003     0        3 1 2 0 20 4 30 10 -1";
const MAPPED =
  "   3: 0000000000000000FFFF00000100007F:1B59 0000000000000000FFFF00000201A8C0:9F9C 01 00000005:00000000 01:000000D2 00000002 0 0 1";

describe("peers that acknowledge nothing", () => {
  it("[TC7] only a connection whose bytes are repeated counts: not an idle one, nor one that reads slowly", () => {
    const table = [HEAD, IDLE, FIRST, AGAIN, WINDOW, ""].join("\n");
    expect(readRetransmitting(table)).toEqual([connectionKey(7001, "192.168.1.2", 40_860)]);
  });

  it("[TC7] an IPv4 peer on an IPv6 socket is the same peer", () => {
    expect(readRetransmitting(MAPPED)).toEqual([connectionKey(7001, "::ffff:192.168.1.2", 40_860)]);
  });

  it("[TC7] it is overdue after 40 s without a look that found it well", async () => {
    const gone = { localPort: 7001, remoteAddress: "192.168.1.2", remotePort: 40_860 };
    const well = { localPort: 7001, remoteAddress: "127.0.0.1", remotePort: 40_856 };
    let table = AGAIN;
    const retransmissions = new Retransmissions(async () => table);
    const look = (nowMs: number) => retransmissions.overdue([well, gone], nowMs);
    expect([await look(0), await look(39_999), await look(40_000)]).toEqual([[], [], [gone]]);
    table = FIRST;
    expect(await look(50_000)).toEqual([]);
    table = AGAIN;
    expect([await look(60_000), await look(99_999), await look(100_000)]).toEqual([[], [], [gone]]);
  });
});
