import { cpSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";

const { resolve } = createRequire(import.meta.url);
/** Modules that read .proto files two folders above themselves when they are loaded, and where those files are. */
const READERS = /grpc-health-check[\\/]build[\\/]src[\\/]health\.js$|reflection-v1(alpha)?\.js$/;
const FOLDERS = [
  join(dirname(resolve("grpc-health-check")), "..", "..", "proto"),
  join(dirname(resolve("@grpc/reflection")), "..", "proto"),
];

/**
 * Lets a bundle speak grpc.health.v1 and grpc.reflection: their packages read .proto files from disk, which this puts into
 * a folder `proto` beside the bundle. [NG8]
 */
export const libraryProtos: Plugin = {
  name: "library-protos",
  setup(build) {
    build.onLoad({ filter: READERS }, async ({ path }) => {
      const contents = await readFile(path, "utf8");
      return { contents: contents.replaceAll("../../proto", "./proto"), loader: "js" };
    });
    build.onEnd(() => {
      const { outfile } = build.initialOptions;
      if (outfile === undefined) throw new Error("library-protos needs an outfile");
      for (const from of FOLDERS) cpSync(from, join(dirname(outfile), "proto"), { recursive: true, filter: isNeeded });
    });
  },
};

function isNeeded(path: string): boolean {
  return !path.includes("sample");
}
