import { afterAll, beforeAll, vi } from "vitest";
import { type System, startSystem } from "../support/system.ts";
import { describeBehindSubscribe } from "./behind-subscribe.ts";
import { describeFrameFuzz } from "./frame-fuzz.ts";
import { describeImpersonation } from "./impersonation.ts";
import { describeOneOrder } from "./one-order.ts";
import { describeProxyAndDrain } from "./proxy-and-drain.ts";
import { describeRedisKeys } from "./redis-keys.ts";
import { describeSlowReader } from "./slow-reader.ts";

// Hundreds of messages through seven processes on two cores that others use too.
vi.setConfig({ testTimeout: 30_000 * Number(process.env.ORIGIN_ROUNDS ?? 1) });
// A system takes seconds to start: what breaks nothing shares one.
let started: System;
const system = () => started;
beforeAll(async () => {
  started = await startSystem({ tcp: 2, grpc: 2, envoy: true, redis: true });
});
afterAll(() => started.stop());

describeOneOrder(system);
describeFrameFuzz(system);
describeImpersonation(system);
describeBehindSubscribe(system);
describeRedisKeys(system);
describeSlowReader(system);
describeProxyAndDrain(system); // last: it ends replicas
