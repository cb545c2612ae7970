import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Inbox } from "../support/inbox.ts";
import { freshName } from "../support/rest.ts";
import { Server } from "../support/server.ts";

/** buf's own client, which shares no code with ours. It talks HTTP/1.1 to an http address. */
const root = join(import.meta.dirname, "../..");
const BUF = join(root, "node_modules/.bin/buf");
const SCHEMA = ["curl", "--schema", join(root, "contracts/proto")];
const UNAUTHENTICATED = 16;

let server: Server;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(() => server.stop());

const run = promisify(execFile);
const toArgs = (protocol: string, method: string, request: object, headers: readonly string[] = []) => [
  ...SCHEMA,
  ...["--protocol", protocol, "--data", JSON.stringify(request)],
  ...headers.flatMap((header) => ["--header", header]),
  `${server.url}/${method}`,
];

describe.each(["connect", "grpcweb"])("buf curl --protocol %s", (protocol) => {
  it("[RP1] [RP8] logs in, makes a room, enters, subscribes and sends", async () => {
    const call = async (method: string, request: object) => {
      const { stdout } = await run(BUF, toArgs(protocol, method, request));
      return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    };
    const [username, roomName] = [freshName("buf"), `Area 51 ${protocol}`];
    await call("auth.LoginService/AddUser", { username, password: "demo" });
    const { credential } = await call("auth.LoginService/Login", { username, password: "demo" });
    const place = { auth: { credential }, roomName, personName: username };
    expect(await call("gateway.GatewayService/CreateRoom", { auth: { credential }, roomName })).toEqual(done);
    expect(await call("gateway.GatewayService/EnterRoom", place)).toEqual(done);

    // Its first line tells that the headers are there: from then on nothing is missed.
    const args = toArgs(protocol, "gateway.GatewayService/Subscribe", place);
    const subscription = spawn(BUF, [...args, "--verbose"], { stdio: ["ignore", "pipe", "pipe"] });
    const [told, printed] = [linesOf(subscription, "stderr"), linesOf(subscription, "stdout")];
    await told.next((line) => line.includes("< (#1) HTTP/1.1 200"), "answer");
    for (const text of ["one", "two"]) {
      const sent = await call("gateway.GatewayService/SendMessage", { ...place, text });
      expect(sent).toMatchObject({ ok: true, message: "OK" });
      await printed.next((line) => line.includes(`"text": "${text}"`) || line.includes(`"text":"${text}"`), text);
    }
    subscription.kill("SIGINT");
    await once(subscription, "exit");
  }, 30_000);

  it("[RP2] takes the credential from the metadata, and is told UNAUTHENTICATED by its exit code", async () => {
    const method = "chat.ChatroomService/GetPeople";
    const carl = toArgs(protocol, method, { roomName: "1" }, ["authorization: Bearer carl"]);
    // buf shifts the status by three bits to keep its own exit codes apart.
    await expect(run(BUF, carl)).rejects.toMatchObject({ code: UNAUTHENTICATED << 3 });
  });
});

const done = { ok: true, message: "OK" };

function linesOf(child: ChildProcess, stream: "stdout" | "stderr"): Inbox<string> {
  const inbox = new Inbox<string>();
  const input = child[stream];
  if (input !== null) createInterface(input).on("line", (line) => inbox.put(line));
  return inbox;
}
