import { connectTransport } from "./connect-transport.ts";
import { grpcTransport } from "./grpc-transport.ts";
import { settings } from "./settings.ts";

export type Fields = Readonly<Record<string, unknown>>;
/** How a call ended: `code` is "ok" or the name that Connect gives the status; fields of the reply are in camel case. */
export type Answer = { readonly code: string; readonly reply: Fields };
/** A subscription that stands. */
export type Subscription = { end(): void };
/** The contracts over one of the two protocols, for one virtual user. */
export type LadderTransport = {
  /** Calls `package.Service/Method`. A failed call is an answer; it never throws. */
  call(method: string, request: Fields): Promise<Answer>;
  /** Subscribes, or answers null where the protocol cannot: k6's HTTP reads no streams. */
  subscribe(request: Fields, hear: (message: Fields) => void, over: (why: string) => void): Subscription | null;
  close(): void;
};

const transports = { connect: connectTransport, grpc: grpcTransport };

/** The protocol of this run. Called in a virtual user's function, not while the script is loaded. */
export function openTransport(): LadderTransport {
  return transports[settings.transport]();
}
