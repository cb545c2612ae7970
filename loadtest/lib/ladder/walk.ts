import { area51 } from "./area51.ts";
import { chat } from "./chat.ts";
import { login } from "./login.ts";
import { settings } from "./settings.ts";

const walks = { area51, chat, login };

/** What LADDER_WALK names. */
export const walk: () => Promise<void> = walks[settings.walk];
