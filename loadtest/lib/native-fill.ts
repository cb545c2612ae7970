import { encodeStamp } from "../model/stamp.ts";
import { uncounted } from "./connect-log.ts";
import { EventsReader } from "./native-frames.ts";
import { NativeSocket, type SocketPorts } from "./native-socket.ts";
import { messageBytes } from "./settings.ts";
import { target } from "./target.ts";
import { waitFor } from "./wait.ts";

const FILL_MS_MAX = 120_000;
/** So many sends wait for their answers at once. */
const IN_FLIGHT_MAX = 256;

/** Writes messages 1 to `count` into a new room, so that a message's number is its seq. For setup(); throws when it fails. */
export async function fillRoom(room: string, token: string, count: number): Promise<void> {
  let wrong = "";
  const ports: SocketPorts = {
    seen: () => {},
    told: () => {},
    acked: (id, seq) => {
      if (Number(id) !== seq) wrong = `message ${id} of room ${room} stands at seq ${seq}: the room was not new`;
    },
    refused: (id, failure, message) => {
      wrong = `message ${id} of room ${room} was refused: ${failure}, ${message}`;
    },
    over: (code) => {
      wrong = `room ${room} closed with ${code}`;
    },
  };
  const socket = new NativeSocket({ room, token }, new EventsReader(target.run), ports, uncounted);
  socket.dial();
  const byMs = Date.now() + FILL_MS_MAX;
  for (let number = 1; number <= count && wrong === ""; number++) {
    if (socket.session.waiting >= IN_FLIGHT_MAX) await waitFor(() => socket.session.waiting < IN_FLIGHT_MAX / 2, byMs);
    const stamp = { run: target.run, step: 1, channel: room, publisher: "history", number, sentAtMs: Date.now() };
    socket.session.send(String(number), encodeStamp(stamp, messageBytes));
  }
  const isDone = await waitFor(() => socket.session.waiting === 0 || wrong !== "", byMs);
  socket.close();
  if (!isDone) wrong = `room ${room} did not take ${count} messages in ${FILL_MS_MAX / 1_000} s`;
  if (wrong !== "") throw new Error(wrong);
}
