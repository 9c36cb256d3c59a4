// Runs a TypeScript file of the tests outside the test runner: bundles it, then runs it in this Node with the arguments that follow.
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Bundles `entry` (relative to the repository) and gives the path of what can be run; the caller removes it. */
export async function bundle(entry) {
  const folder = join(root, "node_modules", ".cache", "baton-test");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${entry.replaceAll("/", "-")}-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    sourcemap: "inline",
    outfile,
    logLevel: "error",
  });
  return outfile;
}

/** Bundles and runs an entry in this process. */
export async function launch(entry) {
  process.chdir(root);
  process.setSourceMapsEnabled(true);
  const file = await bundle(entry);
  try {
    await import(pathToFileURL(file).href);
  } finally {
    rmSync(file, { force: true });
  }
}
