import type { RefinedResponse, ResponseType } from "k6/http";
import type { Envelope } from "../../contracts/gochat.ts";

/** gochat's envelope of a response. What is none, or comes with another status than 200, is code -1 with what came. */
export function readEnvelope({ status, error, body }: RefinedResponse<ResponseType>): Envelope {
  const text = typeof body === "string" ? body : "";
  const envelope = status === 200 ? parseEnvelope(text) : null;
  return envelope ?? { code: -1, message: error || `HTTP ${status}: ${text.slice(0, 200)}`, data: null };
}

function parseEnvelope(text: string): Envelope | null {
  try {
    const value: unknown = JSON.parse(text);
    const isEnvelope = typeof value === "object" && value !== null && "code" in value;
    return isEnvelope ? (value as Envelope) : null;
  } catch {
    return null; // a proxy's page, or half an answer
  }
}
