/** What must hold of the tools' walk over any bytes. */
import { inspect } from "../../compiler/dump/inspect.ts";
import { dumpToJson } from "../../compiler/dump/dump-json.ts";
import { renderTree } from "../../compiler/dump/render.ts";
import type { Item } from "../../compiler/dump/inspect.ts";
import type { Problem } from "../../compiler/dump/problem.ts";
import { sourceOf } from "../../compiler/dump/source.ts";
import type { World } from "../../compiler/schema/ir.ts";
import { cpuTime } from "../cpu-time.ts";

/** Milliseconds that a case may take at most; a machine under load may stop for a while, a hang does not end. */
export function allowedMilliseconds(bytes: number): number {
  return 500 + bytes / 50;
}

/** How much was found in a walk, for the report. */
export interface Walked {
  readonly records: number;
  readonly problems: number;
}

/** How a dump is looked at: by ids and forms alone, with nodes, and drawn as a tree. */
export interface Look {
  readonly raw: boolean;
  readonly nodes: boolean;
  readonly tree: boolean;
}

/** What no line of a tree may hold, whatever the dump does. */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

/** Draws the dump as a tree and as JSON, as `decode` does. */
function show(dump: Uint8Array, world: World, raw: boolean): void {
  const items = (): Iterable<Item> =>
    inspect(sourceOf(dump), { schemas: () => ({ world, missing: [], problems: [] }), raw, nodes: 20 });
  let length = 0;
  for (const line of renderTree(items(), { width: null, colour: false })) {
    const found = unprintable.exec(line);
    if (found !== null) throw new Error(`a line of the tree has U+${found[0].charCodeAt(0).toString(16)}`);
    length += line.length;
  }
  if (length > 20_000 + dump.length * 200) throw new Error(`${length} characters of tree for ${dump.length} bytes`);
  JSON.stringify(dumpToJson(items()));
}

/** Walks a dump, with a schema or raw. Throws where something does not hold that must. */
export function walkDump(dump: Uint8Array, world: World, options: Look): Walked {
  const start = cpuTime();
  let records = 0;
  let problems = 0;
  let isDump = true;
  let finish: Extract<Item, { kind: "finish" }> | undefined;
  const items = inspect(sourceOf(dump), {
    schemas: () => ({ world, missing: [], problems: [] }),
    raw: options.raw,
    ...(options.nodes ? { nodes: 20 } : {}),
  });
  for (const item of items) {
    for (const one of item.problems) checkProblem(one, dump.length);
    problems += item.problems.length;
    if (item.kind === "header" && item.problems.length > 0) isDump = false;
    if (item.kind === "record") {
      records++;
      if (size(item.value) > 200 + dump.length * 4)
        throw new Error(`the value has ${size(item.value)} parts, of ${dump.length} bytes`);
    }
    if (item.kind === "finish") finish = item;
  }
  if (finish === undefined) throw new Error("the walk has no end");
  const { described, padding, unknown } = finish.coverage;
  if (isDump && described + padding + unknown !== dump.length) {
    throw new Error(`${described} described, ${padding} padding and ${unknown} unknown are not ${dump.length} bytes`);
  }
  if (options.tree) show(dump, world, options.raw);
  const took = cpuTime() - start;
  if (took > allowedMilliseconds(dump.length)) throw new Error(`took ${took.toFixed(0)} ms for ${dump.length} bytes`);
  return { records, problems };
}

/** A problem has a code of dumps, one line of text and an offset inside the bytes. */
export function checkProblem({ code, message, offset, path }: Problem, length: number): void {
  if (!/^B8\d{3}$/.test(code)) throw new Error(`${code} is no code of dumps`);
  if (message === "" || /[\n\r]/.test(message)) throw new Error(`${code}: a message that is no line: ${message}`);
  if (offset === null) throw new Error(`${code} ${path}: no offset: ${message}`);
  if (!Number.isInteger(offset) || offset < 0 || offset > length)
    throw new Error(`${code}: offset ${offset} of ${length}`);
}

/** How many objects, elements and numbers a value has: what memory it takes. */
export function size(value: unknown): number {
  if (typeof value !== "object" || value === null) return typeof value === "string" ? 1 + value.length / 8 : 1;
  if (value instanceof Uint8Array) return 1;
  let sum = 1;
  for (const part of Object.values(value)) sum += size(part);
  return sum;
}
