import type { RawFrame } from "../baselines/raw/raw-frame.ts";
import type { Dialect, Said } from "./dialect.ts";

/** The bare Durable Objects of bench/baselines/raw. */
export const raw: Dialect = {
  upgrade: ({ room }, member) => ({ path: `/${room}/socket?user=${member + 1}` }),
  greet: () => null,
  send: (_, id, body) => JSON.stringify({ id, body }),
  read(text): Said {
    const { ok, after, events, ready } = JSON.parse(text) as RawFrame;
    if (events?.some(({ seq }, i) => seq !== (after ?? 0) + i + 1)) return { refused: `a hole after ${after}` };
    return {
      ...(ready === undefined ? {} : { ready: { seq: ready } }),
      ...(ok === undefined ? {} : { acked: ok.map(([id]) => id) }),
      ...(after === undefined || events === undefined
        ? {}
        : { events: { after, bodies: events.map(({ body }) => body) } }),
    };
  },
  acknowledge: null,
  acksByEcho: false,
};
