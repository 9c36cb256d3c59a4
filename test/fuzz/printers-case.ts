/** What must hold of everything that `decode` and `verify` print, whatever the bytes are. */
import { ByteText } from "../../compiler/dump/byte-text.ts";
import type { Embedded } from "../../compiler/dump/embedded.ts";
import { inspect } from "../../compiler/dump/inspect.ts";
import { noKnowers } from "../../compiler/dump/knowers.ts";
import { parsePath, type DumpPath } from "../../compiler/dump/path.ts";
import { AtPrinter } from "../../compiler/dump/print-at.ts";
import { DumpPrinter, LinesPrinter, type Printer } from "../../compiler/dump/print-json.ts";
import { HexPrinter, TreePrinter } from "../../compiler/dump/print-tree.ts";
import { problemLine } from "../../compiler/dump/problem.ts";
import { sourceOf } from "../../compiler/dump/source.ts";
import { Verifier } from "../../compiler/dump/verify.ts";
import { recordStates } from "../../compiler/dump/wire-types.ts";
import type { World } from "../../compiler/schema/ir.ts";
import { cpuTime } from "../cpu-time.ts";
import type { Random } from "../property/random.ts";
import { allowedMilliseconds } from "./tools-case.ts";

/** What no line may hold, whatever the dump does. */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

const pieces = [
  "#0",
  "#4294967295",
  "[0]",
  "[99]",
  "[*]",
  "[id=1]",
  '[name="a"]',
  ".id",
  ".@1",
  ".@12[0]",
  ".rows[1]",
  "[=]",
  '["',
  ".",
  "#x",
];

/** A path that some records may have, and others that are none. */
function drawPath(random: Random, world: World): string {
  const states = [...recordStates(world).values()];
  const state = states.length === 0 ? undefined : random.pick(states);
  let path = state === undefined || random.chance(10) ? random.pick(["", "manifest", "x.Y", "0x10"]) : state.name;
  for (let i = random.below(4); i > 0; i--) {
    const member = state === undefined || state.members.length === 0 ? null : random.pick(state.members);
    path += member !== null && random.chance(60) ? `.${member.name}` : random.pick(pieces);
  }
  return path;
}

function drawPaths(random: Random, world: World): readonly DumpPath[] {
  if (random.chance(50)) return [];
  const parsed = parsePath(drawPath(random, world));
  if (parsed.ok) return [parsed.path];
  if (parsed.mistake.at < 0 || parsed.mistake.expected === "") throw new Error("a mistake in a path without its place");
  return [];
}

const noEmbedded = (): Embedded => ({ ok: false, expected: "nothing", found: "nothing" });

/** Prints a dump in one of the ways there are. Throws where something does not hold that must. */
export function printDump(random: Random, dump: Uint8Array, world: World): void {
  const start = cpuTime();
  let bytes = 0;
  let text = "";
  const out = new ByteText((block) => {
    bytes += block.length;
    if (text.length < 1 << 20) text += Buffer.from(block).toString();
  });
  const wrong: string[] = [];
  const tell = (line: string): void => void wrong.push(line);
  const options = {
    paths: drawPaths(random, world),
    full: random.chance(50),
    strict: random.chance(10),
    knows: noKnowers,
  };
  const at = {
    offset: random.below(dump.length + 8),
    json: random.chance(50),
    strict: options.strict,
    knows: noKnowers.node,
  };
  const width = random.pick([null, 20, 80, 160]);
  const [name, printer]: readonly [string, Printer] = random.pick([
    () => ["json", new DumpPrinter(out, options)] as const,
    () => ["ndjson", new LinesPrinter(out, options)] as const,
    () => ["hex", new HexPrinter(out, { ...options, width }, tell)] as const,
    () => ["at", new AtPrinter(out, at, tell)] as const,
    () => ["tree", new TreePrinter(out, { width, colour: false }, { ...options, limit: 20 })] as const,
  ])();
  const verifier = new Verifier(noEmbedded);
  let damaged = false;
  const nodes = name === "tree" && options.paths.length === 0 ? { nodes: 20 } : {};
  for (const item of inspect(sourceOf(dump), {
    schemas: () => ({ world, missing: [], problems: [] }),
    raw: random.chance(10),
    ...nodes,
  })) {
    damaged ||= item.problems.length > 0;
    for (const one of verifier.take(item)) wrong.push(problemLine(one));
    if (!printer.item(item)) break;
  }
  printer.end();
  out.flush();
  if (damaged && wrong.length === 0) throw new Error("verify finds nothing wrong with what the walk does");
  for (const line of [...text.split("\n"), ...wrong]) {
    const found = unprintable.exec(line);
    if (found !== null) throw new Error(`a line of ${name} has U+${found[0].charCodeAt(0).toString(16)}`);
  }
  if (bytes > 50_000 + dump.length * 1000) throw new Error(`${bytes} bytes of ${name} for ${dump.length}`);
  if (bytes < 1 << 20) checkText(name, text, dump, options.paths.length === 0 && !options.strict);
  const took = cpuTime() - start;
  if (took > 2 * allowedMilliseconds(dump.length))
    throw new Error(`${name}: took ${took.toFixed(0)} ms for ${dump.length} bytes`);
}

function checkText(name: string, text: string, dump: Uint8Array, whole: boolean): void {
  if (name === "json") JSON.parse(text);
  else if (name === "ndjson") for (const line of text.split("\n").slice(0, -1)) JSON.parse(line);
  else if (name === "hex" && whole) {
    const bytes = Buffer.from(text.replaceAll(/^[\da-f]+: |  ;.*$|\s/gm, ""), "hex");
    if (!bytes.equals(dump)) throw new Error("a hex dump that is not the dump");
  }
}
