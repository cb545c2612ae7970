/** What a run without a tool is: a failure where CI is set, elsewhere a test that was skipped and says so. */
export type MissingTool = { readonly fails: boolean; readonly message: string };

/** Says what was not checked and why, and whether the run fails for it. */
export function withoutTool(unchecked: string, reason: string, ci: string | undefined): MissingTool {
  const message = `NOT CHECKED: ${unchecked}, because ${reason}.`;
  return { fails: ci !== undefined && ci !== "" && ci !== "false" && ci !== "0", message };
}
