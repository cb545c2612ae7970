/** Bundles a script for a k6 that has k6/websockets as an experiment only. Answers where it is. */
export async function bundleForOldK6(script: string, outfile: string): Promise<string> {
  const { build } = await import("esbuild"); // only few machines need it
  await build({
    entryPoints: [script],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    external: ["k6", "k6/*"],
    alias: { "k6/websockets": "k6/experimental/websockets" },
  });
  return outfile;
}
