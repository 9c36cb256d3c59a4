// Codecs of a schema, as a module that is bundled apart from the runtime, so that all sides use the runtime as it is built.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Compiles schemas into a folder and bundles one module of them; the path of the bundle. */
export async function generate(schemas, module, folder) {
  const command = [join(repository, "dist/baton.js"), "compile", schemas, "--out", folder];
  const compiled = spawnSync(process.execPath, command, { cwd: repository, encoding: "utf8" });
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  const outfile = join(folder, `${module.replaceAll("/", ".")}.mjs`);
  await build({
    entryPoints: [join(folder, `${module}.ts`)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    alias: { "@baton/compiler/runtime": join(repository, "dist/runtime.js") },
    external: [join(repository, "dist/runtime.js")],
    logLevel: "warning",
  });
  return outfile;
}
