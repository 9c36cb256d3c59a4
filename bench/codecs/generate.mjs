// Makes the codecs of every contestant that has a compiler, into `bench/codecs/out/`, from `bench/codecs/schemas/`.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { arch } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const bench = dirname(here);
const out = join(here, "out");
const schemas = join(here, "schemas");
const bin = (name) => join(bench, "node_modules", ".bin", name);

function run(program, args, cwd = schemas) {
  execFileSync(program, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}

/** Bundles generated TypeScript to one module; libraries of peers stay outside, to be the ones that are installed. */
function bundle(entry, outfile, external) {
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external,
    logLevel: "error",
  });
}

/** Generates everything; a contestant whose compiler is not there is left out, and named in the result. */
export function generate() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const missing = [];

  // The runtime is bundled with its codecs, as anybody's build does.
  run(process.execPath, [
    join(bench, "..", "dist", "baton.js"),
    "compile",
    "bench.baton",
    "-I",
    ".",
    "--out",
    join(out, "baton"),
    "--runtime",
    join(bench, "..", "dist", "runtime.js"),
  ]);
  bundle(join(out, "baton", "bench.ts"), join(out, "baton.mjs"), []);

  writeFileSync(
    join(out, "buf.gen.yaml"),
    `version: v2\nplugins:\n  - local: ${bin("protoc-gen-es")}\n    out: ${join(out, "es")}\n    opt: target=js\n`,
  );
  run(bin("buf"), ["generate", "--template", join(out, "buf.gen.yaml"), "--path", "bench.proto"]);
  run(bin("pbjs"), [
    "-t",
    "static-module",
    "-w",
    "es6",
    "--es6",
    "--import-path",
    "protobufjs/minimal.js",
    "-o",
    join(out, "pbjs.mjs"),
    "bench.proto",
  ]);

  const bebopc = join(
    bench,
    "node_modules",
    "bebop-tools",
    "tools",
    "linux",
    arch() === "arm64" ? "arm64" : "x64",
    "bebopc",
  );
  chmodSync(bebopc, 0o755);
  run(bebopc, ["-i", "bench.bop", "build", "--generator", `ts:${join(out, "bebop.ts")}`]);
  bundle(join(out, "bebop.ts"), join(out, "bebop.mjs"), ["bebop"]);

  const flatc = ["/usr/bin/flatc", "/usr/local/bin/flatc"].find((path) => existsSync(path));
  if (flatc === undefined) missing.push("flatbuffers (install Debian's flatbuffers-compiler)");
  else {
    run(flatc, ["--ts", "-o", join(out, "flatbuffers"), "bench.fbs"]);
    const folder = join(out, "flatbuffers", "bench");
    const index = readdirSync(folder).map((file) => `export * from "./${file.replace(/\.ts$/, "")}";`);
    writeFileSync(join(folder, "index.ts"), index.join("\n"));
    bundle(join(folder, "index.ts"), join(out, "flatbuffers.mjs"), ["flatbuffers"]);
  }
  return missing;
}
