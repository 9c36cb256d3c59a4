import { expect, test } from "vitest";
import { allCodes, lookup } from "./index.ts";
import { samples } from "./samples.ts";

test("every page has an example, and says what to do", () => {
  for (const code of allCodes) {
    const row = lookup(code);
    if (row === undefined || row.retired === true || row.example !== undefined) continue;
    const made = samples[code];
    expect(made, code).toBeDefined();
    // They are the parameters of this very row.
    const facts = made?.facts as never;
    const help = row.help?.(facts);
    for (const text of [row.message(facts), help ?? "", made?.fix ?? ""]) {
      expect(text, code).not.toMatch(/undefined|\[object|NaN/);
    }
    expect(help ?? made?.fix, code).toMatch(/\w/);
  }
});

test("no sample is of a code that is not there or that has a schema as its example", () => {
  for (const code of Object.keys(samples)) expect([code, lookup(code)?.example], code).toEqual([code, undefined]);
  expect(Object.keys(samples).filter((code) => lookup(code) === undefined)).toEqual([]);
});
