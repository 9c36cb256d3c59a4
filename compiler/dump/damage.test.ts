import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cpuTime } from "../../test/cpu-time.ts";
import { compile, worldAt, type Compiled } from "../compile.ts";
import { decodeState } from "./decode.ts";
import { encodeDump, writerModules } from "./encode-dump.ts";
import { findSchemas } from "./find.ts";
import { bytesOfHex } from "./hex-text.ts";
import { inspect, inspectBody, inspectStream, type InspectOptions, type Item } from "./inspect.ts";
import type { Node } from "./nodes.ts";
import { renderTree } from "./render.ts";
import { sourceOf } from "./source.ts";
import { isObject, memberOf, type Value } from "./value.ts";
import type { WireState } from "./wire-type.ts";
import { findState } from "./wire-types.ts";

const golden = join(import.meta.dirname, "../../golden/bytes");

function compileCase(name: string): Compiled {
  const folder = join(golden, name);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".baton"));
  return compile(files.map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") })));
}

/** A dump of three states over two modules, with unions, tables and lists in it. */
function richDump(): { readonly bytes: Uint8Array; readonly options: InspectOptions } {
  const schema = `module demo.rich;
    struct Row { base @1 : u64; flags @2 : u16 = 0; }
    union Kind { number @1 : i64; part @2 : Part; none_of_them @3 : none; }
    state Part { name @1 : string[..16]; size @2 : u32 = 0; }
    state Rich @0x10 { rows @1 : Row[]; parts @2 : Part[..4]; kind @3 : Kind; id @4 : uuid; data @5 : bytes[..32]; note @6 : u8 = 0 ignorable; }
    state Other @0x11 ignorable { value @1 : u64; }`;
  const compiled = compile([{ path: "rich.baton", text: schema }]);
  const id = Uint8Array.from({ length: 16 }, (_, i) => i);
  const rich = {
    rows: [
      { base: 4096n, flags: 0 },
      { base: 8192n, flags: 1 },
    ],
    parts: [{ name: "größe" }, { name: "", size: 9 }],
    kind: { kind: "part", value: { name: "x", size: 1 } },
    ...{ id, data: id.subarray(0, 9), note: 3 },
  };
  const records = [
    { type: "Rich", instance: 0, value: rich },
    { type: "Rich", instance: 7, value: { ...rich, kind: { kind: "number", value: -1n } } },
    { type: "Other", instance: 0, value: { value: 1n << 40n } },
  ];
  const modules = writerModules(compiled.modules);
  const encoded = encodeDump({ producer: "test", modules, working: null, records, embedSchema: true });
  if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
  const schemas: InspectOptions["schemas"] = (manifest) =>
    findSchemas(manifest, null, { candidates: [compiled.modules.values()] });
  return { bytes: encoded.bytes, options: { schemas, nodes: 10 } };
}

const { bytes: dump, options } = richDump();

function leavesOf(node: Node): readonly Node[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leavesOf);
}

/** Everything that must hold of a walk, whatever the bytes are. */
function expectSound(bytes: Uint8Array, items: readonly Item[]): void {
  let at = 0;
  for (const item of items) {
    if (item.kind === "finish") {
      const { described, padding, unknown } = item.coverage;
      expect(described + padding + unknown).toBe(bytes.length);
      expect(item.size).toBe(bytes.length);
    } else if (item.node !== null) {
      for (const leaf of leavesOf(item.node)) {
        if (leaf.length === 0) continue;
        if (leaf.offset !== at) throw new Error(`a leaf at ${leaf.offset}, expected at ${at}`);
        at += leaf.length;
      }
    }
    for (const one of item.problems) {
      if (one.offset !== null && (one.offset < 0 || one.offset > bytes.length)) throw new Error(`${one.offset}`);
    }
  }
  expect(at).toBe(bytes.length);
  // Nothing that is printed moves the cursor.
  const tree = [...renderTree(items, { width: 80, colour: false })].join("");
  expect(tree).not.toMatch(/[\p{Cc}\p{Cf}]/u);
}

function problemsOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + item.problems.length, 0);
}

function bytesIn(value: Value, name: string): Buffer {
  const held = isObject(value) ? memberOf(value, name) : undefined;
  return Buffer.from(held instanceof Uint8Array ? held : []);
}

const walk = (bytes: Uint8Array): Item[] => [
  ...inspect(sourceOf(bytes), { ...options, nodes: Number.POSITIVE_INFINITY }),
];

