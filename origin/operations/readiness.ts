/** What a probe is told. Redis is reported, and no reason not to be ready: without it there is no outbox. */
export type Readiness = {
  readonly ready: boolean;
  readonly edge: "up" | "down";
  readonly redis: "up" | "down" | "none";
  readonly draining: boolean;
};

type Parts = {
  readonly edge: { readonly isUp: boolean };
  /** Null: none is configured. */
  readonly redis: { readonly isUp: boolean } | null;
  readonly isDraining: boolean;
};

/** Ready is who can serve a new client now: the uplink stands and the process is not on its way out. [OR4] */
export function toReadiness({ edge, redis, isDraining }: Parts): Readiness {
  return {
    ready: edge.isUp && !isDraining,
    edge: edge.isUp ? "up" : "down",
    redis: redis === null ? "none" : redis.isUp ? "up" : "down",
    draining: isDraining,
  };
}
