import { expect, it } from "vitest";
import { KINDS, LADDER_USERS, listRungs, toLogName, toRungs } from "./rungs.ts";

const all = (form: "monolith" | "services") => toRungs(form, KINDS, LADDER_USERS, 5);

it("[LL1] the tester's scenarios are 1 to 11 against the services and 101 to 111 against the monolith", () => {
  const numbers = Array.from({ length: 11 }, (_, i) => i + 1);
  expect(all("services").map(({ scenario }) => scenario)).toEqual(numbers);
  expect(all("monolith").map(({ scenario }) => scenario)).toEqual(numbers.map((number) => number + 100));
  expect(all("services").map(({ users }) => users)).toEqual([1, 5, 1, 10, 100, 1_000, 5_000, 10, 100, 1_000, 5_000]);
  expect(listRungs().split("\n")).toHaveLength(11);
});

it("[LL6] logs of native gRPC have the original's names, and the other protocol's a suffix", () => {
  const names = (form: "monolith" | "services", transport: "connect" | "grpc") =>
    toRungs(form, ["chat"], [1_000], 5).map((rung) => toLogName(rung, form, transport, 3));
  expect(names("monolith", "grpc")).toEqual(["monolithic_perf_scenario110.log"]);
  expect(names("monolith", "connect")).toEqual(["monolithic_perf_scenario110_connect.log"]);
  expect(names("services", "grpc")).toEqual(["scaledx_3_scenario_10_users_1000.log"]);
});

it("[LL6] a count that is none of the original's takes nobody's log", () => {
  const [rung] = toRungs("monolith", ["login"], [5], 5);
  expect(rung && toLogName(rung, "monolith", "grpc", 1)).toBe("monolithic_perf_scenario104_users_5.log");
});
