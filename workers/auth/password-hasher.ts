import type { Reply } from "../../contracts/reply.ts";

/** argon2id as PHC strings. Each call costs one hash; `busy` when too many wait. The two implementations read each other's. */
export interface PasswordHasher {
  hash(password: string): Promise<Reply<string>>;
  verify(password: string, phc: string): Promise<Reply<boolean>>;
}
