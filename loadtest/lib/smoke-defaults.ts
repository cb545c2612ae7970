import { scenarioDefaults } from "../model/scenario-defaults.ts";

// Imported before what reads the plan: a module's variables are read when it is loaded.
for (const [name, value] of Object.entries(scenarioDefaults.smoke ?? {})) __ENV[name] ||= value ?? "";
