// Generates codecs for the schemas of this repository and compiles them as users with strict settings would, for every way to import.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const strict = {
  target: "es2022",
  lib: ["es2022", "dom"],
  types: [],
  strict: true,
  noEmit: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowUnreachableCode: false,
  allowUnusedLabels: false,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
};
/** How a project resolves modules, by what `--import-extension` serves it. */
const projects = {
  js: { module: "nodenext", moduleResolution: "nodenext" },
  ts: { module: "nodenext", moduleResolution: "nodenext", allowImportingTsExtensions: true },
  none: { module: "esnext", moduleResolution: "bundler" },
};

const folder = mkdtempSync(join(tmpdir(), "baton-generated-"));
try {
  mkdirSync(join(folder, "node_modules", "@baton"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules", "@baton", "compiler"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [extension, resolution] of Object.entries(projects)) {
    const out = join(folder, extension);
    run([
      join(root, "dist", "baton.js"),
      "compile",
      join(root, "schemas"),
      "--out",
      out,
      "--import-extension",
      extension,
    ]);
    const config = join(folder, `tsconfig.${extension}.json`);
    writeFileSync(config, JSON.stringify({ compilerOptions: { ...strict, ...resolution }, include: [extension] }));
    run([join(root, "node_modules", "typescript", "bin", "tsc"), "-p", config]);
    console.log(`imports with ${extension}: compiles`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(words) {
  const { status } = spawnSync(process.execPath, words, { stdio: ["ignore", "inherit", "inherit"] });
  if (status === 0) return;
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
}
