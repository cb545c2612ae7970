import { spawn } from "node:child_process";

/**
 * Ties a process to this one: when this one ends, however it ends, the other is killed at once. Returns how to untie.
 * A shell waits for the end of a pipe that only this process holds open; nothing in Node ends a child after kill -9.
 */
export function tie(pid: number): () => void {
  const script = 'read -r line || kill -9 "$1"';
  // In a process group of its own, because Ctrl-C must not end it before its time.
  const shell = spawn("sh", ["-c", script, "leash", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  shell.on("error", () => undefined); // without a shell, the next start ends what is left: see orphan.ts
  shell.stdin.on("error", () => undefined);
  return () => shell.stdin.end("untie\n");
}
