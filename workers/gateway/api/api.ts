import { OpenAPIHono } from "@hono/zod-openapi";
import type { ZodError } from "zod";
import { fail } from "../../../contracts/reply.ts";
import type { AppEnv } from "../context.ts";
import { refuseOtherMethods } from "../method-not-allowed.ts";
import { Refused } from "../refused.ts";
import { addAccounts } from "./accounts.ts";
import { addAdministration } from "./administration.ts";
import type { Api } from "./api-app.ts";
import { addBlocks } from "./blocks.ts";
import { addChanges } from "./changes.ts";
import { addDirect } from "./direct.ts";
import { addDoors } from "./doors.ts";
import { addErasure } from "./erasure.ts";
import { addExports } from "./exports.ts";
import { addImports } from "./imports.ts";
import { addInbox } from "./inbox.ts";
import { addLimits } from "./limits.ts";
import { addLobby } from "./lobby.ts";
import { addMarks } from "./marks.ts";
import { addMembers } from "./members.ts";
import { addMessages } from "./messages.ts";
import { decodablePath } from "./middleware.ts";
import { addModeration } from "./moderation.ts";
import { addPins } from "./pins.ts";
import { addPreferences } from "./preferences.ts";
import { addPresence } from "./presence.ts";
import { answerProblem } from "./problem.ts";
import { addReference } from "./reference.ts";
import { addReports } from "./reports.ts";
import { addRooms } from "./rooms.ts";
import { addSessions } from "./sessions.ts";
import { addSocket } from "./socket.ts";
import { addSuspensions } from "./suspensions.ts";
import { addThreads } from "./threads.ts";
import { addUplink } from "./uplink.ts";

const ERRORS_MAX = 20;

/** The native REST API: one schema validates, types the handler and writes the document. */
export function createApi(): Api {
  const api: Api = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw toRefused(result.target, result.error);
    },
  });
  const accounts = [addAccounts, addPreferences, addSessions, addAdministration];
  const rooms = [
    addLobby,
    addRooms,
    addMembers,
    addDoors,
    addMessages,
    addChanges,
    addThreads,
    addPins,
    addMarks,
    addPresence,
    addSocket,
    addDirect,
    addInbox,
  ];
  const conduct = [addModeration, addReports, addBlocks, addSuspensions];
  api.use("/api/*", decodablePath);
  const rights = [addExports, addImports, addErasure];
  for (const add of [...accounts, ...rooms, ...conduct, ...rights, addUplink, addLimits, addReference]) add(api);
  refuseOtherMethods(api);
  api.onError(answerProblem);
  return api;
}

function toRefused(target: string, error: ZodError): Refused {
  const errors = error.issues.slice(0, ERRORS_MAX).map(({ path, message }) => ({
    in: target === "json" ? "body" : target,
    path: path.map((part) => `/${String(part)}`).join(""),
    message,
  }));
  const [first] = errors;
  const where = first === undefined ? "" : `${first.in} ${first.path.slice(1)}: `.replace(" :", ":");
  return new Refused(fail("badRequest", `${where}${first?.message ?? "the request is malformed"}`), errors);
}
