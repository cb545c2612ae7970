import { register, startProduct } from "./lib/product.ts";
import { startReplica, startYardstick } from "./lib/replicas/processes.ts";
import { runOriginTrials, toOriginRows } from "./lib/replicas/trials.ts";
import { toJson } from "./lib/report.ts";
import { beginRun, writeResults } from "./lib/run.ts";

// Measures the origin's two replicas of each kind against a plain `ws` server on this machine, in one run: npm run bench:origin.
const { machine, options } = beginRun({ trials: "5", ms: "2000" });

const limits = ["ATTEMPTS_PER_ADDRESS", "ATTEMPTS_PER_NAME", "SENDS_PER_USER", "SENDS_PER_ROOM"];
const product = await startProduct("monolith", Object.fromEntries(limits.map((name) => [name, "10000000"])));
const yardstick = await startYardstick();
const roles = ["tcp", "tcp", "grpc", "grpc"] as const;
const replicas = await Promise.all(roles.map((role) => startReplica(role, product)));
const portsOf = (fits: RegExp) =>
  replicas.flatMap(({ ports }) => Object.entries(ports).flatMap(([name, port]) => (fits.test(name) ? [port] : [])));
try {
  const names = Array.from({ length: 32 }, (_, i) => `sender${i}`);
  const senders = await Promise.all(names.map(async (name) => ({ name, token: await register(product.url, name) })));
  const site = {
    senders,
    url: product.url,
    token: product.token,
    name: "bench",
    tcp: portsOf(/^tcp/),
    grpc: portsOf(/chat$/),
  };
  const trials = await runOriginTrials({ site, replicas, port: yardstick.port }, options, (trial) =>
    console.log(trial),
  );
  const rows = toOriginRows(trials);
  writeResults("origin", toJson({ machine, options }, { rows, trials }));
  console.table(rows);
} finally {
  await Promise.all(replicas.map((replica) => replica.end()));
  await Promise.all([product.end(), yardstick.end()]);
}
