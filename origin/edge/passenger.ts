import type { Person } from "../../contracts/event.ts";
import type { LogPosition } from "../../contracts/native.ts";
import type { Rider } from "./edge.ts";

/** A rider on a feed, who it is and how far it has come; null until the first seat. */
export type Passenger = { readonly rider: Rider; readonly person: Person | null; position: LogPosition | null };
