import { failures } from "../../contracts/failures.ts";
import { readIdentity } from "../../contracts/identity.ts";
import type { Namespace } from "../../contracts/objects.ts";
import { fail, type Refusal } from "../../contracts/reply.ts";
import { REPLICA_NAME, UPLINK_CARRIER_PREFIX, UPLINK_REPLICA_PARAM } from "../../contracts/uplink.ts";
import type { CarrierFetch } from "./carrier-fetch.ts";

/** Hands the upgrade of a replica, which the gateway let through, to the carrier that bears its name. */
export async function fetchUplink(carriers: Namespace<CarrierFetch>, request: Request): Promise<Response> {
  if (readIdentity(request.headers)?.kind !== "origin") return refuse(fail("session"));
  const replica = new URL(request.url).searchParams.get(UPLINK_REPLICA_PARAM) ?? "";
  if (!REPLICA_NAME.test(replica)) return refuse(fail("badRequest", "this is no replica's name"));
  return carriers.getByName(`${UPLINK_CARRIER_PREFIX}${replica}`).fetch(request);
}

function refuse(refusal: Refusal): Response {
  return Response.json(refusal, { status: failures[refusal.failure].status });
}
