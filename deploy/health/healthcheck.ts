import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { checkHealth } from "./check-health.ts";

// The container's init is process 1; its first child is the program.
const kill = () => process.kill(Number(readFileSync("/proc/1/task/1/children", "utf8").split(" ")[0]), "SIGKILL");

const healthy = await checkHealth({ url: process.argv[2] ?? "", folder: tmpdir(), kill });
process.exitCode = healthy ? 0 : 1;
