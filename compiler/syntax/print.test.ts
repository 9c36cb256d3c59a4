import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { schemaText } from "./arbitrary.ts";
import type { Comment, File } from "./ast.ts";
import { parse } from "./parse.ts";
import { attributeOrder, format } from "./print.ts";

function formatted(text: string): string {
  const result = format({ path: "linux/test.baton", text });
  if (!("text" in result)) throw new Error(`does not parse: ${result.diagnostics[0]?.message}\n${text}`);
  return result.text;
}

/** The tree without places and documentation, attributes in their order. */
function meaning({ items }: File): unknown {
  return JSON.parse(
    JSON.stringify(items, (key, value: unknown) => {
      if (key === "span" || key === "doc") return undefined;
      if (key === "attributes" && Array.isArray(value)) return value.toSorted(byOrder);
      return typeof value === "bigint" ? `${value}n` : value;
    }),
  );
}

function byOrder(a: { kind: string }, b: { kind: string }): number {
  const order: readonly string[] = attributeOrder;
  return order.indexOf(a.kind) - order.indexOf(b.kind);
}

function commentTexts(comments: readonly Comment[]): string[] {
  return comments.map(({ text }) => text.replace(/\s+/g, " ").trim()).toSorted();
}

function docs({ items }: File): string[] {
  const found: string[] = [];
  JSON.stringify(items, (key, value: unknown) => {
    if (key === "doc" && typeof value === "string") found.push(value);
    return typeof value === "bigint" || key === "span" ? undefined : value;
  });
  return found;
}

function file(text: string): File {
  const { file, diagnostics } = parse({ path: "x.baton", text });
  expect(diagnostics).toEqual([]);
  return file;
}

describe("any schema", () => {
  test("means the same when formatted, keeps its comments, and is not changed by a second time", () => {
    fc.assert(
      fc.property(schemaText, (text) => {
        const once = formatted(text);
        const [before, after] = [file(text), file(once)];
        expect(meaning(after)).toEqual(meaning(before));
        expect(commentTexts(after.comments)).toEqual(commentTexts(before.comments));
        expect(formatted(once)).toBe(once);
        expect(once).not.toMatch(/[ \t]$/m);
        expect(once).not.toMatch(/\n\n\n|^\n/);
      }),
      { numRuns: 1500 },
    );
  });
});

describe("the schemas of the repository", () => {
  test.each(readdirSync("schemas", { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".baton")))(
    "%s",
    (path) => {
      const text = readFileSync(`schemas/${path}`, "utf8");
      const once = formatted(text);
      expect(formatted(once)).toBe(once);
      expect(meaning(file(once))).toEqual(meaning(file(text)));
      expect(docs(file(once))).toEqual(docs(file(text)));
      expect(once.split("\n").filter((line) => line.length > 120 && !line.includes("//"))).toEqual([]);
    },
  );
});

test("a schema with a mistake is not touched", () => {
  const result = format({ path: "x.baton", text: "state S {" });
  expect("diagnostics" in result && result.diagnostics.map(({ code }) => code)).toEqual(["B1002"]);
});

test("the empty file stays empty", () => {
  expect(formatted("")).toBe("");
  expect(formatted(" \r\n\n")).toBe("");
});
