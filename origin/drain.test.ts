import { afterEach, expect, it, vi } from "vitest";
import { limits } from "../contracts/limits.ts";
import { drain } from "./drain.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function createParts() {
  const done: string[] = [];
  const part = (name: string) => async () => {
    await Promise.resolve();
    done.push(name);
  };
  const edge = { close: () => void done.push("edge") };
  return { done, part, edge };
}

it("[OR5] services stop beside each other, then Redis, then the uplink", async () => {
  const { done, part, edge } = createParts();
  const tcp = Promise.withResolvers<void>();
  const services = [{ drain: () => tcp.promise.then(part("tcp")) }, { drain: part("grpc") }];
  const drained = drain({ services, redis: { stop: part("redis") }, edge });
  await expect.poll(() => done).toEqual(["grpc"]);
  tcp.resolve();
  await drained;
  expect(done).toEqual(["grpc", "tcp", "redis", "edge"]);
});

it("[OR5] what fails or never ends is logged, and the rest has its turn", async () => {
  vi.useFakeTimers();
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const { done, part, edge } = createParts();
  const services = [
    { drain: () => Promise.reject(new Error("torn")) },
    { drain: () => Promise.withResolvers<void>().promise },
  ];
  const drained = drain({ services, redis: { stop: part("redis") }, edge });
  await vi.advanceTimersByTimeAsync(limits.DRAIN_MS_MAX);
  expect(done).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  await drained;
  expect(done).toEqual(["redis", "edge"]);
  expect(logged.mock.calls.map(([line]) => JSON.parse(String(line)))).toMatchObject([
    { event: "not drained", part: "service", problem: "Error: torn" },
    { event: "not drained", part: "service" },
  ]);
});
