import { type FailureName, failures } from "../../contracts/failures.ts";
import type { Refusal } from "../../contracts/reply.ts";

/** Closes a socket with a failure's close code; one that is closing already stays as it is. */
export function closeSocket(socket: WebSocket, failure: FailureName, reason: string = failures[failure].message): void {
  close(socket, failures[failure].close, reason);
}

/**
 * Answers the close frame of a client. The runtime does not echo one for hibernating sockets (compatibility date
 * 2026-10-20), and refuses to send the reserved codes.
 */
export function echoClose(socket: WebSocket, code: number, reason: string): void {
  const reserved = code === 1005 || code === 1006 || code === 1015;
  close(socket, reserved ? 1000 : code, reserved ? "" : reason);
}

/** The answer to an upgrade that is refused: its body is the refusal. */
export function refuseUpgrade(refusal: Refusal): Response {
  return Response.json(refusal, { status: failures[refusal.failure].status });
}

function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // The peer was faster.
  }
}
