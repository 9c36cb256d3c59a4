import { describe, expect, test } from "vitest";
import { compile, type Compiled } from "../compile.ts";
import { dumpOf, recordsOf, type RawRecord } from "../../test/fuzz/frame.ts";
import { fancy } from "../report.ts";
import { encodeDump, writerModules } from "./encode-dump.ts";
import { embeddedReader } from "./embedded.ts";
import { findSchemas } from "./find.ts";
import { inspect } from "./inspect.ts";
import { problemLine } from "./problem.ts";
import { sourceOf } from "./source.ts";
import type { Value } from "./value.ts";
import { Verifier } from "./verify.ts";

const schema = `/// Everything that verify looks at.
module demo.verify;

version 1;
version 2;

/// A row.
struct Row { a @1 : u32; b @2 : u16 = 0; }

/// A part, found by its id.
state Part { id @1 : u32 key; size @2 : u32 = 1; }

union Kind { number @1 : u32; none_of_them @2 : none; kind @3 : Kind; }

/// A device.
state Device @0x10 {
  id      @1 : u32 key;
  size    @2 : u64 = 8;
  hint    @3 : u32 = 0 ignorable;
  twice   @4 : u32 from id * 2 since 2;
  old     @5 : u32 until 1 = 7;
  rows    @6 : Row[] = [];
  parts   @7 : Part[] = [];
  order   @8 : u32[] sorted = [];
  peer    @9 : u32 -> Device.id = 0;
  kind    @10 : Kind;
  check size >= 8 : "too small";
}

/// A hint.
state Hint @0x20 ignorable { value @1 : u8; }
`;

function compiled(): Compiled {
  const result = compile([{ path: "demo/verify.baton", text: schema }]);
  expect(fancy(result.diagnostics.filter(({ severity }) => severity === "error"))).toBe("");
  return result;
}

const device = (id: number, more: { readonly [name: string]: Value } = {}): Value => ({
  ...{ id, size: 8n, twice: id * 2, kind: { kind: "number", value: 3 } },
  ...more,
});

function dump(records: readonly Value[], embedSchema = false): Uint8Array {
  const encoded = encodeDump({
    ...{ producer: "test", modules: writerModules(compiled().modules), working: null, embedSchema },
    records: [
      ...records.map((value, instance) => ({ type: "Device", instance, value })),
      { type: "Hint", instance: 0, value: { value: 1 } },
    ],
  });
  if (!encoded.ok) throw new Error(encoded.problems.map(({ path, message }) => `${path} ${message}`).join("\n"));
  return encoded.bytes;
}

async function verified(
  bytes: Uint8Array,
  candidates = [[...compiled().modules.values()]],
): Promise<readonly string[]> {
  const embedded = await embeddedReader();
  const verifier = new Verifier(embedded);
  const schemas = verifier.choosing((manifest, body) => findSchemas(manifest, body, { candidates, embedded }));
  return [...inspect(sourceOf(bytes), { schemas })].flatMap((item) => verifier.take(item).map(problemLine));
}

/** The dump with the body of one of its records changed, and every checksum right again. */
function edited(
  bytes: Uint8Array,
  change: (body: Uint8Array, record: RawRecord) => Uint8Array | void,
  at = 1,
): Uint8Array {
  const records = recordsOf(bytes);
  const record = records[at];
  if (record !== undefined) record.body = change(record.body, record) ?? record.body;
  return dumpOf(records);
}

/** Words of a body put in, at an offset. */
function inserted(body: Uint8Array, at: number, words: readonly number[]): Uint8Array {
  const more = Uint8Array.from(words);
  const whole = new Uint8Array(body.length + more.length);
  whole.set(body.subarray(0, at));
  whole.set(more, at);
  whole.set(body.subarray(at), at + more.length);
  return whole;
}

