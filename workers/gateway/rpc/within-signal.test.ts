import { expect, it, vi } from "vitest";
import { withinSignal } from "./within-signal.ts";

const never = new Promise<never>(() => {});

it("[RP4] work has its own outcome while the signal is quiet, and no listener is left", async () => {
  const { signal } = new AbortController();
  const left = vi.spyOn(signal, "removeEventListener");
  expect(await withinSignal(signal, Promise.resolve(1))).toBe(1);
  await expect(withinSignal(signal, Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(left).toHaveBeenCalledTimes(2);
});
it("[RP4] a signal that aborts ends the wait with its reason, also one that has aborted before", async () => {
  const over = new AbortController();
  const waiting = withinSignal(over.signal, never);
  over.abort(new Error("over"));
  await expect(waiting).rejects.toThrow("over");
  await expect(withinSignal(over.signal, never)).rejects.toThrow("over");
});
