import { expect, it } from "vitest";
import type { DirectMessage } from "../../contracts/gochat.ts";
import { newSession, openAt, type Scene, withUser } from "./test-user.ts";

const message = (seq: number): DirectMessage => ({
  event: { seq, kind: "message", from: { id: 2, name: "Bob" }, at: 0, messageNo: seq, body: `m${seq}` },
  toUserId: 1,
  toUserName: "",
  roomId: 7,
});
const seqsAt = ({ places }: Scene, carrier: string) =>
  places.direct
    .filter((call) => call.carrier === carrier)
    .flatMap(({ messages }) => messages.map(({ event }) => event.seq));

it("[AC9] messages reach every carrier of a live session, in order, with the recipient's name", async () => {
  await withUser(async (scene) => {
    const [a, b] = await openAt(scene, 2);
    await scene.user.attach(a?.id ?? "", { kind: "carrier", name: "c1" });
    await scene.user.attach(b?.id ?? "", { kind: "carrier", name: "c2" });
    const expired = newSession(60_000);
    await scene.user.openSession(expired);
    await scene.user.attach(expired.id, { kind: "carrier", name: "c3" });
    scene.storage.sql.exec("UPDATE session SET expires_at = 0 WHERE id = ?", expired.id);

    await Promise.all(Array.from({ length: 50 }, (_, i) => scene.user.deliverDirect([message(i)])));
    const inOrder = Array.from({ length: 50 }, (_, i) => i);
    expect(seqsAt(scene, "c1")).toEqual(inOrder);
    expect(seqsAt(scene, "c2")).toEqual(inOrder);
    expect(seqsAt(scene, "c3")).toEqual([]);
    expect(scene.places.direct[0]?.messages[0]?.toUserName).toBe("Ann");
  });
});

it("[AC9] a carrier that is slow gets what waits in one later call, and never out of order", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1);
    await scene.user.attach(a?.id ?? "", { kind: "carrier", name: "slow" });
    const first = Promise.withResolvers<number>();
    scene.places.behaviour.set("carrier:slow", first.promise);
    const sent = [1, 2, 3].map((seq) => scene.user.deliverDirect([message(seq)]));
    scene.places.behaviour.delete("carrier:slow");
    const late = scene.user.deliverDirect([message(4)]);
    first.resolve(0);
    await Promise.all([...sent, late]);
    expect(seqsAt(scene, "slow")).toEqual([1, 2, 3, 4]);
    expect(scene.places.direct).toHaveLength(2);
  });
});

it("[AC9] a carrier that fails or hangs does not keep the others waiting", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1);
    for (const name of ["gone", "stuck", "fine"]) await scene.user.attach(a?.id ?? "", { kind: "carrier", name });
    scene.places.behaviour.set("carrier:gone", "fail").set("carrier:stuck", "hang");
    void scene.user.deliverDirect([message(1)]);
    void scene.user.deliverDirect([message(2)]);
    await expect.poll(() => seqsAt(scene, "fine")).toEqual([1, 2]);

    scene.places.behaviour.delete("carrier:gone");
    void scene.user.deliverDirect([message(3)]);
    await expect.poll(() => seqsAt(scene, "gone")).toEqual([3]);
  });
});