describe("a damaged dump", () => {
  test("the dump itself is whole", () => {
    const items = walk(dump);
    expectSound(dump, items);
    expect(problemsOf(items)).toBe(0);
  });

  test("cut at every byte, it says so and shows what is whole", () => {
    const whole = [...renderTree(walk(dump), { width: 120, colour: false })];
    for (let length = 0; length < dump.length; length++) {
      const cut = dump.subarray(0, length);
      const items = walk(cut);
      expectSound(cut, items);
      expect(problemsOf(items), `cut at ${length}`).toBe(1 + twice(items));
      const lines = [...renderTree(items, { width: 120, colour: false })];
      const error = lines.findIndex((line) => line.startsWith("!"));
      // Up to the member that is cut, the lines are those of the whole.
      const same = lines.findIndex((line, i) => line !== whole[i]);
      // What holds the member that is cut may differ, too: its bytes are shown beside it.
      expect(error - same, `cut at ${length}`).toBeLessThanOrEqual(8);
    }
  });

  test("with any bit flipped, it is never taken for whole", () => {
    for (let bit = 0; bit < dump.length * 8; bit++) {
      const flipped = dump.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      // Nodes take their time: they are made for some.
      if (bit % 17 === 0) expectSound(flipped, walk(flipped));
      const items = [...inspect(sourceOf(flipped), { schemas: options.schemas })];
      expect(problemsOf(items), `bit ${bit}`).toBeGreaterThan(0);
    }
  });

  test("with a header of a record hit in any bit, it still shows what is in the record", () => {
    const whole = walk(dump);
    const pieces = whole.filter((one) => one.kind !== "finish" && one.kind !== "header");
    for (const piece of pieces) {
      const at = piece.node?.offset ?? 0;
      for (let bit = at * 8; bit < (at + 32) * 8; bit++) {
        const flipped = dump.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const items = [...inspect(sourceOf(flipped), { schemas: options.schemas })];
        const what = `bit ${bit - at * 8} of the ${piece.kind} at ${at}`;
        expect(
          items.map(({ kind }) => kind),
          what,
        ).toEqual(whole.map(({ kind }) => kind));
        expect(
          items[whole.indexOf(piece)]?.problems.map(({ code }) => code),
          what,
        ).toContain("B8006");
        const [first, again] = [piece, items[whole.indexOf(piece)]];
        if (first.kind !== "record" || again?.kind !== "record") continue;
        // By another id it is read by forms alone, or as what has that id.
        if (bit >= (at + 4) * 8) expect(again.value, what).toEqual(first.value);
        else expect(again.header.length, what).toBe(first.header.length);
      }
    }
  });

  test("with the headers of all records hit, it still shows what is in them", () => {
    const whole = walk(dump);
    const flipped = dump.slice();
    for (const item of whole) {
      const at = item.kind === "finish" ? 0 : (item.node?.offset ?? 0);
      if (at > 0) flipped[at + 28] = (flipped[at + 28] ?? 0) ^ 1;
    }
    const items = walk(flipped);
    expectSound(flipped, items);
    expect(items.map((one) => (one.kind === "record" ? one.value : one.kind))).toEqual(
      whole.map((one) => (one.kind === "record" ? one.value : one.kind)),
    );
  });

  test("with an end record in its midst, it still shows what stands behind", () => {
    const whole = walk(dump);
    const at = (kind: Item["kind"]): number => {
      const item = whole.find((one) => one.kind === kind);
      return item === undefined || item.kind === "finish" ? 0 : (item.node?.offset ?? 0);
    };
    const [record, end] = [at("record"), at("end")];
    const early = Uint8Array.from(Buffer.concat([dump.subarray(0, record), dump.subarray(end), dump.subarray(record)]));
    const items = walk(early);
    expectSound(early, items);
    const states = (all: readonly Item[]) => all.flatMap((one) => (one.kind === "record" ? [one.value] : []));
    expect(states(items)).toEqual(states(whole));
    const first = items.find((one) => one.kind === "record");
    expect(first?.problems.map(({ message }) => message)).toEqual([
      "expected nothing after the end record, found a state record",
    ]);
    // Of another dump nothing is taken for this one, and bytes that are no records are counted.
    const joined = walk(Uint8Array.from(Buffer.concat([dump, dump])));
    expect(states(joined)).toEqual(states(whole));
    const stray = walk(Uint8Array.from(Buffer.concat([early, new Uint8Array(8), dump.subarray(end)])));
    expect(stray.at(-1)?.problems.map(({ message }) => message)).toEqual(["8 bytes follow the end record"]);
  });

  test("with a long record whose header is hit, it shows all of it", () => {
    const schema = `module demo.long; state Long @0x10 { data @1 : bytes; more @2 : u8 = 0; }`;
    const compiled = compile([{ path: "long.baton", text: schema }]);
    const value = { data: new Uint8Array(3_000_000).fill(7), more: 9 };
    const records = [0, 1].map((instance) => ({ type: "Long", instance, value }));
    const encoded = encodeDump({
      producer: "",
      modules: writerModules(compiled.modules),
      working: null,
      records,
      embedSchema: false,
    });
    if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
    const schemas: InspectOptions["schemas"] = (manifest) =>
      findSchemas(manifest, null, { candidates: [compiled.modules.values()] });
    const at = encoded.bytes.length - 56 - 32 - 3_000_016;
    for (const hit of [0x1c, 0x18]) {
      const bytes = encoded.bytes.slice();
      bytes[at + hit] = (bytes[at + hit] ?? 0) ^ 1;
      const last = [...inspect(sourceOf(bytes), { schemas })].filter((one) => one.kind === "record").at(-1);
      expect(last?.name).toBe("demo.long.Long#1");
      expect(bytesIn(last?.value, "data").equals(value.data)).toBe(true);
    }
  });

  test("with nothing but damaged headers, it takes time in proportion", () => {
    const at = walk(dump).flatMap((one) => (one.kind === "record" ? [one.offset] : []))[0] ?? 0;
    const header = dump.slice(at, at + 32);
    const view = new DataView(header.buffer);
    for (const says of [0, 8, 4000, 100_000, 2 ** 31 - 8]) {
      view.setBigUint64(16, BigInt(says), true);
      const many = Buffer.concat([dump.subarray(0, at), ...Array.from({ length: 1 << 16 }, () => header)]);
      const started = cpuTime();
      const items = [...inspect(sourceOf(many), { schemas: options.schemas })];
      expect(cpuTime() - started, `${says} bytes`).toBeLessThan(6000);
      expect(problemsOf(items)).toBeGreaterThan(0);
    }
  });

  test("with records dropped, repeated, swapped or spliced, it is never taken for whole", () => {
    const records: Uint8Array[] = [];
    for (const item of walk(dump)) {
      if (item.kind !== "finish" && item.node !== null) {
        records.push(dump.subarray(item.node.offset, item.node.offset + item.node.length));
      }
    }
    const join = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
    for (let i = 1; i < records.length; i++) {
      const without = join(records.filter((_, k) => k !== i));
      const again = join(records.flatMap((record, k) => (k === i ? [record, record] : [record])));
      for (const bytes of [without, again]) {
        const items = walk(bytes);
        expectSound(bytes, items);
        expect(problemsOf(items), `record ${i}`).toBeGreaterThan(0);
      }
      for (let k = 1; k < i; k++) {
        const swapped = join(records.map((record, n) => records[n === i ? k : n === k ? i : n] ?? record));
        expect(problemsOf(walk(swapped)), `records ${i} and ${k}`).toBeGreaterThan(0);
      }
    }
    expect(problemsOf(walk(join([dump, dump])))).toBeGreaterThan(0);
  });

  test("with the checksums put right, the walk is as sound", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0 }),
        fc.integer({ min: 1, max: 255 }),
        fc.nat({ max: 3 }),
        (place, change, more) => {
          const body = recordBody();
          for (let i = 0; i <= more; i++) {
            const at = (place + i * 7919) % body.length;
            body[at] = (body[at] ?? 0) ^ change;
          }
          const item = inspectBody(rich(), body, Number.POSITIVE_INFINITY);
          expectSound(body, [item, { kind: "finish", size: body.length, coverage: item.coverage, problems: [] }]);
          expect(decodeState(rich(), body).ok).toBe(item.problems.length === 0);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("random bytes are walked, too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (tail, behind) => {
        const bytes = behind ? Uint8Array.from([...dump.subarray(0, 64), ...tail]) : tail;
        expectSound(bytes, walk(bytes));
      }),
      { numRuns: 1000 },
    );
  });
});

