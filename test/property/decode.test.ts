/** What `decode` prints of dumps and of parts of them, and what `encode` makes of it again. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bytesOfHex } from "../../compiler/dump/hex-text.ts";
import { ByteText } from "../../compiler/dump/byte-text.ts";
import { embeddedReader } from "../../compiler/dump/embedded.ts";
import { findSchemas } from "../../compiler/dump/find.ts";
import { inspect, type InspectOptions } from "../../compiler/dump/inspect.ts";
import { noKnowers } from "../../compiler/dump/knowers.ts";
import { LinesPrinter, type Printer } from "../../compiler/dump/print-json.ts";
import { TreePrinter } from "../../compiler/dump/print-tree.ts";
import { sourceOf } from "../../compiler/dump/source.ts";
import { subjects, schemaSources } from "../fuzz/subjects.ts";
import { baton, folderWith } from "../terminal.ts";
import { Random } from "./random.ts";

const seed = Number(process.env["BATON_SEED"] ?? 1);
const root = join(import.meta.dirname, "../..");

interface Printed {
  readonly lines: readonly string[];
  readonly problems: number;
}

type Schemas = InspectOptions["schemas"];

function print(bytes: Uint8Array, schemas: Schemas, make: (out: ByteText) => Printer, nodes: boolean): Printed {
  const blocks: Uint8Array[] = [];
  const out = new ByteText((block) => void blocks.push(block.slice()));
  const printer = make(out);
  let problems = 0;
  for (const item of inspect(sourceOf(bytes), { schemas, ...(nodes ? { nodes: 100 } : {}) })) {
    problems += item.problems.length;
    printer.item(item);
  }
  printer.end();
  out.flush();
  return { lines: Buffer.concat(blocks).toString().split("\n").slice(0, -1), problems };
}

const options = { paths: [], full: false, strict: false, knows: noKnowers };
const tree = (bytes: Uint8Array, schemas: Schemas): Printed =>
  print(
    bytes,
    schemas,
    (out) => new TreePrinter(out, { width: null, colour: false }, { ...options, limit: 100 }),
    true,
  );
const records = (bytes: Uint8Array, schemas: Schemas): Printed =>
  print(bytes, schemas, (out) => new LinesPrinter(out, options), false);
const leaves = (bytes: Uint8Array, schemas: Schemas): Printed =>
  print(bytes, schemas, (out) => new LinesPrinter(out, { ...options, full: true }), false);

/** How many lines two texts begin with. */
function common(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && a[count] === b[count]) count++;
  return count;
}

