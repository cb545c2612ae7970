import type { DialectName } from "../dialects/dialects.ts";

export const TARGET_NAMES = ["edgechat", "raw-grouped", "raw-one-write", "ws", "socket.io", "centrifuge"] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

/** A running server that a measure is taken of. */
export type Target = {
  readonly name: TargetName;
  readonly dialect: DialectName;
  readonly url: string;
  /** Of users who may enter any of its rooms; empty where it asks nobody. */
  readonly tokens: readonly string[];
  /** The name of a room that nobody used before. */
  freshRoom(): string;
};
export type Running = Target & { end(): Promise<void> };
