/** Every replica that has something in Redis. One without a lease is dead. [OX9] */
export const REPLICAS_KEY = "edgechat:replicas";
/** Counts up for every run of ids in a stream, so that ids rise without a clock. */
export const EPOCHS_KEY = "edgechat:epochs";
export const OUTBOX_PREFIX = "edgechat:outbox:";
export const SEATS_PREFIX = "edgechat:seats:";
export const HOLDERS_PREFIX = "edgechat:users:";
export const LEASE_PREFIX = "edgechat:replica:";

/** The stream of what a replica keeps. */
export const outboxKey = (replica: string): string => `${OUTBOX_PREFIX}${replica}`;
/** The hash "room:user" → name of those who sit at a replica. */
export const seatsKey = (replica: string): string => `${SEATS_PREFIX}${replica}`;
/** Expires when the replica has said nothing for a while. */
export const leaseKey = (replica: string): string => `${LEASE_PREFIX}${replica}`;
