import { CannotRunError } from "./failures.ts";
import { startProgram } from "./program.ts";

export type OriginRole = "tcp" | "grpc";
/** A replica of the origin: where its services listen, by name ("grpc auth", "tcp 0"), and where its metrics are. */
export type Origin = {
  readonly ports: Readonly<Record<string, number>>;
  readonly operations: string;
  readonly pid: number;
  end(): Promise<void>;
};

const PORTS = ["OPERATIONS", "GRPC_AUTH", "GRPC_GATEWAY", "GRPC_CHATROOM", "GRPC_CHAT"];

/** Starts a replica of the origin on free ports against an edge whose data folder is here. Throws a CannotRunError. */
export async function startOrigin(
  role: OriginRole,
  { url, dataDir }: { readonly url: string; readonly dataDir: string },
): Promise<Origin> {
  const free = Object.fromEntries(PORTS.map((name) => [`${name}_PORT`, "0"]));
  const env = { ...free, TCP_PORTS: "0", EDGE_URL: url, DATA_DIR: dataDir, REDIS_URL: "" };
  try {
    const program = await startProgram(["origin/start.ts", role], env);
    const { ports, operations } = program.ready as { readonly ports: string; readonly operations: number };
    return {
      ports: JSON.parse(ports) as Readonly<Record<string, number>>,
      operations: `http://127.0.0.1:${operations}`,
      pid: program.pid,
      end: () => program.end(),
    };
  } catch (error) {
    throw new CannotRunError(`the origin did not start: ${error instanceof Error ? error.message : String(error)}`);
  }
}
