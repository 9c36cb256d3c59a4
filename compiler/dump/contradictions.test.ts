import { expect, test } from "vitest";
import { dumpOf, recordsOf } from "../../test/fuzz/frame.ts";
import { compileTexts } from "../../test/compiled.ts";
import { Generated } from "../../test/property/generated.ts";
import { DumpWriter, type StateCodec } from "../../runtime/index.ts";
import { worldAt } from "../compile.ts";
import { inspect, type Item } from "./inspect.ts";
import { sourceOf } from "./source.ts";

const compiled = compileTexts(
  "module demo; state S @9 { a @1 : u8; texts @2 : string[..8][]; parts @3 : u8[..9] = []; on @4 : bool = true; z @5 : u8 = 0; }",
);
// The schema declares it.
const codec = new Generated(compiled).exports("demo")["S"] as StateCodec<Record<string, unknown>>;

/** The items of a dump of one record, a word of whose body is another, with every checksum right. */
function itemsOf(at: number, word: number): readonly Item[] {
  const value = { a: 1, texts: ["one", "two"], parts: [1, 2], on: false, z: 5 };
  const records = recordsOf(new DumpWriter().add(codec, value).finish()).map((one) => {
    if (one.id !== 9) return one;
    const body = one.body.slice();
    new DataView(body.buffer).setUint32(at, word, true);
    return { ...one, body };
  });
  const schemas = { world: worldAt(compiled), missing: [], problems: [] };
  return [...inspect(sourceOf(dumpOf(records)), { schemas: () => schemas })];
}

function valueOf(items: readonly Item[]): unknown {
  return items.flatMap((item) => (item.kind === "record" ? [item.value] : []))[0];
}

test("a sound record has what was left out at its default", () => {
  const items = itemsOf(4, 7);
  expect(valueOf(items)).toEqual({ a: 7, texts: ["one", "two"], parts: [1, 2], on: false, z: 5 });
});

test("a length that swallows members behind it is told, and they are read, though the checksum is right", () => {
  // The length of `texts`, behind the word of `a`.
  const items = itemsOf(12, 8 + 2 * 16 + 24);
  expect(items.flatMap(({ problems }) => problems.map(({ code }) => code))).toContain("B8106");
  expect(valueOf(items)).toEqual({ a: 1, texts: ["one", "two"], parts: [1, 2], on: false, z: 5 });
});

test("ids out of order leave nothing at its default, and what is counted is counted once", () => {
  // The header of `z` names `a`.
  const [sound, items] = [itemsOf(4, 1), itemsOf(8 + 16 + 32 + 16 + 8 + 8, 0x0100_0001)];
  expect(valueOf(items)).toMatchObject({ a: 1, z: null });
  const sizeOf = (all: readonly Item[]): number =>
    all.flatMap((item) =>
      item.kind === "finish" ? [item.coverage.described + item.coverage.padding + item.coverage.unknown] : [],
    )[0] ?? 0;
  expect(sizeOf(items)).toBe(sizeOf(sound));
});
