/** Ctrl-C, a supervisor, a terminal that was closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Watches for Ctrl-C and its like until the function that it answers is called. The first one aborts, so that the run ends
 * in order; a second one ends the process at once.
 */
export function onInterruption(): { readonly signal: AbortSignal; readonly forget: () => void } {
  const asked = new AbortController();
  const ask = () => {
    if (asked.signal.aborted) process.exit(1);
    console.error("Ending in order: what was measured is written. Once more ends at once.");
    asked.abort();
  };
  for (const name of SIGNALS) process.on(name, ask);
  const forget = () => {
    for (const name of SIGNALS) process.off(name, ask);
  };
  return { signal: asked.signal, forget };
}
