import { expect, test } from "vitest";
import { compile, worldAt } from "../compile.ts";
import { keyText } from "./diff/content.ts";
import { keyOf, planOf } from "./diff/plan.ts";
import { textOfKey } from "./key-text.ts";
import type { Value } from "./value.ts";
import { findState } from "./wire-types.ts";

const bytes = Uint8Array.of(0x10, 0, 0, 0);
const keys: readonly Value[] = [4096, 4096n, "4096", bytes, true];

/** What an engine may take as an index of an array, or as a number. */
const digits = /^-?\d+$/;

test("a key is never looked up by digits alone", () => {
  for (const key of keys) expect(textOfKey([key])).not.toMatch(digits);
  const schema = "module demo.m; state S @1 { key @1 : u64 key; }";
  const type = findState(worldAt(compile([{ path: "m.baton", text: schema }])), "S");
  if (type === null) throw new Error("no state");
  for (const key of keys) {
    const text = keyText(keyOf(planOf(type, type)), "a", { key });
    expect(text).toMatch(/./);
    expect(text).not.toMatch(digits);
  }
});

test("other keys have other texts", () => {
  const all: readonly (readonly Value[])[] = [
    ...keys.slice(1).map((key) => [key]),
    ...[["a\0", "b"], ["a", "\0b"], ["a", "b"], ["a\0sb"], ["a,b"], [1, 2], [12], [{ a: 1n }], [[1]]],
  ];
  expect(new Set(all.map(textOfKey)).size).toBe(all.length);
  expect(textOfKey([4096])).toBe(textOfKey([4096n]));
});
