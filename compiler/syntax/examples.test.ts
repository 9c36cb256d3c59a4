import { expect, test } from "vitest";
import { rows } from "../diagnostics/syntax.ts";
import { parse } from "./parse.ts";
import { format } from "./print.ts";

const examples = Object.entries(rows).flatMap(([code, row]) => ("example" in row ? [{ code, ...row.example }] : []));

test.each(examples)("the example of $code makes that mistake alone, and its correction none", ({ code, bad, good }) => {
  const codes = (text: string): string[] =>
    parse({ path: "linux/example.baton", text }).diagnostics.map((each) => each.code);
  expect(codes(bad)).toEqual([code]);
  expect(codes(good)).toEqual([]);
  expect(format({ path: "linux/example.baton", text: good })).toEqual({ text: good });
});
