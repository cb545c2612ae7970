import { measureFanOut, measureFlood } from "./fan-out.ts";
import { measureRest } from "./rest.ts";
import { measureSocketSend } from "./socket-send.ts";
import type { Target } from "./statistics.ts";

/** Where a measure is taken: a server, somebody signed in, and a room that nobody used before. */
export type Site = {
  readonly url: string;
  readonly token: string;
  readonly room: number;
  /** How long each part of the measure lasts. */
  readonly ms: number;
};

/** What was measured: a time in ms, or a rate in 1/s. */
export type Reading = { readonly name: string; readonly unit: "ms" | "/s"; readonly value: number };

type Measure = {
  readonly take: (site: Site) => Promise<readonly Reading[]>;
  /** The target of the medians; the other readings are shown only. */
  readonly target: Target;
};

const REST = { ratioMax: 1.5 } as const;
const json = (fields: object) => JSON.stringify(fields);

/** Everything that is compared. REST pays a hop to a service; a socket, once it is open, does not. */
export const measures = {
  checkAuth: {
    take: measureRest(({ token }) => ({ path: "/user/checkAuth", body: json({ authToken: token }) })),
    target: REST,
  },
  history: {
    take: measureRest(({ room }) => ({ path: `/api/v1/rooms/${room}/messages?limit=50` }), { messages: 60 }),
    target: REST,
  },
  presence: { take: measureRest(({ room }) => ({ path: `/api/v1/rooms/${room}/presence` })), target: REST },
  send: {
    take: measureRest(({ room }) => ({ path: `/api/v1/rooms/${room}/messages`, body: json({ body: "hello" }) })),
    target: REST,
  },
  pushRoom: {
    take: measureRest(({ token, room }) => ({
      path: "/push/pushRoom",
      body: json({ authToken: token, msg: "hello", roomId: room }),
    })),
    target: REST,
  },
  socketSend: { take: measureSocketSend, target: "equal" },
  fanOut: { take: measureFanOut, target: "equal" },
  flood: { take: measureFlood, target: "equal" },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;

/** The names of all measures, in the order in which they are taken. */
export const measureNames = Object.keys(measures) as readonly MeasureName[];
