import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import WebSocket from "ws";
import { registerGochat } from "../support/gochat.ts";
import { Server } from "../support/server.ts";

/** What browsers, old HTTP clients and proxies send, byte for byte where it matters. */
const BODY = '{"authToken":"nobody"}';
const LENGTH = `Content-Length: ${BODY.length}`;
const ANSWER = '{"code":40000,"message":"Session error","data":null}';

let server: Server;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(() => server.stop());

it.each([
  ["HTTP/1.0", `POST /user/checkAuth HTTP/1.0\r\nHost: chat\r\n${LENGTH}\r\n\r\n${BODY}`],
  ["a chunked body", chunked()],
  [
    "header names in lower case",
    `POST /user/checkAuth HTTP/1.1\r\nhost: chat\r\n${LENGTH.toLowerCase()}\r\n\r\n${BODY}`,
  ],
  [
    "header names in upper case",
    `POST /user/checkAuth HTTP/1.1\r\nHOST: chat\r\n${LENGTH.toUpperCase()}\r\n\r\n${BODY}`,
  ],
  ["a form's content type", typed("application/x-www-form-urlencoded; charset=UTF-8")],
  ["an unknown content type", typed("text/plain")],
])("[GC4] %s is read like any other request", async (_, bytes) => {
  expect(await exchange([bytes], ANSWER)).toMatch(/^HTTP\/1\.[01] 200 OK\r\n/);
});

it("[GC4] Expect: 100-continue is told to go on before the body is sent", async () => {
  const head = `POST /user/checkAuth HTTP/1.1\r\nHost: chat\r\nExpect: 100-continue\r\n${LENGTH}\r\n\r\n`;
  expect(await exchange([head, BODY], ANSWER, "HTTP/1.1 100 Continue\r\n\r\n")).toContain("HTTP/1.1 200 OK\r\n");
});

it("[GC4] two requests on one connection get two answers, in order", async () => {
  const first = `POST /user/checkAuth HTTP/1.1\r\nHost: chat\r\n${LENGTH}\r\n\r\n${BODY}`;
  const second = "POST /nothing HTTP/1.1\r\nHost: chat\r\nContent-Length: 0\r\n\r\n";
  const answers = await exchange([first + second], "please check request url !");
  expect(answers.indexOf(ANSWER)).toBeLessThan(answers.indexOf("please check request url !"));
});

it("[GC2] a browser on another origin may ask first, and read the answer", async () => {
  const origin = "http://page.example:8080";
  const asks = { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" };
  const preflight = await fetch(`${server.url}/push/pushRoom`, { method: "OPTIONS", headers: asks });
  expect(preflight.status).toBe(200);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("content-type");
  for (const method of ["POST", "PATCH"]) {
    expect(preflight.headers.get("access-control-allow-methods")).toContain(method);
  }
  const answer = await fetch(`${server.url}/push/pushRoom`, { method: "POST", headers: { origin }, body: BODY });
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
});

it("[GC11] a slash at a route's end is redirected with 307, so that the body is sent again", async () => {
  const init = { method: "POST", body: BODY };
  const redirect = await fetch(`${server.url}/user/checkAuth/?a=b`, { ...init, redirect: "manual" });
  expect([redirect.status, redirect.headers.get("location")]).toEqual([307, "/user/checkAuth?a=b"]);
  const followed = await fetch(`${server.url}/user/checkAuth/`, init);
  expect(await followed.text()).toBe(ANSWER);
});

it.each([
  ["no extension", 1, { perMessageDeflate: false }, ""],
  ["permessage-deflate", 2, { perMessageDeflate: true }, "permessage-deflate"],
])(
  "[GS1] a browser's socket, with its Origin, no subprotocol and %s, joins and hears",
  async (_, roomId, options, extension) => {
    const authToken = await registerGochat(server.url);
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`, {
      ...options,
      origin: "http://page.example:8080",
    });
    await once(socket, "open");
    expect([socket.extensions, socket.protocol]).toEqual([extension, ""]);
    socket.send(JSON.stringify({ authToken, roomId }));
    const [data] = await once(socket, "message");
    expect(JSON.parse(String(data))).toMatchObject({ op: 5, roomId, count: 1 });
    socket.close();
    await once(socket, "close");
  },
);

function chunked(): string {
  const half = BODY.length / 2;
  const chunks = [BODY.slice(0, half), BODY.slice(half), ""].map(
    (text) => `${text.length.toString(16)}\r\n${text}\r\n`,
  );
  return `POST /user/checkAuth HTTP/1.1\r\nHost: chat\r\nTransfer-Encoding: chunked\r\n\r\n${chunks.join("")}`;
}

function typed(contentType: string): string {
  return `POST /user/checkAuth HTTP/1.1\r\nHost: chat\r\nContent-Type: ${contentType}\r\n${LENGTH}\r\n\r\n${BODY}`;
}

/** Sends the parts over TCP, the second once `between` has arrived, and gives what came until `end` was in it. */
async function exchange(parts: readonly [string, string?], end: string, between = ""): Promise<string> {
  const socket = connect(server.port, "127.0.0.1").setEncoding("utf8");
  const [first, second] = parts;
  socket.write(first);
  let rest = second;
  let got = "";
  for await (const text of socket) {
    got += text;
    if (rest !== undefined && got.includes(between)) {
      socket.write(rest);
      rest = undefined;
    }
    if (got.includes(end)) break;
  }
  socket.destroy();
  return got;
}
