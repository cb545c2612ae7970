import { check } from "k6";
import ws from "k6/ws";
import { anyRoom, own } from "./requests.js";

const WS_URL = __ENV.WS_URL || "ws://localhost:7000/ws";

/** Whoever joins is told who is in the room; a busy machine may take a while to. */
const FRAME_MS_MAX = 10_000;

/**
 * A session of the original's websocket: signs in by its first frame, listens, closes when its time is over and a frame
 * has come. Answers how many came.
 */
export function listen(users, sessionMs) {
  let frames = 0;
  let isOver = false;
  const response = ws.connect(WS_URL, { tags: { name: "ws", step: "1", vus: "2", phase: "steady" } }, (socket) => {
    socket.on("open", () => socket.send(JSON.stringify({ authToken: own(users).authToken, roomId: anyRoom() })));
    socket.on("message", (text) => {
      frames += 1;
      if (isOver) socket.close();
      check(JSON.parse(text), { "ws: a frame has an op": ({ op }) => [2, 3, 4, 5].includes(op) });
    });
    socket.on("error", (error) => check(error, { "ws: no error": () => false }));
    socket.setTimeout(() => {
      isOver = true;
      if (frames > 0) socket.close();
    }, sessionMs);
    socket.setTimeout(() => socket.close(), FRAME_MS_MAX);
  });
  check(response, { "ws: status is 101": (answer) => answer && answer.status === 101 });
  return frames;
}
