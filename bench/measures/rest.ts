import { Agent } from "node:http";
import { type Call, repeat, send } from "../lib/rest.ts";
import { quantile } from "../lib/statistics.ts";
import type { Measure, Site, Target } from "./measure.ts";

const IN_FLIGHT = 32;
const WARM_UP_MS = 300;
const MS = 1_500;
const PAGE = 50;
const MESSAGES = 200;
const BODY = "edgechat ".repeat(7);

type Calls = {
  readonly product: (site: Site & { readonly token: string }) => Call;
  /** What is asked of a bare object in its place; none where there is no such thing. */
  readonly raw?: (site: Site) => Call;
  /** What each room holds before it is measured. */
  readonly messages?: number;
};

const json = (fields: object) => JSON.stringify(fields);
const rawPush = ({ room }: Site): Call => ({ path: `/${room}/push`, body: json({ user: 1, body: BODY }) });
const pushRoom = ({ room, token }: Site & { readonly token: string }): Call => ({
  path: "/push/pushRoom",
  body: json({ authToken: token, msg: BODY, roomId: Number(room) }),
});

/** One REST call with 32 of it on their way; an answer that is no success fails the trial. */
function measureRest({ product, raw, messages = 0 }: Calls, toReach: readonly Target[]): Measure {
  return {
    targets: raw === undefined ? ["edgechat"] : ["edgechat", "raw-grouped"],
    async take(site) {
      const [token = ""] = site.tokens;
      const isRaw = site.dialect === "raw";
      const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
      const ask = (call: Call) => send({ url: site.url, token }, call, agent);
      try {
        for (let i = 0; i < messages; i++) await ask(isRaw ? rawPush(site) : pushRoom({ ...site, token }));
        const call = isRaw && raw !== undefined ? raw(site) : product({ ...site, token });
        await repeat(() => ask(call), IN_FLIGHT, WARM_UP_MS);
        const { times, seconds } = await repeat(() => ask(call), IN_FLIGHT, MS);
        return {
          readings: [
            { name: "requests", unit: "/s", value: times.length / seconds },
            { name: "p99", unit: "ms", value: quantile(times, 0.99) },
          ],
          faults: { lost: 0, duplicated: 0, reordered: 0 },
        };
      } finally {
        agent.destroy();
      }
    },
    toReach,
  };
}

const atLeast = (least: number): readonly Target[] => [{ reading: "requests", against: "raw-grouped", least }];

/** gochat's calls, which are the busiest, and a page of history. */
export const rest = {
  checkAuth: measureRest(
    {
      product: ({ token }) => ({ path: "/user/checkAuth", body: json({ authToken: token }) }),
      raw: ({ room }) => ({ path: `/${room}/nothing`, body: "{}" }),
    },
    atLeast(0.7),
  ),
  pushRoom: measureRest({ product: pushRoom, raw: rawPush }, atLeast(0.6)),
  push: measureRest(
    {
      product: ({ token }) => ({
        path: "/push/push",
        body: json({ authToken: token, msg: BODY, toUserId: "3", roomId: 1 }),
      }),
    },
    [],
  ),
  page: measureRest(
    {
      product: ({ room }) => ({ path: `/api/v1/rooms/${room}/messages?limit=${PAGE}` }),
      raw: ({ room }) => ({ path: `/${room}/page`, body: json({ before: MESSAGES, limit: PAGE }) }),
      messages: MESSAGES,
    },
    [],
  ),
} as const satisfies Record<string, Measure>;
