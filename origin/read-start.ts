import { parseArgs } from "node:util";
import { readOriginToken } from "./origin-token.ts";
import { type OriginSettings, type Role, readOriginSettings, roles } from "./settings.ts";

/** What a process of the origin does, and with what. */
export type OriginStart = {
  readonly role: Role | "all";
  readonly roles: readonly Role[];
  readonly settings: OriginSettings;
  readonly token: string;
};

type Env = Readonly<Record<string, string | undefined>>;

/** Reads the command line and the environment. Throws and says what is wrong and what to do about it. [OR1] [OR2] */
export function readStart(args: readonly string[], env: Env, nowMs: number): OriginStart {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
  const [name = "all", ...more] = positionals;
  const role = [...roles, "all" as const].find((known) => known === name);
  if (role === undefined || more.length > 0) throw new Error("usage: npm run origin [-- tcp|grpc|all]");
  const settings = readOriginSettings(env);
  return { role, roles: role === "all" ? roles : [role], settings, token: readOriginToken(env, nowMs) };
}
