import { expect, it } from "vitest";
import { UsageError } from "../run/failures.ts";
import { readLadderArguments } from "./arguments.ts";
import { openRendezvous } from "./rendezvous.ts";

it("[LL3] by default every scenario is climbed over both protocols, and no call may fail", () => {
  const options = readLadderArguments([], {});
  expect(options).toMatchObject({ form: "monolith", transports: ["connect", "grpc"], users: [10, 100, 1_000, 5_000] });
  expect(options.slo).toMatchObject({ errorRate: 0, p99Ms: null });
});

it("[LL3] a remote product is asked over gRPC only where its addresses are known", () => {
  const url = ["--url", "http://edge.test/"];
  expect(readLadderArguments(url, {}).transports).toEqual(["connect"]);
  const remote = { url: "http://edge.test", loginAddr: "a:1", gatewayAddr: "b:2" };
  expect(readLadderArguments([...url, "--grpc", "a:1,b:2"], {}).remote).toEqual(remote);
  expect(readLadderArguments(url, { LOGIN_ADDR: "a:1", GATEWAY_ADDR: "b:2" }).remote).toEqual(remote);
});

it.each([
  [["--users", "ten"], "--users"],
  [["--scenarios", "log"], "--scenarios"],
  [["--deployment", "cloud"], "--deployment"],
  [["--url", "edge"], "--url"],
  [["--url", "http://edge.test", "--transport", "grpc"], "--transport"],
  [["--url", "http://edge.test", "--grpc", "a:1"], "--grpc"],
  [["--grpc", "a:1,b:2"], "--url"],
  [["--fast"], "--fast"],
])("[LL3] wrong arguments are named: %j", (args, name) => {
  expect(() => readLadderArguments(args, {})).toThrow(UsageError);
  expect(() => readLadderArguments(args, {})).toThrow(name);
});

it("[LL4] at a meeting all go on with one moment when the last has come, and a point can be met at again", async () => {
  const rendezvous = await openRendezvous(2);
  const meet = async (point: string) => await (await fetch(`${rendezvous.url}/${point}`)).text();
  try {
    for (const point of ["created", "entered", "created"]) {
      const [one, other] = await Promise.all([meet(point), meet(point)]);
      expect(one).toBe(other);
    }
  } finally {
    rendezvous.end();
  }
});
