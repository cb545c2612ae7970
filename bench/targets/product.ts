import { register, startProduct } from "../lib/product.ts";
import type { Running } from "./target.ts";

// What would be measured is the refusal, else.
const LIMITS = ["ATTEMPTS_PER_ADDRESS", "ATTEMPTS_PER_NAME", "SENDS_PER_USER", "SENDS_PER_ROOM"];
const USERS = 8;

/** The product as `npm start` runs it, with its rate limits out of the way. */
export async function startEdgechat(): Promise<Running> {
  const product = await startProduct("monolith", Object.fromEntries(LIMITS.map((name) => [name, "100000000"])));
  const names = Array.from({ length: USERS }, (_, i) => `bench${i}`);
  const tokens = await Promise.all(names.map((name) => register(product.url, name)));
  let room = 0;
  return {
    name: "edgechat",
    dialect: "native",
    url: product.url,
    tokens,
    freshRoom: () => String(++room),
    end: () => product.end(),
  };
}
