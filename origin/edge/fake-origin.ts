import { createEdge, type EdgeClient } from "./create-edge.ts";
import { FakeEdgePlatform } from "./fake-platform.ts";

/** A replica's edge on a platform that stands still; `up` answers its first dial. */
export function createFakeOrigin(): { readonly edge: EdgeClient; readonly platform: FakeEdgePlatform } {
  const platform = new FakeEdgePlatform();
  const edge = createEdge({ url: "https://edge.example/", token: "origin-token", replicaId: "r1", platform });
  edge.start();
  return { edge, platform };
}

/** The same with an uplink that stands. */
export function createUpOrigin(): ReturnType<typeof createFakeOrigin> {
  const origin = createFakeOrigin();
  origin.platform.socket.welcome();
  return origin;
}
