import { createRoute, z } from "@hono/zod-openapi";
import type { Preferences as PreferencesReply } from "../../../contracts/services.ts";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { jsonBody, signedIn } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { instant } from "./schemas.ts";

const secured = { tags: ["Accounts"], security: [{ bearer: [] }] };
const own = { path: "/api/v1/accounts/me/preferences" } as const;

const Preferences = z
  .strictObject({
    sharesMarks: z.boolean().openapi({ description: "Whether others see how far you got and read." }),
    doNotDisturbUntil: instant.nullable().openapi({ description: "Until then your inbox is silent; null for not." }),
  })
  .openapi("Preferences");

const PreferencesPatch = Preferences.partial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one preference")
  .openapi("PreferencesPatch", { minProperties: 1 });

const read = createRoute({
  ...secured,
  ...own,
  method: "get",
  summary: "What you want of all rooms",
  middleware: [signedIn],
  responses: { 200: json(Preferences, "Your preferences."), ...problems(401) },
});

const change = createRoute({
  ...secured,
  ...own,
  method: "patch",
  summary: "Change what you want of all rooms; what is not named stays",
  middleware: [signedIn, jsonBody()],
  request: { body: jsonBodyOf(PreferencesPatch) },
  responses: { 200: json(Preferences, "Your preferences from now on."), ...problems(401, 413, 415) },
});

/** What a user wants of everybody's rooms. */
export function addPreferences(api: Api): void {
  api.openapi(read, async (c) => {
    return c.json(toPreferences(await ask(c, ({ auth }) => auth.preferences(c.var.identity))), 200);
  });
  api.openapi(change, async (c) => {
    const { sharesMarks, doNotDisturbUntil } = c.req.valid("json");
    const patch = {
      ...(sharesMarks === undefined ? {} : { sharesMarks }),
      ...(doNotDisturbUntil === undefined ? {} : { doNotDisturbUntilMs: toMs(doNotDisturbUntil) }),
    };
    return c.json(toPreferences(await ask(c, ({ auth }) => auth.setPreferences(c.var.identity, patch))), 200);
  });
}

function toMs(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso);
}

function toPreferences({ sharesMarks, doNotDisturbUntilMs }: PreferencesReply) {
  const doNotDisturbUntil = doNotDisturbUntilMs === null ? null : new Date(doNotDisturbUntilMs).toISOString();
  return { sharesMarks, doNotDisturbUntil };
}
