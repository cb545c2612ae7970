import { measureEchoes, measureSends } from "./acks.ts";
import { gatherStreams, gatherTcp, gatherWebSockets } from "./audiences.ts";
import { flood } from "./flood.ts";

/** The origin in front of a product: somebody signed in, and a room that nobody used before. */
export type OriginSite = {
  readonly url: string;
  readonly token: string;
  readonly name: string;
  /** Who sends over gRPC: what one session sends to a room waits for each other. */
  readonly senders: readonly { readonly name: string; readonly token: string }[];
  readonly room: number;
  readonly tcp: readonly number[];
  readonly grpc: readonly number[];
  readonly ms: number;
};
/** The server of the `ws` package. */
export type YardstickSite = { readonly port: number; readonly ms: number };

const TCP_CLIENTS = 1_000;
const SUBSCRIBERS = 200;

type Measure = {
  readonly origin: (site: OriginSite) => Promise<number>;
  readonly ws: (site: YardstickSite) => Promise<number>;
  /** The least ratio to `ws` that is to be reached; null: shown only. */
  readonly ratioMin: number | null;
};

const sends = (inFlight: number): Measure => ({
  origin: (site) => measureSends(site, inFlight),
  ws: (site) => measureEchoes(site, inFlight),
  ratioMin: null, // an echo is on no disk
});

/** What is measured of the origin, each with what a plain `ws` server does for it. All are rates in 1/s. */
export const originMeasures = {
  "TCP deliveries, 1,000 clients": {
    origin: (site) => flood((tally) => gatherTcp(site, TCP_CLIENTS, tally), site.ms),
    ws: (site) => flood((tally) => gatherWebSockets(site, TCP_CLIENTS, tally), site.ms),
    ratioMin: 1,
  },
  "gRPC SendMessage, 32 in flight": sends(32),
  "gRPC SendMessage, 256 in flight": sends(256),
  "gRPC Subscribe deliveries, 200 subscribers": {
    origin: (site) => flood((tally) => gatherStreams(site, SUBSCRIBERS, tally), site.ms),
    ws: (site) => flood((tally) => gatherWebSockets(site, SUBSCRIBERS, tally), site.ms),
    ratioMin: null,
  },
} as const satisfies Record<string, Measure>;

export type OriginMeasure = keyof typeof originMeasures;
