import { readFileSync } from "node:fs";
import { countTests } from "./test-count.ts";

// The last line of .ci/run, from the file that vitest's JSON reporter wrote.
const [path = ""] = process.argv.slice(2);
const { passed, failed } = countTests(readFileSync(path, "utf8"));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
