/** What k6 has done since it began. */
export type K6Counts = { readonly requests: number; readonly received: number };

const ANSWER_MS_MAX = 2_000;
type Metric = { readonly data?: { readonly attributes?: { readonly sample?: { readonly count?: number } } } };

/** Asks a running k6 for its HTTP requests and the WebSocket messages that it received. Null: it does not answer. */
export async function askCounts(api: string): Promise<K6Counts | null> {
  try {
    const [requests, received] = await Promise.all([countOf(api, "http_reqs"), countOf(api, "ws_msgs_received")]);
    return { requests, received };
  } catch {
    return null; // before it listens, and when it has ended
  }
}

/** A metric of which nothing was counted yet is not found, which is 0. */
async function countOf(api: string, name: string): Promise<number> {
  const answer = await fetch(`${api}/v1/metrics/${name}`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  const { data } = (await answer.json()) as Metric;
  return data?.attributes?.sample?.count ?? 0;
}
