import { build } from "../self-host/build.ts";

await build(["monolith", "services"]);