/** A body that is cut says so twice: that the dump ends early, and which member is short. */
function twice(items: readonly Item[]): number {
  const codes = items.flatMap((item) => item.problems.map((one) => one.code));
  return codes.includes("B8005") && codes.includes("B8101") ? 1 : 0;
}

function rich(): WireState {
  const items = walk(dump);
  const record = items.find((item) => item.kind === "record");
  if (record?.kind !== "record" || record.type === null) throw new Error("no record");
  return record.type;
}

function recordBody(): Uint8Array {
  const record = walk(dump).find((item) => item.kind === "record");
  if (record?.kind !== "record") throw new Error("no record");
  return dump.slice(record.offset + 32, record.offset + 32 + record.header.length);
}

describe("every golden body", () => {
  const bodies = readdirSync(golden).filter((name) => readdirSafe(name).includes("body.hex"));

  test.each(bodies)("%s, cut and flipped", (name) => {
    const { type: state } = JSON.parse(readFileSync(join(golden, name, "value.json"), "utf8"));
    const type = findState(worldAt(compileCase(name)), String(state));
    if (type === null) throw new Error(`no ${state}`);
    const bytes = bytesOfHex(readFileSync(join(golden, name, "body.hex"), "utf8"));
    for (let length = 0; length <= bytes.length; length++) {
      const cut = bytes.slice(0, length);
      const item = inspectBody(type, cut, Number.POSITIVE_INFINITY);
      expectSound(cut, [item, { kind: "finish", size: length, coverage: item.coverage, problems: [] }]);
    }
    const step = Math.max(1, Math.floor((bytes.length * 8) / 200));
    for (let bit = 0; bit < bytes.length * 8; bit += step) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const item = inspectBody(type, flipped, Number.POSITIVE_INFINITY);
      expectSound(flipped, [item, { kind: "finish", size: flipped.length, coverage: item.coverage, problems: [] }]);
    }
  });
});

