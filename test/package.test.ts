import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { buildPackage, type Built } from "./built.ts";

const root = join(import.meta.dirname, "..");

let built: Built;
/** A project of somebody who has nothing but the tarball. */
let project: string;
let packed: readonly string[];

/** Runs a program in the project, and gives what it printed; what goes wrong fails the test. */
function run(program: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: project, encoding: "utf8" });
  expect([status, status === 0 ? "" : `${stdout}${stderr}`], [program, ...words].join(" ")).toEqual([0, ""]);
  return stdout;
}

beforeAll(async () => {
  built = await buildPackage();
  const home = join(built.modules, "@baton", "compiler");
  for (const name of ["README.md", "LICENSE", "docs", "schemas"])
    cpSync(join(root, name), join(home, name), { recursive: true });
  project = mkdtempSync(join(tmpdir(), "baton-project-"));
  writeFileSync(join(project, "package.json"), '{ "name": "project", "version": "1.0.0", "type": "module" }\n');
  const words = ["pack", home, "--json", "--ignore-scripts", "--offline"];
  const [tarball]: { filename: string; files: { path: string }[] }[] = JSON.parse(run("npm", ...words));
  packed = tarball?.files.map(({ path }) => path) ?? [];
  run("npm", "install", "--offline", "--no-audit", "--no-fund", `./${tarball?.filename ?? ""}`);
});

afterAll(() => {
  rmSync(project, { recursive: true, force: true });
  built.remove();
});

describe("the package, installed from its tarball", () => {
  test("holds what runs and what is read, and needs no other package", () => {
    expect(packed.filter((path) => !/^(?:dist|docs|schemas)\//.test(path)).toSorted()).toEqual([
      "LICENSE",
      "README.md",
      "package.json",
    ]);
    expect(packed.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);
    expect("dependencies" in packageJson).toBe(false);
    const targets = Object.values(packageJson.exports).flatMap((each) =>
      typeof each === "string" ? each : Object.values(each),
    );
    for (const target of targets) expect(packed).toContain(target.slice(2));
  });

  test("begins a project, compiles it, and runs and types the code", () => {
    expect(run("npx", "--no-install", "baton", "--version").trim()).toBe(packageJson.version);
    run("npx", "--no-install", "baton", "init");
    run("npx", "--no-install", "baton", "compile");
    const text = `import { DumpWriter, openDump } from "@baton/compiler/runtime";
import { module, SerialPort } from "./generated/example/serial.js";
const bytes: Uint8Array = new DumpWriter().add(SerialPort, { line: 3 }).finish();
const baud: number | undefined = openDump(bytes, { modules: [module] }).all(SerialPort)[0]?.baud;
console.log(baud);
`;
    writeFileSync(join(project, "hand.ts"), text);
    const options = ["--strict", "--module", "nodenext", "--target", "es2022", "--types", "", "--lib", "es2023,dom"];
    run(join(root, "node_modules", ".bin", "tsc"), ...options, "hand.ts");
    expect(run("node", "hand.js").trim()).toBe("115200");
  });

  test("types the library without its dependencies, declarations checked too", () => {
    const text = `import { compile, format, layoutOf } from "@baton/compiler";
import { openDump } from "@baton/compiler/runtime";
export const all = [compile, format, layoutOf, openDump];
`;
    writeFileSync(join(project, "library.ts"), text);
    const tsc = join(root, "node_modules", ".bin", "tsc");
    for (const [module, resolution] of [
      ["nodenext", "nodenext"],
      ["esnext", "bundler"],
    ]) {
      const how = ["--module", module ?? "", "--moduleResolution", resolution ?? "", "--skipLibCheck", "false"];
      run(
        tsc,
        "--strict",
        "--noEmit",
        ...how,
        "--target",
        "es2022",
        "--types",
        "",
        "--lib",
        "es2023,dom",
        "library.ts",
      );
    }
  });

  test("has the runtime in one file, which may lie beside the generated code", () => {
    run("npx", "--no-install", "baton", "compile", "--out", "copied", "--runtime", "./runtime.js");
    cpSync(join(project, "node_modules/@baton/compiler/dist/runtime.js"), join(project, "copied/runtime.js"));
    const esbuild = join(root, "node_modules", ".bin", "esbuild");
    run(esbuild, "--bundle", "--format=esm", "--log-level=error", "--outdir=built", "copied/example/serial.ts");
    const text =
      'import { SerialPort } from "./built/serial.js";\nconsole.log(SerialPort.encode({ line: 3 }).length);\n';
    writeFileSync(join(project, "copied.js"), text);
    expect(run("node", "copied.js").trim()).toBe("8");
  });

  test("prints an error that nobody caught in a few lines", () => {
    writeFileSync(
      join(project, "uncaught.js"),
      'import { openDump } from "@baton/compiler/runtime";\nopenDump(new Uint8Array(5), { modules: [] });\n',
    );
    const { status, stderr } = spawnSync("node", ["uncaught.js"], { cwd: project, encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toContain("B8001");
    expect(stderr.length).toBeLessThan(4000);
  });

  test("gives Prettier the plugin", () => {
    mkdirSync(join(project, "node_modules"), { recursive: true });
    symlinkSync(join(root, "node_modules", "prettier"), join(project, "node_modules", "prettier"));
    writeFileSync(join(project, "clock.baton"), 'module linux.clock;state Clock@0x10{now@1:u64 unit "ns";}');
    const prettier = join("node_modules", "prettier", "bin", "prettier.cjs");
    run("node", prettier, "--plugin", "@baton/compiler/prettier", "--write", "clock.baton");
    const expected = 'module linux.clock;\nstate Clock @0x10 { now @1 : u64 unit "ns"; }\n';
    expect(readFileSync(join(project, "clock.baton"), "utf8")).toBe(expected);
    writeFileSync(join(project, ".prettierrc"), '{ "plugins": ["@baton/compiler/prettier"] }\n');
    run("node", prettier, "--check", "clock.baton");
  });
});
