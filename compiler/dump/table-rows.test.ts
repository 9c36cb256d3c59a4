import { describe, expect, test } from "vitest";
import { compile, worldAt } from "../compile.ts";
import { jsonText } from "../printable.ts";
import { ByteText } from "./byte-text.ts";
import { decodeState } from "./decode.ts";
import { encodeState } from "./encode.ts";
import { inspectBody } from "./inspect.ts";
import { JsonText } from "./json-text.ts";
import { writeValue } from "./json-value.ts";
import { toJson } from "./json-write.ts";
import { rowsBehind } from "./table-rows.ts";
import { isObject, type Value } from "./value.ts";
import type { WireState } from "./wire-type.ts";
import { findState } from "./wire-types.ts";

const source = `/// Rows of everything.
module demo.rows;

open enum Kind : u16 { none = 0; one = 1; }
enum Narrow : i8 { below = -1; zero = 0; }
bits Flags : u32 { read = 0; write = 1; level = 4..6 : Narrow2; }
enum Narrow2 : u8 { a = 0; b = 1; c = 2; }

struct Inner { x @1 : i16; y @2 : u8 in 0..200; }

struct Row {
  a @1 : u8;
  b @2 : i64;
  c @3 : u64 hex;
  d @4 : u64 in 0..0x1f_ffff_ffff_ffff;
  e @5 : i64 in -5..5;
  f @6 : Kind;
  g @7 : Narrow;
  h @8 : Flags;
  i @9 : bool;
  j @10 : uuid;
  k @11 : bytes[3];
  l @12 : cstring[8];
  m @13 : Inner;
  n @14 : u16[3];
  o @15 : Inner[2];
  p @16 : u32 = 7;
}

/// Tables.
state Tables @0x1 {
  rows  @1 : Row[];
  plain @2 : u64[];
  small @3 : Narrow[];
}
`;

const compiled = compile([{ path: "demo/rows.baton", text: source }]);

function tables(): WireState {
  expect(compiled.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([]);
  const state = findState(worldAt(compiled), "Tables");
  if (state === null) throw new Error("no state");
  return state;
}

const count = 100;
const one = (i: number): Value => ({
  ...{ a: i, b: BigInt(i) * -92_233_720_368_547_758n, c: (1n << 64n) - 1n - BigInt(i) * 184_467_440_737_095_516n },
  ...{
    d: i === 0 ? Number.MAX_SAFE_INTEGER : i * 10 ** (i % 15),
    e: (i % 11) - 5,
    f: i % 3,
    g: 0 - (i % 2),
    h: (i % 4) | ((i % 3) << 4),
  },
  ...{
    i: i % 2 === 0,
    j: new Uint8Array(16).fill(i),
    k: Uint8Array.of(i, 0, 255),
    l: i % 5 === 0 ? "\u00e9\u202e" : "x".repeat(i % 8),
  },
  ...{
    m: { x: 0 - i, y: i },
    n: [i, 65535, 0],
    o: [
      { x: 1, y: 2 },
      { x: i, y: 0 },
    ],
    p: i % 2 === 0 ? 7 : i,
  },
});
const value: Value = {
  rows: Array.from({ length: count }, (_, i) => one(i)),
  plain: Array.from({ length: count }, (_, i) => (BigInt(i) << 57n) | 999_999_999_999n),
  small: Array.from({ length: count }, (_, i) => 0 - (i % 2)),
};

function bytes(): Uint8Array {
  const encoded = encodeState(tables(), value);
  if (!encoded.ok) throw new Error(encoded.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  return encoded.bytes;
}

const written = (type: WireState, held: Value, indent: boolean): string => {
  const blocks: Uint8Array[] = [];
  const out = new ByteText((block) => void blocks.push(block.slice()));
  writeValue(new JsonText(out, indent), type, held);
  out.flush();
  return Buffer.concat(blocks).toString();
};

describe("rows that stay where they are", () => {
  test("are the list that reading them one by one gives", () => {
    const type = tables();
    const read = decodeState(type, bytes());
    if (!read.ok || !isObject(read.value)) throw new Error("not read");
    const { rows } = read.value;
    if (!Array.isArray(rows)) throw new Error("no list");
    expect(rowsBehind(rows)).toMatchObject({ count });
    expect(rows.length).toBe(count);
    expect(rows.map((row) => row)).toEqual(Array.from({ length: count }, (_, i) => one(i)));
    expect([...rows].at(-1)).toEqual(one(count - 1));
    expect(rows[count]).toBeUndefined();
    expect(encodeState(type, read.value)).toMatchObject({ ok: true, bytes: bytes() });
  });

  test("are written as JSON in the words of toJson", () => {
    const type = tables();
    const read = decodeState(type, bytes());
    if (!read.ok) throw new Error("not read");
    expect(written(type, read.value, false)).toBe(jsonText(toJson(type, value)));
    expect(written(type, read.value, true)).toBe(jsonText(toJson(type, value), 2));
    // Small tables are values.
    const few = { rows: [one(1)], plain: [], small: [0] };
    expect(written(type, few, true)).toBe(jsonText(toJson(type, few), 2));
  });

  test("are read one by one where one of them is wrong, and every byte is counted alike", () => {
    const type = tables();
    const whole = bytes();
    const lazy = inspectBody(type, whole);
    const each = inspectBody(type, whole, Number.POSITIVE_INFINITY);
    const some = inspectBody(type, whole, 10);
    expect(lazy.coverage).toEqual(each.coverage);
    expect(some.coverage).toEqual(each.coverage);
    expect(some.node?.children[0]?.children.length).toBe(12);
    expect(some.node?.children[0]?.cut).toBe(count - 10);
    for (let at = 16; at < 3000; at += 37) {
      const hit = whole.slice();
      hit[at] = (hit[at] ?? 0) ^ 0xff;
      const [quick, slow] = [inspectBody(type, hit), inspectBody(type, hit, Number.POSITIVE_INFINITY)];
      expect(quick.problems, `byte ${at}`).toEqual(slow.problems);
      expect(quick.coverage).toEqual(slow.coverage);
      expect(toJson(type, quick.value)).toEqual(toJson(type, slow.value));
    }
  });
});
