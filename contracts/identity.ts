/** Who a verified token speaks for. Every act takes its sender from here and from nowhere else. [P5] */
export type Identity = {
  readonly userId: number;
  readonly sessionId: string;
  readonly expiresAtMs: number;
  /**
   * "operator" is the short-lived token that the administrator's command makes from the secret itself. "origin" is what the
   * origin's replicas open their uplinks with: it speaks for no user, and every seat and send on an uplink brings its own.
   */
  readonly kind: "user" | "operator" | "origin";
};

/** The origin's own credential beside a user's: what it says in CLIENT_ADDRESS_HEADER counts then. */
export const ORIGIN_TOKEN_HEADER = "x-edgechat-origin";
/** The address of a client that the origin speaks for. Means nothing without ORIGIN_TOKEN_HEADER. */
export const CLIENT_ADDRESS_HEADER = "x-edgechat-client-address";

/** The header in which the gateway hands a verified identity to a room with an upgrade. Set by the gateway alone. */
export const IDENTITY_HEADER = "x-edgechat-identity";
/** The header in which the gateway hands on the id that ties log lines of one request together. */
export const REQUEST_ID_HEADER = "x-request-id";

/** Writes an identity for IDENTITY_HEADER. */
export function encodeIdentity(identity: Identity): string {
  return JSON.stringify(identity);
}

/** Reads IDENTITY_HEADER, or null when the request did not come through the gateway. */
export function readIdentity(headers: Headers): Identity | null {
  const text = headers.get(IDENTITY_HEADER);
  return text === null ? null : (JSON.parse(text) as Identity);
}
