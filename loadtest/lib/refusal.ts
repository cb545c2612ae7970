import ws from "k6/ws";

/**
 * The status with which an edge refuses an upgrade, 0 when nobody answers. `k6/websockets` keeps it from a script (k6
 * 2.2.0), so the edge is asked once more by the older module, which tells it.
 */
export function readRefusal(url: string): number {
  return ws.connect(url, {}, (socket) => socket.close()).status;
}