/** A cut dump prints what the whole one prints, up to the part that was cut, then that part and what is wrong. */
function checkCut(
  bytes: Uint8Array,
  cut: number,
  whole: { readonly tree: Printed; readonly records: Printed; readonly leaves: Printed },
  schemas: Schemas,
): void {
  const part = bytes.subarray(0, cut);
  const drawn = tree(part, schemas);
  expect(drawn.problems, `cut at ${cut}`).toBeGreaterThan(0);
  const rest = drawn.lines.slice(common(drawn.lines, whole.tree.lines));
  expect(rest.at(-1)).toMatch(/^coverage /);
  // What is around the cut, each as far as it is there.
  const rows = rest.slice(0, -1).filter((line) => !line.startsWith("! "));
  expect(rows.length, rest.join("\n")).toBeLessThanOrEqual(4);
  const lines = records(part, schemas).lines;
  const after = lines.slice(common(lines, whole.records.lines));
  expect(
    after.filter((line) => !line.startsWith('{"problem":') && !line.startsWith('{"coverage":')).length,
    after.join("\n"),
  ).toBeLessThanOrEqual(1);
  const known = new Set(whole.leaves.lines);
  const strange = leaves(part, schemas).lines.filter(
    (line) => !known.has(line) && !/"status":"error"|^\{"(?:problem|coverage)":/.test(line),
  );
  expect(strange.length, strange.join("\n")).toBeLessThanOrEqual(2);
}

describe("decode of what was cut", () => {
  it("prints a prefix of what the whole prints, plus the error", { timeout: 300_000 }, () => {
    const random = new Random(seed);
    let cuts = 0;
    for (const subject of subjects(random.fork(), 10)) {
      const schemas: Schemas = (manifest) =>
        findSchemas(manifest, null, { candidates: [subject.compiled.modules.values()] });
      for (const dump of subject.dumps.slice(0, 3)) {
        const whole = { tree: tree(dump, schemas), records: records(dump, schemas), leaves: leaves(dump, schemas) };
        expect(whole.tree.problems, subject.name).toBe(0);
        const step = Math.max(1, Math.floor(dump.length / 150));
        for (let cut = 0; cut < dump.length; cut += 1 + random.below(2 * step)) {
          cuts++;
          checkCut(dump, cut, whole, schemas);
        }
      }
    }
    console.log(`decode of what was cut: seed ${seed}, ${cuts} cuts`);
    expect(cuts).toBeGreaterThan(1000);
  });

  it("never exits 0 on damaged input, in any format", { timeout: 300_000 }, async () => {
    const folder = folderWith({});
    const bytes = bytesOfHex(readFileSync(join(root, "golden/bytes/linux-pci-2/dump.hex"), "utf8"));
    const random = new Random(seed);
    try {
      for (let i = 0; i < 60; i++) {
        const hit = Uint8Array.from(bytes);
        const at = random.below(bytes.length);
        hit[at] = (hit[at] ?? 0) ^ (1 << random.below(8));
        const input = random.chance(50) ? hit : bytes.subarray(0, at);
        const format = random.pick(["tree", "json", "ndjson", "hex"]);
        const more = random.pick([
          [],
          ["--strict"],
          ["--raw"],
          ["--path", "PciDevice#0"],
          format === "json" ? ["--full"] : [],
        ]);
        const words = ["decode", "--schema", join(root, "schemas"), "--format", format, ...more, "-"];
        const { status, messages } = await baton(folder.path, words, { input });
        expect([1, 2], `${words.join(" ")}: ${at}\n${messages}`).toContain(status);
        expect(messages).not.toContain("B9999");
        expect([1, 2]).toContain(
          (await baton(folder.path, ["verify", "--schema", join(root, "schemas"), "-"], { input })).status,
        );
      }
    } finally {
      folder.remove();
    }
  });
});

describe("decode and encode", () => {
  it("give the same bytes again, for dumps of random schemas and the golden ones", { timeout: 300_000 }, async () => {
    const random = new Random(seed + 1);
    let dumps = 0;
    const check = async (folder: string, schemas: string, bytes: Uint8Array, name: string): Promise<void> => {
      const json = await baton(folder, ["decode", "-", "--schema", schemas, "--format", "json"], { input: bytes });
      expect([json.status, json.messages], name).toEqual([0, ""]);
      const again = await baton(folder, ["encode", "-", "--schema", schemas], { input: json.output });
      expect([again.status, again.messages], name).toEqual([0, ""]);
      expect(Buffer.from(again.bytes).equals(bytes), name).toBe(true);
      dumps++;
    };
    for (const subject of subjects(random.fork(), 20)) {
      const folder = folderWith(Object.fromEntries(subject.sources.map(({ path, text }) => [`s/${path}`, text])));
      try {
        for (const dump of subject.dumps) await check(folder.path, "s", dump, subject.name);
      } finally {
        folder.remove();
      }
    }
    const folder = folderWith(
      Object.fromEntries(
        schemaSources(join(root, "schemas")).map(({ path, text }) => [path.slice(root.length + 1), text]),
      ),
    );
    try {
      for (const name of ["linux-fds", "linux-iommu", "linux-pci"].flatMap((each) =>
        [1, 2, 3].map((version) => `${each}-${version}`),
      )) {
        const bytes = bytesOfHex(readFileSync(join(root, "golden/bytes", name, "dump.hex"), "utf8"));
        await check(folder.path, "schemas", bytes, name);
      }
    } finally {
      folder.remove();
    }
    console.log(`decode and encode: seed ${seed}, ${dumps} dumps`);
    expect(dumps).toBeGreaterThan(80);
  });

  it("keep modules that the manifest lists without a record, and the schema that travels", async () => {
    const folder = folderWith({});
    const schemas = ["--schema", join(root, "schemas")];
    try {
      const bytes = bytesOfHex(readFileSync(join(root, "golden/bytes/linux-pci-3/dump.hex"), "utf8"));
      const decoded = await baton(folder.path, ["decode", "-", ...schemas, "--format", "json"], { input: bytes });
      const value = JSON.parse(decoded.output);
      const bare = await baton(folder.path, ["encode", "-", ...schemas], {
        input: JSON.stringify({ ...value, records: [], embedSchema: true }),
      });
      expect(bare.status).toBe(0);
      const embedded = await embeddedReader();
      const [, manifest, schema] = [
        ...inspect(sourceOf(bare.bytes), {
          schemas: (known, body) => findSchemas(known, body, { candidates: [], embedded }),
        }),
      ];
      expect(manifest?.kind === "manifest" && manifest.manifest.modules.map(({ name }) => name)).toEqual(
        value.manifest.map(({ module }: { module: string }) => module),
      );
      expect(schema?.kind).toBe("schema");
      const again = await baton(folder.path, ["decode", "-", "--format", "json"], { input: bare.bytes });
      expect(JSON.parse(again.output)).toMatchObject({
        manifest: value.manifest,
        embedSchema: true,
        records: [],
        problems: [],
      });
    } finally {
      folder.remove();
    }
  });
});
