import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** Takes one finished line of the server's log, without its line break. */
export type LogSink = (line: string) => void;

type Level = "info" | "warn" | "error";
type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;
/** Writes one structured line; the fields never hold a secret. */
export type Logger = (level: Level, event: string, fields?: Fields) => void;

const LINE_CHARS_MAX = 4_000;

/** The shape of contracts/log.ts on a sink of the caller's choice, so that one stream holds the log of every process. */
export function createLogger(sink: LogSink): Logger {
  return (level, event, fields = {}) => sink(JSON.stringify({ at: new Date().toISOString(), level, event, ...fields }));
}

/** Passes a child's structured lines through and wraps every other line, so that the whole log stays JSON. [SH9] */
export function forwardLines(stream: Readable | null, source: string, sink: LogSink): void {
  if (stream === null) return;
  const log = createLogger(sink);
  // The beginning tells a line of contracts/log.ts; parsing every access line would cost the server dear.
  createInterface({ input: stream }).on("line", (line) =>
    line.startsWith('{"at":"') ? sink(line) : log("warn", "output", { source, line: line.slice(0, LINE_CHARS_MAX) }),
  );
}

/** The sink of a server in a terminal or under a service manager. */
export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
