import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesOfHex } from "../compiler/dump/hex-text.ts";
import { baton, folderWith, type CallOptions } from "../test/terminal.ts";
import { dumpOf, recordsOf } from "../test/fuzz/frame.ts";
import { casesOf, expectGolden, filesOf } from "./cases.ts";

const schemas = join(import.meta.dirname, "dumps/schemas");
const [older, newer] = [join(schemas, "old"), join(schemas, "new")];
const linux = join(import.meta.dirname, "../schemas");
const linuxCases = ["linux-fds-3", "linux-iommu-3", "linux-pci-3"];

let folder: { readonly path: string; readonly remove: () => void };
beforeAll(() => void (folder = folderWith({})));
afterAll(() => folder.remove());

interface Outcome {
  readonly lines: readonly string[];
  readonly messages: string;
  readonly status: number;
}

/** What a command says of some bytes, which it reads from its standard input. */
async function outcome(bytes: Uint8Array, words: readonly string[], options: CallOptions = {}): Promise<Outcome> {
  const { output, messages, status } = await baton(folder.path, [...words, "-"], { ...options, input: bytes });
  return { lines: output.split("\n").slice(0, -1), messages, status };
}

/** As it stands in a file: standard output, messages, and the exit status. */
async function shown(bytes: Uint8Array, words: readonly string[], options: CallOptions = {}): Promise<string> {
  const { lines, messages, status } = await outcome(bytes, words, options);
  return `${[`$ baton ${words.join(" ")} -`.replaceAll(schemas, "…").replaceAll(linux, "…/schemas"), ...lines, ...messages.split("\n").slice(0, -1)].join("\n")}\nexit status ${status}\n`;
}

/** The lines that a damaged dump has and a whole one has not, the count of bytes aside. */
async function difference(whole: readonly string[], damaged: Uint8Array, words: readonly string[]): Promise<string> {
  const known = new Set(whole);
  const { lines, messages, status } = await outcome(damaged, words);
  const fresh = lines.filter((line) => !known.has(line) && !line.startsWith("coverage "));
  expect(status, "damage is never taken for nothing").not.toBe(0);
  return [...fresh, ...messages.split("\n").slice(0, -1), `exit status ${status}`].map((line) => `  ${line}\n`).join("");
}

async function encoded(json: string, source: string, ...more: string[]): Promise<Uint8Array> {
  const input = readFileSync(join(schemas, json));
  const { bytes, messages, status } = await baton(folder.path, ["encode", "-", "--schema", source, ...more], { input });
  expect([status, messages]).toEqual([0, ""]);
  return bytes;
}

interface Leaf {
  readonly path: string;
  readonly part: string;
  readonly name: string | number;
  readonly type: string;
  readonly offset: number;
  readonly length: number;
}

async function leavesOf(bytes: Uint8Array, source: string): Promise<readonly Leaf[]> {
  const { lines } = await outcome(bytes, ["decode", "--schema", source, "--format", "ndjson", "--full"]);
  return lines.map((line): Leaf => JSON.parse(line)).filter((leaf) => leaf.length > 0 && leaf.part !== undefined);
}

/** One leaf of each kind: frames by their name, others by their type. */
function kindsOf(leaves: readonly Leaf[]): readonly Leaf[] {
  const kinds = new Map<string, Leaf>();
  for (const leaf of leaves) {
    const kind = `${leaf.part} ${leaf.part === "frame" ? leaf.name : leaf.type}`;
    if (!kinds.has(kind) && leaf.length > 1) kinds.set(kind, leaf);
  }
  return [...kinds.values()];
}

function title({ path, part, name }: Leaf): string {
  return `${path === "" ? "dump" : path}${part === "frame" || part === "padding" ? `: ${name === "" ? part : name}` : ""}`;
}

function flipped(bytes: Uint8Array, offset: number): Uint8Array {
  const hit = Uint8Array.from(bytes);
  hit[offset] = (hit[offset] ?? 0) ^ 1;
  return hit;
}

const decode = (source: string, ...more: string[]): string[] => ["decode", "--schema", source, ...more];

