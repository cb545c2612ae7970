import { type ContextValues, createContextKey, createContextValues } from "@connectrpc/connect";
import type { Identity } from "../../../contracts/identity.ts";
import type { Reply } from "../../../contracts/reply.ts";
import { ask } from "../ask.ts";
import type { GatewayContext } from "../context.ts";
import { unwrap } from "../refused.ts";
import { identifyAs, readBearer } from "../sign-in.ts";

/** One call of a gRPC contract on its way through Connect. */
export type RpcCall = {
  readonly c: GatewayContext;
  /** Lets the headers of the answer leave before its first message. Later calls of it change nothing. */
  readonly sendHeaders: (headers: Headers) => void;
};

/** A call, and who makes it. */
export type Caller = RpcCall & { readonly identity: Identity };

/** What an implementation gets beside the request, as far as it is used here. */
export type Context = { readonly values: ContextValues };

const key = createContextKey<RpcCall | null>(null);

/** Hands a call to its implementation. */
export function withCall(call: RpcCall): ContextValues {
  return createContextValues().set(key, call);
}

/** The call that an implementation or interceptor was handed. */
export function callOf(values: ContextValues): RpcCall {
  const call = values.get(key);
  if (call === null) throw new Error("a handler was called outside of the gateway");
  return call;
}

/** The call, and who makes it by its metadata: the credential comes before every other field. [RP2] */
export function signedIn({ values }: Context): Caller {
  const call = callOf(values);
  return identified(call, readBearer(call.c), ["user"]);
}

/** The same for what administrators do, also by an operator's token. */
export function signedInOrOperator({ values }: Context): Caller {
  const call = callOf(values);
  return identified(call, readBearer(call.c), ["user", "operator"]);
}

/** The call, and who makes it by the credential in its request. [RP2] */
export function signedInBy({ values }: Context, credential: string): Caller {
  return identified(callOf(values), credential, ["user"]);
}

/**
 * What was read from a request's fields. That they are malformed is told to a live session alone: a dead one is refused
 * as such, as it would be with good fields. [RP2]
 */
export async function fieldsOf<T>({ c, identity }: Caller, fields: Reply<T>): Promise<T> {
  if (!fields.ok) await ask(c, ({ auth }) => auth.checkAuth(identity));
  return unwrap(fields);
}

function identified(call: RpcCall, credential: string, kinds: readonly Identity["kind"][]): Caller {
  return { ...call, identity: identifyAs(call.c, credential, kinds) };
}
