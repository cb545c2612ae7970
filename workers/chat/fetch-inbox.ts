import { failures } from "../../contracts/failures.ts";
import { readIdentity } from "../../contracts/identity.ts";
import type { Namespace, UserStub } from "../../contracts/objects.ts";
import { fail } from "../../contracts/reply.ts";

/** Hands an upgrade to the object of the user whom the gateway named in it. */
export async function fetchInbox(users: Namespace<Pick<UserStub, "fetch">>, request: Request): Promise<Response> {
  const identity = readIdentity(request.headers);
  if (identity?.kind !== "user") return Response.json(fail("session"), { status: failures.session.status });
  return users.getByName(String(identity.userId)).fetch(request);
}
