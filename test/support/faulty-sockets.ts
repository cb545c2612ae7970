import type WebSocket from "ws";
import type { Person, RoomEvent } from "../../contracts/event.ts";
import { Op, parseJoinFrame, toDirectFrame, toRoomFrame } from "../../contracts/gochat.ts";
import { type ClientFrame, PING, PONG, parseClientFrames, type ServerFrame } from "../../contracts/native.ts";
import type { FaultyLane } from "./faulty-lane.ts";
import type { FaultyRoom } from "./faulty-room.ts";
import { textOf } from "./native-socket.ts";

/** What the sockets of both dialects need of the edge. */
export type SocketPorts = {
  readonly personOf: (token: string) => Person | undefined;
  readonly roomOf: (room: string) => FaultyRoom;
  /** Whether the next send is refused. */
  readonly refuses: () => boolean;
  readonly laneTo: (room: FaultyRoom, transmit: (event: RoomEvent) => void) => FaultyLane;
};

const WINDOW_BYTES = 1_048_576;

/** gochat's socket: the first frame names session and room; what is sent to the user comes as well. */
export function serveGochatSocket(socket: WebSocket, { personOf, roomOf, laneTo }: SocketPorts): void {
  socket.once("message", (data) => {
    const join = parseJoinFrame(textOf(data));
    const person = join.ok ? personOf(join.value.authToken) : undefined;
    if (!join.ok || person === undefined) return socket.close(1008, "invalid token");
    const { roomId } = join.value;
    const room = roomOf(String(roomId));
    const lane = laneTo(room, (event) => socket.send(JSON.stringify(toRoomFrame(event, roomId))));
    const own = roomOf(`u${person.id}`);
    const to = { toUserId: person.id, toUserName: person.name, roomId };
    const ownLane = laneTo(own, (event) => socket.send(JSON.stringify(toDirectFrame({ event, ...to }))));
    room.seat(lane, person);
    own.seat(ownLane, person);
    const roomUserInfo = room.people;
    const count = Object.keys(roomUserInfo).length;
    socket.send(JSON.stringify({ op: Op.roomInfo, roomId, count, roomUserInfo }));
    socket.on("close", () => {
      room.leave(lane);
      own.leave(ownLane);
    });
  });
}

/**
 * The native room socket. It lies about `after`: every run follows what its subscriber has, so that a client which reads
 * on where there is a gap sees none, as with a server that lost a message itself.
 */
export function serveNativeSocket(socket: WebSocket, person: Person, name: string, ports: SocketPorts): void {
  const room = ports.roomOf(name);
  let position = 0;
  const tell = (...frames: readonly ServerFrame[]) => socket.send(JSON.stringify(frames));
  const lane = ports.laneTo(room, (event) => {
    tell({ type: "events", after: Math.min(position, event.seq - 1), events: [event] });
    position = Math.max(position, event.seq);
  });
  const take = (frame: ClientFrame) => {
    if (frame.type === "send" && ports.refuses()) {
      tell({ type: "refused", id: frame.id, failure: "busy", message: "too much for now" });
    } else if (frame.type === "send") {
      room.accept(person, frame.body, frame.id, (seq) => tell({ type: "ok", id: frame.id, seq, at: Date.now() }));
    }
    if (frame.type === "hello") {
      room.seat(lane, person);
      const { resume } = frame;
      position = room.log.length;
      tell(welcomeTo(person, name, room));
      if (resume === undefined) return;
      tell({ type: "resumed", from: resume.seq, to: position });
      tell({ type: "events", after: resume.seq, events: room.log.slice(resume.seq) });
    }
  };
  socket.on("close", () => room.leave(lane));
  socket.on("message", (data) => {
    const text = textOf(data);
    if (text === PING) return socket.send(PONG);
    const frames = parseClientFrames(text);
    for (const frame of frames.ok ? frames.value : []) if (frame.type !== "bad") take(frame);
  });
}

function welcomeTo(person: Person, name: string, room: FaultyRoom): ServerFrame {
  const users = Object.entries(room.people).map(([id, user]) => ({ id: Number(id), name: user }));
  return {
    ...{ type: "welcome", room: name, epoch: "e1", seq: room.log.length, window: WINDOW_BYTES },
    you: { ...person, session: "s", read: 0, unread: 0 },
    presence: { count: users.length, users },
  };
}
