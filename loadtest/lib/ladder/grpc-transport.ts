import grpc from "k6/net/grpc";
import { settings } from "./settings.ts";
import type { Answer, Fields, LadderTransport } from "./transport.ts";

/** The command names the folder; by itself a script sees it from scenarios/. */
const PROTOS = __ENV.LADDER_PROTOS || "../../contracts/proto";
const CALL_MS_MAX = 120_000;
const PLAINTEXT = { plaintext: true } as const;
/** Connect's names of the gRPC statuses, by number. */
const CODES: readonly string[] = [
  ...["ok", "canceled", "unknown", "invalid_argument", "deadline_exceeded", "not_found", "already_exists"],
  ...["permission_denied", "resource_exhausted", "failed_precondition", "aborted", "out_of_range", "unimplemented"],
  ...["internal", "unavailable", "data_loss", "unauthenticated"],
];

// k6 reads .proto files only while it loads the script, and a client belongs to one virtual user from then on.
const login = new grpc.Client();
const gateway = new grpc.Client();
if (settings.transport === "grpc") {
  login.load([PROTOS], "auth.proto");
  gateway.load([PROTOS], "gateway.proto");
}

/** Native gRPC at the origin: one channel for each address, as the tester has. */
export function grpcTransport(): LadderTransport {
  login.connect(settings.loginAddr, PLAINTEXT);
  gateway.connect(settings.gatewayAddr, PLAINTEXT);
  return {
    call: (method, request) => call(method.startsWith("auth.") ? login : gateway, method, request),
    subscribe,
    close() {
      login.close();
      gateway.close();
    },
  };
}

async function call(client: grpc.Client, method: string, request: Fields): Promise<Answer> {
  try {
    // k6 gives the status as an object that is a number when it is asked.
    const { status, message } = await client.asyncInvoke(method, request, { timeout: CALL_MS_MAX });
    return { code: CODES[Number(status)] ?? "unknown", reply: (message ?? {}) as Fields };
  } catch {
    return { code: "unavailable", reply: {} };
  }
}

const subscribe: LadderTransport["subscribe"] = (request, hear, over) => {
  let isOver = false;
  const stream = new grpc.Stream(gateway, "gateway.GatewayService/Subscribe");
  stream.on("data", (message) => hear((message ?? {}) as Fields));
  stream.on("error", (error) => isOver || over(JSON.stringify(error)));
  stream.write(request);
  return {
    end() {
      isOver = true;
      stream.end();
    },
  };
};
