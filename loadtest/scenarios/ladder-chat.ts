export { ladderOptions as options } from "../lib/ladder/options.ts";
export { walk as default } from "../lib/ladder/walk.ts";
