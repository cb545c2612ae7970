import exec from "k6/execution";
import { roomBase } from "./native-rooms.ts";
import { vusMax } from "./settings.ts";
import { target } from "./target.ts";
import { type LoadUser, registerUsers } from "./users.ts";

/** Sockets share users past so many: a registration hashes a password. */
const USERS_MAX = 200;

/** setup() of the native scenarios: as many users as the greatest step has virtual users, and 200 at most. */
export function nativeUsers(): LoadUser[] {
  return registerUsers(Math.min(USERS_MAX, vusMax));
}

/** Which virtual user of the run this is, from 0. */
export function vuIndex(): number {
  return exec.vu.idInTest - 1;
}

/** The name of this run's n-th room, from 0. */
export function roomOf(n: number): string {
  return String(roomBase(target.run) + n);
}
