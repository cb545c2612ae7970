import { FakeEdge, parcel } from "../../origin/redis/fake-edge.ts";
import { createRedis } from "../../origin/redis/redis.ts";

const [url = "", replicaId = "", count = "0"] = process.argv.slice(2);
const edge = new FakeEdge();
edge.breakOff(0);
const { courier, attendance } = await createRedis({ url, replicaId, edge });
attendance.came("c", "7", { id: 70, name: "seventy" });
const ids = Array.from({ length: Number(count) }, (_, n) => `m${n}`);
const taken = await Promise.all(ids.map((id) => courier.take(parcel("session", id), () => undefined)));
console.info(`kept ${taken.filter((reply) => reply.ok && reply.value.type === "kept").length}`);
// Until it is killed.
setInterval(() => undefined, 60_000);
