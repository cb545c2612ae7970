import { createServer } from "node:http";
import { limits } from "../contracts/limits.ts";
import { createHashHandler } from "./hash-handler.ts";
import { lowerPriority } from "./lower-priority.ts";
import { WorkQueue } from "./work-queue.ts";

// The password pool: a process of its own, started by hash-process.ts with the socket's path and the number of threads.
const [socketPath, threads] = process.argv.slice(2);

// The channel to the supervisor closes when that ends, however it ends.
process.on("disconnect", () => process.exit(0));
lowerPriority(10);
const server = createServer(createHashHandler(new WorkQueue(Number(threads), limits.HASH_QUEUE_MAX)));
// The runtime lets go of an idle connection after 5 s, which is Node's own default too: a burst of logins would meet
// connections that Node just closed, and some would fail. So the runtime is always the one that closes.
server.keepAliveTimeout = 60_000;
server.listen(socketPath, () => process.send?.("ready"));
