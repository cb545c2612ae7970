export { login as default } from "../lib/ladder/login.ts";
export { ladderOptions as options } from "../lib/ladder/options.ts";
