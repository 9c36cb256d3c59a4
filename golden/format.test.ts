import { expect, test } from "vitest";
import { format } from "../compiler/syntax/print.ts";
import { casesOf, expectGolden, filesOf, readGolden } from "./cases.ts";

test.each(casesOf("format"))("%s", (name) => {
  const result = format({ path: "input.baton", text: readGolden("format", name, "input.baton") });
  if (!("text" in result)) throw new Error(`does not parse: ${JSON.stringify(result.diagnostics[0]?.message)}`);
  expectGolden("format", name, "expected.baton", result.text);
  expect(format({ path: "expected.baton", text: result.text })).toEqual(result);
  expect(filesOf("format", name)).toEqual(["expected.baton", "input.baton"]);
});
