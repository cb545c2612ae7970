import { plan } from "./clock.ts";
import { roomBase } from "./native-rooms.ts";
import { target } from "./target.ts";
import { type LoadUser, registerUsers } from "./users.ts";

/** Sockets share users past so many: a registration hashes a password. */
const USERS_MAX = 200;

/** setup() of the native scenarios: as many users as the greatest step has virtual users, and 200 at most. */
export function nativeUsers(): LoadUser[] {
  return registerUsers(Math.min(USERS_MAX, vusMax()));
}

/** The virtual users of the greatest step. */
export function vusMax(): number {
  return Math.max(...plan.steps.map(({ vus }) => vus));
}

/** The name of this run's n-th room, from 0. */
export function roomOf(n: number): string {
  return String(roomBase(target.run) + n);
}
