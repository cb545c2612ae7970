/** One of the origin's services, listening. */
export type OriginService = {
  /** Where it listens, by what listens there: tcp-7001 → 7001, or the free port that a 0 was replaced with. */
  readonly ports: Readonly<Record<string, number>>;
  /**
   * Takes nothing new, tells every client, answers what is under way and closes what is left after DRAIN_MS_MAX. A second
   * call changes nothing.
   */
  readonly drain: () => Promise<void>;
};
