import { describe, expect, it } from "vitest";
import { readArguments } from "./arguments.ts";
import { UsageError } from "./failures.ts";

describe("arguments of a run", () => {
  it("[LR1] without options it is one trial of the monolith, which is started here", () => {
    const { scenario, ...options } = readArguments(["full-system"]);
    expect(scenario).toMatchObject({ name: "full-system", file: "scenarios/full-system.ts" });
    expect(options).toMatchObject({ url: null, form: "monolith", trials: 1, kill: null, live: null, env: {} });
    expect(options.out.endsWith("data/loadtest")).toBe(true);
  });

  it("[LR1] every option says what it says", () => {
    const args = "room-chat --form services --trials 3 --kill 2 --env A=b=c --env D= --live --keep-data --dashboard";
    expect(readArguments([...args.split(" "), "--out", "/runs"])).toMatchObject({
      ...{ form: "services", trials: 3, kill: { step: 2, command: null }, env: { A: "b=c", D: "" } },
      ...{ live: "http://127.0.0.1:9090/api/v1/write", keepData: true, dashboard: true, out: "/runs" },
    });
  });

  it("[LR1] a URL loses the slash at its end", () => {
    expect(readArguments(["smoke", "--url", "https://chat.example/"]).url).toBe("https://chat.example");
  });

  it.each([[["smoke", "--kill"]], [["--kill", "smoke"]], [["smoke", "--kill", "--trials", "2"]]])(
    "[LR8] %j kills in the middle step",
    (args) => {
      expect(readArguments(args)).toMatchObject({ scenario: { name: "smoke" }, kill: { step: null, command: null } });
    },
  );

  it("[LR8] a remote edge is killed by a command", () => {
    const { kill } = readArguments(["smoke", "--url", "http://h", "--kill", "--kill-command", "restart it"]);
    expect(kill).toEqual({ step: null, command: "restart it" });
  });

  it.each([
    [["nothing"], 'no scenario "nothing"'],
    [["smoke", "user-login"], "one scenario at a time"],
    [["ladder-chat"], "npm run loadtest -- ladder"],
    [["smoke", "--trails", "2"], "--trails"],
    [["smoke", "--trials", "0"], "--trials must be an integer of at least 1"],
    [["smoke", "--url", "chat.example"], "--url must be an http or https URL"],
    [["smoke", "--form", "both"], "--form must be monolith or services"],
    [["smoke", "--form", "services", "--url", "http://h"], "leave --url out"],
    [["smoke", "--url", "http://h", "--kill"], "needs --kill-command"],
    [["smoke", "--env", "A"], "--env must be NAME=VALUE"],
    [["smoke", "--prometheus", "http://h"], "give both"],
  ])("[LR1] %j is refused with what is wrong", (args, message) => {
    expect(() => readArguments(args)).toThrow(UsageError);
    expect(() => readArguments(args)).toThrow(message);
  });

  it("[LR1] an unknown scenario is answered with all that there are", () => {
    expect(() => readArguments(["x"])).toThrow(/full-system.*big-room.*history-read/s);
  });
});
