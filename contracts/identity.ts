/** Who a verified token speaks for. Every act takes its sender from here and from nowhere else. [P5] */
export type Identity = {
  readonly userId: number;
  readonly sessionId: string;
  readonly expiresAtMs: number;
  /** "operator" is the short-lived token that the administrator's command makes from the secret itself. */
  readonly kind: "user" | "operator";
};

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
