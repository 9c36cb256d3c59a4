import { readFileSync } from "node:fs";
import * as prettier from "prettier";
import { describe, expect, test } from "vitest";
import * as plugin from "./prettier.ts";
import { format } from "./syntax/print.ts";

const options = { filepath: "linux/pci.baton", plugins: [plugin] };

describe("the Prettier plugin", () => {
  test("formats as `baton format` does, whatever Prettier's options", async () => {
    const text = readFileSync("schemas/linux/pci.baton", "utf8");
    const formatted = format({ path: "linux/pci.baton", text });
    expect("text" in formatted && formatted.text).toBe(await prettier.format(text, { ...options, printWidth: 40 }));
  });

  test("is found by the name of a file", async () => {
    expect((await prettier.getFileInfo("a/b.baton", { plugins: [plugin] })).inferredParser).toBe("baton");
  });

  test("says what is already formatted", async () => {
    expect(await prettier.check("const A = 1;\n", options)).toBe(true);
    expect(await prettier.check("const A=1;\n", options)).toBe(false);
    expect(await prettier.check("", options)).toBe(true);
  });

  test("keeps comments of several lines, and writes line ends as asked", async () => {
    const text = "/* a\n     b */\nstruct S {\n/*\n * c\n */\na @1:u8;}\n";
    const expected = "/* a\n     b */\nstruct S {\n  /*\n   * c\n   */\n  a @1 : u8;\n}\n";
    expect(await prettier.format(text, options)).toBe(expected);
    expect(await prettier.format(text.replaceAll("\n", "\r\n"), { ...options, endOfLine: "crlf" })).toBe(
      expected.replaceAll("\n", "\r\n"),
    );
  });

  test("formats schemas in Markdown", async () => {
    const text = "# A\n\n```baton\nconst   A=1;\nstruct S {a @1:u8;\n}\n```\n";
    expect(await prettier.format(text, { parser: "markdown", plugins: [plugin] })).toBe(
      "# A\n\n```baton\nconst A = 1;\nstruct S { a @1 : u8; }\n```\n",
    );
  });

  test("points to the mistake in what does not parse", async () => {
    const error: unknown = await prettier
      .format("const A = 1;\nconst B = ;\n", options)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SyntaxError);
    expect(error).toMatchObject({ loc: { start: { line: 2, column: 11 } } });
    expect(String(error)).toContain("B1001: expected a number or a constant, found `;`");
  });
});
