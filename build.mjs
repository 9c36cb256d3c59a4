// Builds dist/: the `baton` program, the compiler as a library, the runtime for generated code, the Prettier plugin, and their types.
// `node build.mjs` is what `npm install` runs; tests call `bundle` to have a program of the sources as they are.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));

/** What both builds share. Dependencies are bundled; names are kept so that a stack trace can be read. */
const shared = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

/** Writes the JavaScript of the package into `folder`. What a command does not need lies in files of its own, loaded when it is needed. */
export async function bundle(folder) {
  const program = await build({
    ...shared,
    entryPoints: { baton: "compiler/cli/baton.ts", "preflight-worker": "compiler/cli/preflight-worker.ts" },
    chunkNames: "program/[name]-[hash]",
    outdir: folder,
    platform: "node",
    target: "node20",
    // commander is CommonJS and asks for Node's own modules by `require`.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);',
    },
  });
  const readable = {
    ...shared,
    // Users meet these lines: Node prints the one that throws, and nobody wants all of the runtime on it.
    minifyWhitespace: false,
    minifySyntax: false,
    outdir: folder,
    platform: "node",
    target: "es2022",
  };
  const library = await build({
    ...readable,
    entryPoints: { index: "compiler/index.ts", prettier: "compiler/prettier.ts" },
    chunkNames: "library/[name]-[hash]",
  });
  // One file, which may be copied beside generated code.
  await build({ ...readable, entryPoints: { runtime: "runtime/index.ts" }, splitting: false });
  const page = await build({
    absWorkingDir: root,
    entryPoints: { view: "compiler/view/page/main.ts" },
    outdir: join(folder, "view"),
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  await build({
    absWorkingDir: root,
    entryPoints: { view: "compiler/view/page/style.css" },
    outdir: join(folder, "view"),
    minify: true,
    logLevel: "warning",
  });
  const started = join(folder, "baton.js");
  writeFileSync(started, `#!/usr/bin/env node\n${readFileSync(started, "utf8")}`);
  chmodSync(started, 0o755);
  writeFileSync(join(folder, "THIRD-PARTY.txt"), licences([program, library, page]));
}

/** Everything that the package ships, into `folder`. */
export async function buildAll(folder) {
  await bundle(folder);
  declarations(join(folder, "types"));
  mkdirSync(join(folder, "json"), { recursive: true });
  for (const schema of published) copyFileSync(join(root, schema), join(folder, "json", basename(schema)));
}

/** JSON Schemas of what people and programs exchange with `baton`. */
const published = [
  "compiler/baton.schema.json",
  "compiler/schema/release.schema.json",
  "compiler/compat/check.schema.json",
  "compiler/compat/baseline.schema.json",
  "compiler/cli/preflight.schema.json",
  "compiler/cli/lint.schema.json",
  "compiler/cli/verify.schema.json",
  "compiler/cli/info.schema.json",
  "compiler/dump/decode.schema.json",
  "compiler/dump/diff/diff.schema.json",
];

/** The licence texts of the packages whose code is in the bundles. */
function licences(results) {
  const inputs = results.flatMap((result) => Object.keys(result.metafile.inputs));
  const packages = new Set(inputs.flatMap((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []));
  const texts = [...packages].sort().map((name) => {
    const folder = join(root, "node_modules", name);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `${name} ${version} (${license})\n\n${file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** Writes the declarations of the entry points, and of what they are made of, into `folder`. */
function declarations(folder) {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const run = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json", "--outDir", folder], {
    cwd: root,
    stdio: "inherit",
  });
  if (run.status !== 0) throw new Error("the declarations could not be made");
  const reached = new Set();
  const queue = ["compiler/index.d.ts", "compiler/prettier.d.ts", "runtime/index.d.ts"].map((name) =>
    join(folder, name),
  );
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    // tsc keeps `.ts` in the imports of declarations, where a user's tsc looks for `.js`.
    const text = readFileSync(path, "utf8").replace(/((?:from|import\()\s*"\.{1,2}\/[^"]*)\.ts"/g, '$1.js"');
    writeFileSync(path, text);
    for (const [, way] of text.matchAll(/"(\.{1,2}\/[^"]*)\.js"/g)) queue.push(join(dirname(path), `${way}.d.ts`));
  }
  // What no entry point leads to is nobody's to see.
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !reached.has(path)) rmSync(path);
  }
}

/** npm links the programs of dependencies and not of the package itself: with this link `npx --no-install baton` starts at once in a clone. */
function link() {
  const programs = join(root, "node_modules", ".bin");
  if (!existsSync(programs) || process.platform === "win32") return;
  const path = join(programs, "baton");
  rmSync(path, { force: true });
  symlinkSync(relative(programs, join(root, "dist", "baton.js")), path);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = join(root, "dist");
  const fresh = join(root, "dist", `.build-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  try {
    await buildAll(fresh);
    // File by file, entry points last: a program that runs meanwhile finds what it was built with.
    const entries = readdirSync(fresh).sort((a, b) => Number(a.endsWith(".js")) - Number(b.endsWith(".js")));
    for (const old of readdirSync(folder)) {
      if (!old.startsWith(".build-") && !entries.includes(old))
        rmSync(join(folder, old), { recursive: true, force: true });
    }
    for (const entry of entries) {
      if (!entry.endsWith(".js")) rmSync(join(folder, entry), { recursive: true, force: true });
      renameSync(join(fresh, entry), join(folder, entry));
    }
    link();
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
