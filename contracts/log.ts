import { currentTrace } from "./trace-context.ts";

type Level = "info" | "warn" | "error";
type LogValue = string | number | boolean | null | undefined;

/**
 * Writes one structured line. Fields name things (a room, a user id, a failure, a request id); a secret, a token, a
 * password or the text of a message is never a field. Within a trace every line has its ids. [OP4] [TR3]
 */
export function log(level: Level, event: string, fields: Readonly<Record<string, LogValue>> = {}): void {
  console[level](JSON.stringify({ at: new Date().toISOString(), level, event, ...idsOfTrace(), ...fields }));
}

function idsOfTrace() {
  const trace = currentTrace();
  if (trace === undefined) return {};
  const { requestId, traceId, spanId } = trace;
  return { requestId, traceId, spanId };
}

/** What may be said of something that was thrown: its name and message, never its data. */
export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