function readdirSafe(name: string): readonly string[] {
  return name.includes(".") ? [] : readdirSync(join(golden, name));
}

describe("a stream", () => {
  async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  const plain = (item: Item): unknown =>
    JSON.stringify(item, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));

  test.each([1, 7, 64, 1000, 100_000])("in chunks of %d bytes is walked as the whole", async (size) => {
    for (const bytes of [
      dump,
      dump.subarray(0, 700),
      Uint8Array.from(dump, (byte, i) => (i === 500 ? byte ^ 1 : byte)),
    ]) {
      const streamed: unknown[] = [];
      for await (const item of inspectStream(chunksOf(bytes, size), options)) streamed.push(plain(item));
      expect(streamed).toEqual([...inspect(sourceOf(bytes), options)].map(plain));
    }
  });
});

describe("claims that lie", () => {
  test("cost no more memory than the bytes that are there", () => {
    const type = rich();
    for (const word of [2, 3, 4, 5, 6]) {
      // A member that announces four gigabytes, in each form.
      const bytes = new Uint8Array(24);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, 1 | (word << 16) | (1 << 24), true);
      view.setUint32(4, 0xffff_fff8, true);
      view.setUint32(8, 0xffff_ffff, true);
      expect(decodeState(type, bytes).ok).toBe(false);
      view.setUint32(4, 16, true);
      expect(decodeState(type, bytes).ok).toBe(false);
      // Rows of no bytes would be a value for nothing.
      view.setUint32(12, 0, true);
      expect(decodeState(type, bytes).ok).toBe(false);
    }
  });

  test("a thousand problems are listed, the others counted", () => {
    const compiled = compile([{ path: "many.baton", text: "module demo.many;\nstate Many { flags @1 : bool[]; }" }]);
    const type = findState(worldAt(compiled), "Many");
    if (type === null) throw new Error("no state");
    const bytes = new Uint8Array(16 + 4096).fill(2);
    bytes.set([1, 0, 3, 1, 8, 16, 0, 0, 0, 16, 0, 0, 1, 0, 1, 0]);
    const { problems } = inspectBody(type, bytes);
    expect(problems).toHaveLength(1001);
    expect(problems.at(-1)).toMatchObject({ code: "B8023", message: "3096 more problems in this record" });
  });

  test("a state in itself is refused at depth 65", () => {
    const compiled = compile([{ path: "deep.baton", text: "module demo.deep;\nstate Deep { next @1 : Deep?; }" }]);
    const type = findState(worldAt(compiled), "Deep");
    if (type === null) throw new Error("no state");
    for (const [depth, ok] of [
      [64, true],
      [65, false],
      [5000, false],
    ] as const) {
      const bytes = new Uint8Array((depth - 1) * 8);
      const view = new DataView(bytes.buffer);
      for (let i = 0; i < depth - 1; i++) {
        view.setUint32(i * 8, 1 | (5 << 16) | (1 << 24), true);
        view.setUint32(i * 8 + 4, (depth - 2 - i) * 8, true);
      }
      const decoded = decodeState(type, bytes);
      expect(decoded.ok, `depth ${depth}`).toBe(ok);
      if (!decoded.ok) expect(decoded.problems.map((one) => one.code)).toEqual(["B8109"]);
    }
  });
});
