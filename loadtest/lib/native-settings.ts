import { type Environment, readCount } from "../model/steps.ts";

/** What the scenarios of the native dialect can be told, besides the step model and LOADTEST_MESSAGE_BYTES. */
export type NativeSettings = {
  /** LOADTEST_ROOM_SIZE: people in one room of room-chat. */
  readonly roomSize: number;
  /** LOADTEST_RATE: messages a second of one publisher. */
  readonly rate: number;
  /** LOADTEST_SOCKETS: subscribers that one virtual user holds. */
  readonly sockets: number;
  /** LOADTEST_PUBLISHERS: publishers of the big room. */
  readonly publishers: number;
  /** LOADTEST_ROOM_RATE: messages a second of all publishers of the big room together. */
  readonly roomRate: number;
  /** LOADTEST_ROOMS: rooms of resume-storm and history-read. */
  readonly rooms: number;
  /** LOADTEST_HISTORY: messages on the log of each room of history-read. */
  readonly history: number;
};

const DEFAULTS: NativeSettings = {
  roomSize: 10,
  rate: 1,
  sockets: 10,
  publishers: 8,
  roomRate: 2,
  rooms: 10,
  history: 2_000,
};

/** Reads them, a scenario's own defaults first. Throws and names the variable that is wrong. */
export function readNativeSettings(env: Environment, own: Partial<NativeSettings> = {}): NativeSettings {
  const preset = { ...DEFAULTS, ...own };
  const count = (name: string, value: number) => readCount(name, env[name] || String(value), 1);
  const amount = (name: string, value: number) => readAmount(name, env[name] || String(value));
  return {
    roomSize: count("LOADTEST_ROOM_SIZE", preset.roomSize),
    rate: amount("LOADTEST_RATE", preset.rate),
    sockets: count("LOADTEST_SOCKETS", preset.sockets),
    publishers: count("LOADTEST_PUBLISHERS", preset.publishers),
    roomRate: amount("LOADTEST_ROOM_RATE", preset.roomRate),
    rooms: count("LOADTEST_ROOMS", preset.rooms),
    history: count("LOADTEST_HISTORY", preset.history),
  };
}

function readAmount(name: string, text: string): number {
  const amount = Number(text);
  if (Number.isFinite(amount) && amount > 0) return amount;
  throw new Error(`${name} must be a number above 0, got "${text}"`);
}
