import { limits } from "../../contracts/limits.ts";
import type { ServerFrame } from "../../contracts/native.ts";
import { EventsReader } from "./native-frames.ts";
import { failed } from "./native-member.ts";
import { NativeSocket } from "./native-socket.ts";
import { observe } from "./observe.ts";
import { target } from "./target.ts";
import type { LoadUser } from "./users.ts";

type Welcome = Extract<ServerFrame, { type: "welcome" }>;

/** What a visit reports. */
export type VisitPorts = {
  readonly step: number;
  readonly told?: (frame: ServerFrame, nowMs: number) => void;
};

/** Takes a seat in a room as somebody who says nothing; a welcome that does not name its own user is a failure. */
export function visit(room: string, { name, token, userId }: LoadUser, { step, told }: VisitPorts): NativeSocket {
  const fail = (failure: string) => observe(failed(step, failure));
  const socket = new NativeSocket({ room, token }, new EventsReader(target.run), {
    seen: () => {},
    acked: () => {},
    refused: (_id, failure) => fail(`${name} was refused: ${failure}`),
    over: (code) => fail(`${name} was sent away with close code ${code}`),
    told: (frame, nowMs) => {
      if (frame.type === "welcome" && !names(frame, userId))
        fail(`${name} was welcomed and is not among those who are here`);
      told?.(frame, nowMs);
    },
  });
  socket.dial();
  return socket;
}

/** Past so many a welcome names some of them only, and says the count. */
function names({ presence: { count, users } }: Welcome, userId: number): boolean {
  if (count > limits.PRESENCE_NAMES_MAX) return true;
  return users.length === count && users.some(({ id }) => id === userId);
}
