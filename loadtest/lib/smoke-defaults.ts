import { scenarioDefaults } from "../model/scenario-defaults.ts";
import { toK6Environment } from "../model/steps.ts";

// Imported before what reads the plan: a module's variables are read when it is loaded.
for (const [name, value] of Object.entries(toK6Environment(scenarioDefaults.smoke ?? {}))) __ENV[name] ||= value ?? "";
