import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "./diagnostics/catalogue.ts";
import { columnsOf, jsonText } from "./printable.ts";
import { countText, escapeText, fancy, oneLine, toJson } from "./report.ts";

function at(text: string, marked: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const source = { path: "linux/pci.baton", text };
  const start = text.indexOf(marked);
  const span = { source, start, end: start + marked.length };
  return { code: "B3001", severity: "error", message: "member id 3 is used twice", span, notes: [], ...more };
}

describe("fancy", () => {
  test("shows the line, the other place, notes and help", () => {
    const text = `${"\n".repeat(98)}  vendor   @3  : Vendor;\n  device   @3  : u16;\n`;
    const source = { path: "linux/pci.baton", text };
    const first = text.indexOf("@3");
    const second = text.lastIndexOf("@3");
    const diagnostic = at(text, "@3", {
      span: { source, start: second, end: second + 2 },
      notes: [
        { message: "first used here", span: { source, start: first, end: first + 2 } },
        { message: "ids are unique for ever" },
      ],
      help: "the next free id is @16",
    });
    expect(`\n${fancy([diagnostic])}`).toBe(`
error[B3001]: member id 3 is used twice
   --> linux/pci.baton:100:12
    |
100 |   device   @3  : u16;
    |            ^^
    |
   ::: first used here: linux/pci.baton:99:12
 99 |   vendor   @3  : Vendor;
    |            --
    |
    = note: ids are unique for ever
    = help: the next free id is @16
`);
  });

  test("underlines behind tabs, wide and combining characters, and escapes what is not printable", () => {
    const diagnostic = at("\t名 e\u0301 \u202e // x @3;", "@3");
    expect(`\n${fancy([diagnostic])}`).toBe(`
error[B3001]: member id 3 is used twice
 --> linux/pci.baton:1:14
  |
1 |     名 e\u0301 \\u{202e} // x @3;
  |                        ^^
`);
    expect(columnsOf("    名 e\u0301 \\u{202e} // x ")).toBe(23);
  });

  test("marks one column where a span is empty, at the end of a line and of the file", () => {
    const source = { path: "a.baton", text: "ab" };
    const diagnostic = at("", "", {
      span: { source, start: 2, end: 2 },
      fix: { span: { source, start: 2, end: 2 }, text: ";" },
    });
    expect(fancy([diagnostic]).split("\n").slice(2)).toEqual([
      "  |",
      "1 | ab",
      "  |   ^",
      "  |",
      "  = help: insert `;`",
      "",
    ]);
  });

  test("underlines the first line of a span over several", () => {
    expect(
      fancy([at("state S {\n}\n", "state S {\n}")])
        .split("\n")
        .slice(3, 5),
    ).toEqual(["1 | state S {", "  | ^^^^^^^^^"]);
  });

  test.each([10, 70, 300, 5_000, 100_000])("shows long lines around a span at %i", (start) => {
    const text = `${"x".repeat(start)}@@@${"y".repeat(5_000)}`;
    const [, , , line = "", marks = ""] = fancy([at(text, "@@@")], { width: 80 }).split("\n");
    expect(line.length).toBeLessThanOrEqual(80);
    expect(line.slice(marks.indexOf("^"), marks.lastIndexOf("^") + 1)).toBe("@@@");
    expect(line.endsWith("…")).toBe(true);
  });

  test("cuts a long span", () => {
    const [, , , line = "", marks = ""] = fancy([at(`a ${"z".repeat(500)} b`, "z".repeat(500))], { width: 80 }).split(
      "\n",
    );
    expect([line.length <= 80, marks.length <= 80]).toEqual([true, true]);
  });

  test("a diagnostic without a place", () => {
    expect(fancy([at("", "", { span: null, help: "name a file" })])).toBe(
      "error[B3001]: member id 3 is used twice\n  = help: name a file\n",
    );
  });

  test("colours for a terminal change nothing else", () => {
    const diagnostic = at("a @3", "@3", { help: "h" });
    const coloured = fancy([diagnostic], { color: true });
    expect(coloured).toContain("\u001b[1;31merror[B3001]\u001b[0m");
    // oxlint-disable-next-line no-control-regex
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, "")).toBe(fancy([diagnostic]));
  });
});

test("whatever the text is, nothing but printable lines comes out, and the marks lie under the line", () => {
  const unit = fc.oneof(
    fc.constantFrom("\t", "名", "\u202e", "\u0301", "\r", "\n", "\0", "\ud800", "😀", "a"),
    fc.string(),
  );
  const text = fc.array(unit, { maxLength: 60 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.nat(80), fc.nat(80), fc.integer({ min: 40, max: 90 }), (source, start, length, width) => {
      const from = Math.min(start, source.length);
      const span = { source: { path: source, text: source }, start: from, end: Math.min(from + length, source.length) };
      const shown = fancy([at("", "", { span, message: source, notes: [{ message: source, span }] })], { width });
      expect(shown).not.toMatch(/[^\P{C}\n]/u);
      const [, , , line = "", marks = ""] = shown.split("\n");
      expect(columnsOf(line)).toBeLessThanOrEqual(Math.max(width, 44));
      expect(columnsOf(marks)).toBeLessThanOrEqual(Math.max(width, 44) + 1);
      expect(marks).toContain("^");
    }),
    { numRuns: 500 },
  );
});

test("one line", () => {
  expect(oneLine(at("\n a @3", "@3", { message: "a\nb\u001b[0m" }))).toBe(
    "linux/pci.baton:2:4: error[B3001]: a\\nb\\u{1b}[0m",
  );
  expect(oneLine(at("", "", { span: null }))).toBe("error[B3001]: member id 3 is used twice");
});

test("JSON", () => {
  const diagnostic = at("\n a @3", "@3");
  const { span } = diagnostic;
  if (span === null) throw new Error("no span");
  expect(
    toJson({ ...diagnostic, notes: [{ message: "n", span }, { message: "m" }], fix: { span, text: "@4" } }),
  ).toEqual({
    code: "B3001",
    severity: "error",
    message: "member id 3 is used twice",
    file: "linux/pci.baton",
    line: 2,
    column: 4,
    endLine: 2,
    endColumn: 6,
    notes: [
      { message: "n", file: "linux/pci.baton", line: 2, column: 4, endLine: 2, endColumn: 6 },
      { message: "m", file: null, line: null, column: null, endLine: null, endColumn: null },
    ],
    help: null,
    fix: { file: "linux/pci.baton", line: 2, column: 4, endLine: 2, endColumn: 6, text: "@4" },
  });
  const text = jsonText({ a: "\u202e\u0085\n😀\u{e0001}" }, 1);
  expect(text).toBe('{\n "a": "\\u202e\\u0085\\n😀\\udb40\\udc01"\n}');
  expect(JSON.parse(text)).toEqual({ a: "\u202e\u0085\n😀\u{e0001}" });
});

test("counts", () => {
  const error = at("", "");
  expect(countText([error, error, { ...error, severity: "warning" }])).toBe("2 errors and 1 warning");
  expect(countText([])).toBe("");
});

test("escapes", () => {
  expect(escapeText("a\tb\0\u2066é名\ud800")).toBe("a\\tb\\u{0}\\u{2066}é名\\u{d800}");
});
