import { centrifugo } from "./centrifugo.ts";
import type { Dialect } from "./dialect.ts";
import { native } from "./native.ts";
import { plain } from "./plain.ts";
import { raw } from "./raw.ts";
import { socketIo } from "./socket-io.ts";

/** Every dialect that the generator speaks. */
export const dialects = { native, raw, plain, socketIo, centrifugo } as const satisfies Record<string, Dialect>;
export type DialectName = keyof typeof dialects;