/** Where a member's header stands in a body. */
function memberAt(body: Uint8Array, id: number): number {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (let at = 0; at < body.length;) {
    const length = view.getUint8(at + 2) === 0 ? 0 : view.getUint32(at + 4, true);
    if (view.getUint16(at, true) >= id) return at;
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return body.length;
}

describe("verify", () => {
  test("finds nothing wrong with what a writer wrote", async () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({ a: i, b: i % 2 }));
    const whole = { rows, parts: [{ id: 1 }, { id: 2, size: 5 }], order: [1, 2, 9], hint: 4 };
    expect(
      await verified(dump([device(1, whole), device(2, { peer: 1, kind: { kind: "none_of_them", value: null } })])),
    ).toEqual([]);
    expect(await verified(dump([device(1)], true))).toEqual([]);
  });

  test.each<readonly [string, (body: Uint8Array) => Uint8Array | void, readonly RegExp[]]>([
    [
      "a member at its default",
      (body) => inserted(body, memberAt(body, 2), [2, 0, 0, 1, 8, 0, 0, 0]),
      [/Device#0\.size: .*`size` left out, since it is at its default.*\[B8501\]/],
    ],
    ["flag 1 missing", (body) => void (body[3] = 0), [/Device#0\.id: .*expected flag 1 set, found it clear \[B8501\]/]],
    [
      "flag 1 of what is ignorable",
      (body) => inserted(body, memberAt(body, 3), [3, 0, 0, 1, 5, 0, 0, 0]),
      [/Device#0\.hint: .*expected flag 1 clear: it is `ignorable`/],
    ],
    ["a `from` left out", (body) => without(body, 4), [/Device#0\.twice: .*expected `twice` written/]],
    [
      "a member that ended before",
      (body) => inserted(body, memberAt(body, 5), [5, 0, 0, 0, 9, 0, 0, 0]),
      [/Device#0\.old: .*found `old`, which ended before/],
    ],
    [
      "a member that nobody knows",
      (body) => inserted(body, body.length, [99, 0, 0, 0, 9, 0, 0, 0]),
      [/Device#0\.@99: .*found @99/],
    ],
    [
      "two at once",
      (body) => inserted(without(body, 4), memberAt(body, 2), [2, 0, 0, 1, 8, 0, 0, 0]),
      [/`size` left out/, /`twice` written/],
    ],
  ])("tells %s", async (_, change, expected) => {
    const found = await verified(edited(dump([device(1)]), change));
    expect(found).toHaveLength(expected.length);
    for (const [i, pattern] of expected.entries()) expect(found[i]).toMatch(pattern);
    expect(found[0]).toMatch(/^! 0x[0-9a-f]+ /);
  });

  test("tells a member of the manifest that nobody knows, and none of those that it has", async () => {
    const extra = (body: Uint8Array): Uint8Array => inserted(body, body.length, [9, 0, 0, 0, 5, 0, 0, 0]);
    expect(await verified(edited(dump([device(1)]), extra, 0))).toEqual([
      expect.stringMatching(/manifest\.@9: .*found @9 \[B8501\]$/),
    ]);
  });

  test("tells a `required` and a stride that are not exact", async () => {
    const bytes = dump([device(1, { rows: [{ a: 1, b: 0 }] })]);
    const high = await verified(edited(bytes, (body) => void (body[memberAt(body, 6) + 14] = 6)));
    expect(high).toEqual([expect.stringMatching(/Device#0\.rows: .*expected required 4, found required 6 \[B8501\]/)]);
  });

  test("holds bodies that are too large to encode again against the same rules", async () => {
    const rows = Array.from({ length: 70_000 }, (_, a) => ({ a, b: 0 }));
    const bytes = dump([device(1, { rows })]);
    expect(await verified(bytes)).toEqual([]);
    const hit = edited(bytes, (body) => {
      body[memberAt(body, 6) + 14] = 6;
      return inserted(body, memberAt(body, 2), [2, 0, 0, 1, 8, 0, 0, 0]);
    });
    expect(await verified(hit)).toEqual([
      expect.stringMatching(/Device#0\.size: .*`size` left out/),
      expect.stringMatching(/Device#0\.rows: .*expected required 4, found required 6 \[B8501\]/),
    ]);
  });

  test("finds a key that is there twice in whatever order keys stand", async () => {
    for (const ids of [
      [1, 2, 2],
      [3, 2, 3],
      [0, 5, 4, 5, 6],
    ]) {
      const found = await verified(dump([device(1, { parts: ids.map((id) => ({ id })) })]));
      expect(found, String(ids)).toEqual([expect.stringMatching(/Device#0\.parts\[\d\]: key id=\d is used twice/)]);
    }
    expect(await verified(dump([device(1, { parts: [{ id: 3 }, { id: 1 }, { id: 2 }] })]))).toEqual([]);
  });

  test("tells every problem with the place of its member, and not only the first", async () => {
    const broken = { parts: [{ id: 1 }, { id: 2 }, { id: 1 }], order: [3, 1], peer: 77 };
    const found = await verified(dump([device(1, broken), device(1, { peer: 5 })]));
    expect(found).toEqual([
      expect.stringMatching(
        /Device#0\.parts\[2\]: key id=1 is used twice, first by demo\.verify\.Device#0\.parts\[0\] \[B8502\]/,
      ),
      expect.stringMatching(/Device#0\.order\[1\]: key 1 is not in ascending order \[B8503\]/),
      expect.stringMatching(/Device#1: key id=1 is used twice, first by demo\.verify\.Device#0 \[B8502\]/),
      expect.stringMatching(/Device#0\.peer: refers to 77, and no demo\.verify\.Device has that key \[B8504\]/),
      expect.stringMatching(/Device#1\.peer: refers to 5, and no demo\.verify\.Device has that key \[B8504\]/),
    ]);
    const offsets = found.map((line) => Number(/^! (0x[0-9a-f]+)/.exec(line)?.[1]));
    expect(new Set(offsets).size).toBe(5);
    expect(offsets.every((offset) => offset % 4 === 0 && offset > 0)).toBe(true);
  });

  test("tells values out of range, checks that fail and flags of records", async () => {
    const [small = ""] = await verified(
      edited(dump([device(1, { size: 9n })]), (body) => void (body[memberAt(body, 2) + 4] = 3)),
    );
    expect(small).toMatch(/Device#0: check failed: too small|too small/);
    const flagged = await verified(edited(dump([device(1)]), (_, record) => void (record.flags = 0)));
    expect(flagged).toEqual([expect.stringMatching(/Device#0: .*expected record flags 1, found 0 \[B8501\]/)]);
    expect(await verified(edited(dump([device(1)]), (_, record) => void (record.flags = 1), 2))).toEqual([
      expect.stringMatching(/Hint#0: .*expected record flags 0, found 1/),
    ]);
  });

  test("tells a record that no schema has, where the schemas of all modules are known", async () => {
    const bytes = edited(dump([device(1)]), (_, record) => void (record.id = 0x21), 2);
    expect(await verified(bytes)).toEqual([
      expect.stringMatching(/^! 0x[0-9a-f]+ 0x21#0: .*expected a state of demo\.verify 2, found state 0x21 \[B8501\]$/),
    ]);
    const lines = await verified(bytes, []);
    expect(lines.filter((line) => !line.includes("B8021"))).toEqual([]);
  });

  test("finds a manifest that does not stand where it should", async () => {
    const bytes = dump([device(1)]);
    const moved = Uint8Array.from([...bytes.subarray(0, 64), ...new Uint8Array(8).fill(0xff), ...bytes.subarray(64)]);
    const found = await verified(moved);
    expect(found[0]).toMatch(/^! 0x5c checksum of the record's header .*\[B8006\]$/);
    expect(found.join("\n")).not.toContain("B8501");
  });

  test("holds manifest and embedded schema against each other", async () => {
    const bytes = dump([device(1)], true);
    const view = new DataView(bytes.buffer);
    const at = recordsOf(bytes).length > 0 ? 64 + 32 + Math.ceil(Number(view.getBigUint64(80, true)) / 8) * 8 : 0;
    expect(view.getUint32(at + 12, true)).toBe(4);
    const other = edited(bytes, (body) => void (body[12] = (body[12] ?? 0) ^ 1));
    expect(await verified(other)).toEqual([expect.stringMatching(/schema: embedded schema: .* \[B8018\]/)]);
  });
});

/** A body without a member. */
function without(body: Uint8Array, id: number): Uint8Array {
  const at = memberAt(body, id);
  const next = memberAt(body, id + 1);
  return Uint8Array.from([...body.subarray(0, at), ...body.subarray(next)]);
}
