import { resolve } from "node:path";
import { expect, it } from "vitest";
import { ensurePortIsFree } from "./free-port.ts";
import { toUrl } from "./readiness.ts";
import { readServerSettings } from "./server-settings.ts";

it("[SH2] without variables, or with empty ones, it is 127.0.0.1:8080 and .data", () => {
  const standard = { host: "127.0.0.1", port: 8080, dataDir: resolve(".data") };
  expect(readServerSettings({})).toEqual(standard);
  expect(readServerSettings({ HOST: "", PORT: "", DATA_DIR: "" })).toEqual(standard);
});

it("[SH2] HOST, PORT and DATA_DIR change it", () => {
  const settings = readServerSettings({ HOST: "::1", PORT: "81", DATA_DIR: "/data" });
  expect(settings).toEqual({ host: "::1", port: 81, dataDir: "/data" });
});

it.each(["-1", "65536", "80a", "8.5", " ", "0x"])("[SH2] PORT %j is refused by name", (port) => {
  expect(() => readServerSettings({ PORT: port })).toThrow("PORT must be");
});

it.each(["a b", "1.2.3.4,http=:1", "http://x", "[::1]"])("[SH2] HOST %j is refused by name", (host) => {
  expect(() => readServerSettings({ HOST: host })).toThrow("HOST must be");
});

it("[SH2] the address of a server that listens everywhere is one that can be called", () => {
  const urls = ["0.0.0.0", "::", "*", "::1", "localhost"].map((host) => toUrl(host, 80));
  expect(urls).toEqual(["127.0.0.1", "[::1]", "127.0.0.1", "[::1]", "localhost"].map((host) => `http://${host}:80`));
});

it("[SH2] a host that is not this machine's is named", async () => {
  await expect(ensurePortIsFree("192.0.2.1", 9299)).rejects.toThrow("192.0.2.1 is no address of this machine");
});
