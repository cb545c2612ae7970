import type { ServerUnaryCall } from "@grpc/grpc-js";
import { parseAddress, type TrustedProxies, throughProxies } from "../../contracts/addresses.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";

/** What is read of a call, beside its request. */
export type Call = Pick<ServerUnaryCall<unknown, unknown>, "metadata" | "getPeer" | "getDeadline" | "once">;

const BEARER = /^Bearer +([\w-]+) *$/i;
const CREDENTIAL = /^[\w-]{1,256}$/;

/** The first value of a metadata field, or the empty text. */
export function readMetadata({ metadata }: Pick<Call, "metadata">, name: string): string {
  const [value] = metadata.get(name);
  return typeof value === "string" ? value : "";
}

/** The credential in the metadata `authorization`, or the empty text, which is nobody's. [NG3] */
export function readBearer(call: Pick<Call, "metadata">): string {
  return BEARER.exec(readMetadata(call, "authorization"))?.[1] ?? "";
}

/** Refuses what can be nobody's credential before the edge is asked. Whose it is, is the edge's to say. [NG3] */
export function parseCredential(text: string): Reply<string> {
  return CREDENTIAL.test(text) ? ok(text) : fail("session");
}

/** The caller's address: the connection's own, or what a trusted proxy says of it. Empty when it is not known. [NG5] */
export function readClientAddress(call: Pick<Call, "metadata" | "getPeer">, trusted: TrustedProxies): string {
  const endpoint = call.getPeer();
  // grpc-js writes an IPv6 address without brackets in front of the port.
  const peer = parseAddress(endpoint.slice(0, Math.max(endpoint.lastIndexOf(":"), 0)));
  if (peer === null) return "";
  return throughProxies(peer, readMetadata(call, "x-forwarded-for"), trusted).toString();
}
