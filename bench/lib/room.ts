import WebSocket from "ws";
import { connectRoom, type RoomConnection } from "../../client/connect-room.ts";
import type { RoomEvent } from "../../contracts/event.ts";
import type { Site } from "./measures.ts";

/** Enters a room through the client library; resolves with the connection once the room has said welcome. */
export function enter(
  site: Site,
  onEvents: (events: readonly RoomEvent[]) => void = () => {},
): Promise<RoomConnection> {
  const { url, token } = site;
  return new Promise((resolve, reject) => {
    const room: RoomConnection = connectRoom({
      url,
      token,
      room: String(site.room),
      platform: {
        connect: (address, protocols) => new WebSocket(address, protocols, { perMessageDeflate: false }),
      },
      onNotice: (notice) => {
        if (notice.type === "welcome") resolve(room);
        if (notice.type === "events") onEvents(notice.events);
      },
      onOver: reject,
    });
  });
}
