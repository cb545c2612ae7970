import { runOrigin } from "./run-origin.ts";

process.exit(await runOrigin(process.argv.slice(2), process.env));
