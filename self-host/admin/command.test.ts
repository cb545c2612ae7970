import { expect, it } from "vitest";
import { parseInvocation } from "./command.ts";

it("[SH14] the three commands are read", () => {
  expect(parseInvocation(["import-gochat", "users.csv"]).command).toEqual({ type: "import-gochat", path: "users.csv" });
  expect(parseInvocation(["make-admin", "ann", "--url", "http://x"])).toEqual({
    command: { type: "make-admin", name: "ann" },
    url: "http://x",
  });
  const create = ["create-users", "--prefix", "perf_demo", "--count", "3", "--password", "demo"];
  expect(parseInvocation(create).command).toEqual({
    type: "create-users",
    sets: [{ userNames: ["perf_demo0", "perf_demo1", "perf_demo2"], password: "demo" }],
  });
});

it("[SH14] --tester is everybody whom the original's tester logs in as", () => {
  const { command } = parseInvocation(["create-users", "--tester"]);
  const sets = command.type === "create-users" ? command.sets : [];
  const users = sets.flatMap(({ userNames, password }) => userNames.map((name) => `${name}/${password}`));
  expect(users).toHaveLength(5_006);
  for (const user of ["demo/demo", "user1/pw", "user5/pw", "perf_demo0/demo", "perf_demo4999/demo"]) {
    expect(users).toContain(user);
  }
});

it.each([
  [["create-users", "--tester", "--count", "3"], "--tester goes with no other option"],
  [[], "no command"],
  [["drop"], "unknown command drop"],
  [["make-admin"], "give the name of a user"],
  [["make-admin", "a", "b"], "and nothing else"],
  [["origin-token", "x"], "nothing but --days"],
  [["origin-token", "--days", "0"], "--days"],
  [["origin-token", "--days", "3651"], "--days is at most"],
  [["import-gochat"], "give the path of a CSV file"],
  [["create-users", "--count", "3", "--password", "demo"], "--prefix is missing"],
  [["create-users", "--prefix", "p", "--password", "demo"], "--count is missing"],
  [["create-users", "--prefix", "p", "--count", "3"], "--password is missing"],
  [["create-users", "--prefix", "p", "--count", "0", "--password", "demo"], "--count must be"],
  [["create-users", "--prefix", "p", "--count", "9999999", "--password", "demo"], "--count is at most"],
  [["make-admin", "ann", "--nonsense"], "--nonsense"],
])("[SH14] %j is refused with what is wrong", (args, message) => {
  expect(() => parseInvocation(args)).toThrow(message);
});
