import { crewOf, readLadderSettings } from "../../model/ladder-settings.ts";

/** The settings of this rung. */
export const settings = readLadderSettings(__ENV);

/** Who walks in it. */
export const { accounts, vus } = crewOf(settings);