describe("golden/dumps", () => {
  const golden = (name: string, file: string, text: string): void => {
    mkdirSync(join(import.meta.dirname, "dumps", name), { recursive: true });
    expectGolden("dumps", name, file, text);
  };

  test("a healthy dump, in every way", async () => {
    const bytes = await encoded("old.json", older);
    const calls: readonly (readonly [string, readonly string[], CallOptions?])[] = [
      ["tree.txt", decode(older)],
      ["tree-depth.txt", decode(older, "--depth", "1")],
      ["tree-80.txt", decode(older), { interactive: true, columns: 80 }],
      ["tree-160.txt", decode(older), { interactive: true, columns: 160 }],
      ["tree-no-colour.txt", decode(older), { interactive: true, columns: 80, environment: { NO_COLOR: "1" } }],
      ["raw.txt", decode(older, "--raw")],
      ["values.json.txt", decode(older, "--format", "json")],
      ["nodes.json.txt", decode(older, "--format", "json", "--full", "--path", "Port#0")],
      ["records.ndjson.txt", decode(older, "--format", "ndjson")],
      ["leaves.ndjson.txt", decode(older, "--format", "ndjson", "--full", "--path", "Port[line=1]")],
      ["hex.txt", decode(older, "--format", "hex")],
      ["path.txt", decode(older, "--path", "Port[*].windows[1]")],
      ["path.json.txt", decode(older, "--format", "json", "--path", "demo.ports.Port#0.parts[vendor=0x1234]")],
      ["at.txt", decode(older, "--at", "0x1b2")],
      ["at.json.txt", decode(older, "--at", "0x1b2", "--format", "json")],
      ["verify.txt", ["verify", "--schema", older]],
      ["verify.json.txt", ["verify", "--schema", older, "--format", "json"]],
      ["reader.txt", decode(older, "--reader", newer)],
    ];
    for (const [file, words, options] of calls) golden("healthy", file, await shown(bytes, words, options));
    const { output } = await baton(folder.path, [...decode(older, "--format", "hex"), "-"], { input: bytes });
    expect(Buffer.from(output.replaceAll(/^[\da-f]+: |  ;.*$|\s/gm, ""), "hex").equals(bytes)).toBe(true);
  });

  test.each(linuxCases)("%s, healthy and cut", { timeout: 120_000 }, async (name) => {
    const bytes = bytesOfHex(readFileSync(join(import.meta.dirname, "bytes", name, "dump.hex"), "utf8"));
    golden(name, "records.ndjson.txt", await shown(bytes, decode(linux, "--format", "ndjson")));
    golden(name, "verify.txt", await shown(bytes, ["verify", "--schema", linux]));
    const leaves = await leavesOf(bytes, linux);
    const { lines: whole } = await outcome(bytes, decode(linux));
    let text = "";
    for (const leaf of leaves.filter((one) => one.name === "state id")) {
      text += `cut before ${leaf.path}, at 0x${leaf.offset.toString(16)}\n${await difference(whole, bytes.subarray(0, leaf.offset), decode(linux))}`;
    }
    for (const leaf of kindsOf(leaves.filter(({ path }) => path.startsWith("linux.")))) {
      const at = leaf.offset + Math.floor(leaf.length / 2);
      text += `cut in ${title(leaf)} (${leaf.type}), at 0x${at.toString(16)}\n${await difference(whole, bytes.subarray(0, at), decode(linux))}`;
    }
    golden(name, "cut.txt", text);
  });

  test("cut in the middle of every part", async () => {
    const bytes = await encoded("old.json", older);
    const { lines: whole } = await outcome(bytes, decode(older));
    let text = "";
    for (const leaf of (await leavesOf(bytes, older)).filter(({ length }) => length > 1)) {
      const at = leaf.offset + Math.floor(leaf.length / 2);
      text += `cut in ${title(leaf)}, at 0x${at.toString(16)}\n${await difference(whole, bytes.subarray(0, at), decode(older))}`;
    }
    golden("damaged", "cut.txt", text);
  });

  test("a bit flipped in every field", async () => {
    const bytes = await encoded("old.json", older);
    const { lines: whole } = await outcome(bytes, decode(older));
    const leaves = await leavesOf(bytes, older);
    let text = "";
    const flip = async (what: string, offset: number): Promise<void> => {
      text += `flipped in ${what}, at 0x${offset.toString(16)}\n${await difference(whole, flipped(bytes, offset), decode(older))}`;
    };
    // Of the frame of the dump, and of one record.
    const frames = leaves.filter(({ part, path }) => part === "frame" && (path === "" || path === "manifest" || path === "end" || path === "demo.ports.Clock#0"));
    for (const leaf of frames) await flip(title(leaf), leaf.offset);
    for (const leaf of leaves.filter(({ path, part }) => path.startsWith("demo.ports.Port#0.") && part !== "padding")) {
      const header = leaf.part === "member" || leaf.part === "alternative" || (leaf.part === "frame" && leaf.name === "header");
      const fields: readonly (readonly [string, number])[] = header
        ? [["id", 0], ["form", 2], ["flags", 3], ["arg", 4]]
        : leaf.name === "table" ? [["count", 0], ["stride", 4], ["required", 6]] : [["", 0]];
      for (const [field, at] of fields) await flip(field === "" ? title(leaf) : `${title(leaf)}, ${field}`, leaf.offset + at);
    }
    for (const leaf of leaves.filter(({ part }) => part === "padding").slice(0, 3)) await flip(title(leaf), leaf.offset);
    golden("damaged", "flipped.txt", text);
  });

  test("newer than the schema, ignorable and not, and without its schema", async () => {
    const bytes = await encoded("new.json", newer);
    golden("newer", "reader.txt", await shown(bytes, decode(newer, "--reader", older)));
    golden("newer", "reader.json.txt", await shown(bytes, decode(newer, "--reader", older, "--format", "json")));
    golden("newer", "without.txt", await shown(bytes, decode(older)));
    golden("newer", "without.json.txt", await shown(bytes, decode(older, "--format", "json")));
    golden("newer", "without-verify.txt", await shown(bytes, ["verify", "--schema", older]));
    const embedded = await encoded("new.json", newer, "--embed-schema");
    expect((await outcome(embedded, ["decode"])).status).toBe(0);
  });

  test("empty, not a dump, spliced, strict", async () => {
    const bytes = await encoded("old.json", older);
    const { lines: whole } = await outcome(bytes, decode(older));
    const [port, clock] = [recordsOf(bytes)[1], recordsOf(bytes)[3]];
    if (port === undefined || clock === undefined) throw new Error("the dump has other records");
    const raw = (from: number, to: number): Uint8Array => bytes.subarray(from, to);
    const second = 0x260;
    const third = 0x328;
    const spliced: readonly (readonly [string, Uint8Array])[] = [
      ["nothing", new Uint8Array(0)],
      ["no dump", new TextEncoder().encode("state.dump: no such file\n")],
      ["the magic and nothing else", raw(0, 8)],
      ["two dumps, one behind the other", Buffer.concat([bytes, bytes])],
      ["a record left out", Buffer.concat([raw(0, second), raw(third, bytes.length)])],
      ["a record twice", Buffer.concat([raw(0, third), raw(second, bytes.length)])],
      ["an end record in the midst", Buffer.concat([raw(0, third), raw(0x358, bytes.length), raw(third, bytes.length)])],
      ["records exchanged", Buffer.concat([raw(0, 0x110), raw(second, third), raw(0x110, second), raw(third, bytes.length)])],
      ["a second `single` record", dumpOf([...recordsOf(bytes).slice(0, 4), { ...clock, instance: 1 }, ...recordsOf(bytes).slice(4)])],
      ["the `single` record left out, with all checksums right", dumpOf(recordsOf(bytes).toSpliced(3, 1))],
      ["a record of another version, with all checksums right", dumpOf(recordsOf(bytes).toSpliced(1, 1, { ...port, major: 2 }))],
    ];
    let text = "";
    for (const [what, dump] of spliced) text += `${what}\n${await difference(whole, dump, decode(older))}`;
    golden("damaged", "spliced.txt", text);
    const cut = raw(0, 0x250);
    golden("damaged", "strict.txt", await shown(cut, decode(older, "--strict")));
    golden("damaged", "strict.ndjson.txt", await shown(cut, decode(older, "--strict", "--format", "ndjson")));
    golden("damaged", "cut.json.txt", await shown(cut, decode(older, "--format", "json")));
    golden("damaged", "cut.ndjson.txt", await shown(cut, decode(older, "--format", "ndjson")));
    golden("damaged", "cut-hex.txt", await shown(cut, decode(older, "--format", "hex", "--path", "Port#0.backend")));
    golden("damaged", "verify.txt", await shown(flipped(cut, 0x1b4), ["verify", "--schema", older]));
  });

  test("holds nothing but what is compared", () => {
    const cases = casesOf("dumps");
    expect(cases).toEqual(["damaged", "healthy", ...linuxCases, "newer", "schemas"]);
    for (const name of cases) for (const file of filesOf("dumps", name)) expect(file).toMatch(/\.(?:txt|json|baton)$/);
  });
});
