import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { bytesOfHex } from "../../compiler/dump/hex-text.ts";
import { casesOf, filesOf, readGolden } from "../../golden/cases.ts";
import { generate } from "../property/generated.ts";
import { executable, hasBrowser, launch, sayWithoutBrowser } from "./chromium.ts";
import type { Case, Result } from "./goldens.ts";

sayWithoutBrowser("the goldens of generated codecs in a browser");

/** What the bundle gives to whoever runs it. */
interface Bundle {
  readonly run: (cases: readonly Case[]) => Promise<readonly Result[]>;
  readonly sums: () => readonly number[];
}

const root = join(import.meta.dirname, "../..");
const linux = ["address", "iommu", "pci", "fds"].map((module) => {
  const path = `schemas/linux/${module}.baton`;
  return { path, text: readFileSync(join(root, path), "utf8") };
});
const names = casesOf("bytes");
const cases = names.map(caseOf);
let script = "";
let inNode: readonly Result[] = [];

function caseOf(name: string): Case {
  const isDump = filesOf("bytes", name).includes("dump.json");
  // The files of a case are what the README beside them says.
  const input = JSON.parse(readGolden("bytes", name, isDump ? "dump.json" : "value.json")) as Partial<Case>;
  const bytes = [...bytesOfHex(readGolden("bytes", name, isDump ? "dump.hex" : "body.hex"))];
  return { name, type: isDump ? null : (input.type ?? null), for: input.for ?? null, bytes };
}

/** One script with the codecs of all cases, as a browser takes it: nothing of Node is in it. */
async function bundle(folder: string): Promise<string> {
  const imports: string[] = [];
  const entries: string[] = [];
  for (const [i, name] of names.entries()) {
    const own = filesOf("bytes", name).filter((path) => path.endsWith(".baton"));
    const sources = own.map((path) => ({ path, text: readGolden("bytes", name, path) }));
    const modules: string[] = [];
    for (const [path, text] of generate(compile(sources.length === 0 ? linux : sources))) {
      const file = join(folder, name, `${path}.ts`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      const variable = `m${i}_${modules.length}`;
      imports.push(`import * as ${variable} from ${JSON.stringify(file)};`);
      modules.push(`${JSON.stringify(path)}: ${variable}`);
    }
    entries.push(`${JSON.stringify(name)}: { ${modules.join(", ")} }`);
  }
  const goldens = JSON.stringify(join(import.meta.dirname, "goldens.ts"));
  const contents = `${imports.join("\n")}
import { run as runWith, sums } from ${goldens};
const all = { ${entries.join(", ")} };
export const run = (cases) => runWith(cases, (name) => all[name]);
export { sums };`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    format: "iife",
    globalName: "goldens",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    alias: { "baton-runtime": join(root, "runtime/index.ts") },
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

/** The bundle as Node runs it. */
function load(): Bundle {
  // It is the script that was just made of this repository.
  return new Function(`${script}\nreturn goldens;`)() as Bundle;
}

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "baton-browser-"));
  try {
    script = await bundle(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  inNode = await load().run(cases);
}, 60_000);

test("a CI machine has a browser", () => {
  expect(hasBrowser || process.env["CI"] === undefined, `${executable} is missing`).toBe(true);
});

test.each(cases)("generated codecs of $name give its golden bytes", ({ name, bytes }) => {
  const result = inNode.find((one) => one.name === name);
  expect(result?.problems).toEqual([]);
  expect(Object.keys(result?.again ?? {})).toHaveLength(2);
  for (const [way, again] of Object.entries(result?.again ?? {})) expect(again, way).toEqual(bytes);
});

describe.skipIf(!hasBrowser)("in a browser", () => {
  let inBrowser: readonly Result[] = [];
  let sums: readonly number[] = [];
  let agent = "";

  beforeAll(async () => {
    const browser = await launch();
    try {
      const page = await browser.newPage();
      await page.addScriptTag({ content: script });
      // The script above defines what these call.
      inBrowser = await page.evaluate<readonly Result[]>(`goldens.run(${JSON.stringify(cases)})`);
      sums = await page.evaluate<readonly number[]>("goldens.sums()");
      agent = await page.evaluate<string>("navigator.userAgent + ' ' + typeof process");
    } finally {
      await browser.close();
    }
  }, 60_000);

  test("it is one, without anything of Node", () => {
    expect(agent).toMatch(/Chrome\/.* undefined$/);
  });

  test("checksums are the same without a native one", () => {
    expect(sums).toEqual(load().sums());
  });

  test.each(cases)(
    "the codecs of $name give its golden bytes, and the values that they give in Node",
    ({ name, bytes }) => {
      const result = inBrowser.find((one) => one.name === name);
      expect(result).toEqual(inNode.find((one) => one.name === name));
      for (const [way, again] of Object.entries(result?.again ?? {})) expect(again, way).toEqual(bytes);
    },
  );
});
