import http from "k6/http";
import { settings } from "./settings.ts";

/**
 * Waits until every virtual user of the rung has come to this point; answers the moment at which all go on, which is the
 * same for all. Virtual users cannot see each other: the command that started k6 holds the meeting.
 */
export async function meet(point: string): Promise<number> {
  if (settings.rendezvousUrl === "") throw new Error(ALONE);
  const { status, body } = await http.asyncRequest("GET", `${settings.rendezvousUrl}/${point}`, null, {
    timeout: "1h",
    tags: { name: "rendezvous" },
  });
  if (status !== 200) throw new Error(`nobody holds the meeting "${point}": the ladder was ended (status ${status})`);
  return Number(body);
}

const ALONE =
  "RENDEZVOUS_URL is not set: this script is a part of the ladder, start it with `npm run loadtest -- ladder`";
