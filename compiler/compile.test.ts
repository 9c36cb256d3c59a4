import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cpuTime } from "../test/cpu-time.ts";
import { compileModule, compileTexts, versionOf } from "../test/compiled.ts";
import { compile, worldAt } from "./compile.ts";
import type { Diagnostic, Fix } from "./diagnostics/catalogue.ts";
import { declarationOf } from "./schema/lookup.ts";
import type { Source } from "./text.ts";

describe("compile", () => {
  it("gives every declared version a view and a fingerprint, and orders modules by what the host gave", () => {
    const { modules } = compileTexts(
      "module b; import a; version 1; version 2; version 2.1; type T = a.T;",
      "module a; type T = u8;",
    );
    expect([...modules.keys()]).toEqual(["b", "a"]);
    const b = modules.get("b");
    expect([...(b?.views.keys() ?? [])]).toEqual(["1", "2", "2.1"].map(versionOf));
    expect([...(b?.fingerprints.keys() ?? [])]).toEqual(["1", "2", "2.1"].map(versionOf));
    expect(b?.draft).toBe(true);
    expect(modules.get("a")?.module.versions).toEqual([{ version: versionOf("1"), label: null }]);
  });

  it("gives no modules where there are errors, and all diagnostics in the order of the files and of their text", () => {
    const sources = [
      { path: "b.baton", text: "module b; state S { y @1 : Nobody; x @1 : u8; }" },
      { path: "a.baton", text: "module a; state T { x : u8; }" },
    ];
    const { modules, ok, diagnostics } = compile(sources);
    expect([ok, modules.size]).toEqual([false, 0]);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(errors.map(({ code, span }) => [span?.source.path, code])).toEqual([
      ["b.baton", "B2010"],
      ["b.baton", "B3001"],
      ["a.baton", "B3003"],
    ]);
  });

  it("keeps silent of names that may be in what cannot be read only where that can be seen from", () => {
    const broken = "module a; state Other @1 { a @1 : u32; 8x @2 : u8; }";
    const unknownIn = (text: string, ...others: readonly string[]): boolean =>
      compile([broken, ...others, text].map((one, i) => ({ path: `${i}.baton`, text: one }))).diagnostics.some(
        ({ code, span }) => code === "B6001" && span?.source.path === `${1 + others.length}.baton`,
      );
    const state = 'state Device @2 { a @1 : u8; check zz == 1 : "x"; }';
    expect(unknownIn(`module b; ${state}`)).toBe(true);
    expect(unknownIn(`module b; import c; ${state}`, "module c; type T = u8;")).toBe(true);
    expect(unknownIn(`module b; import a; ${state}`)).toBe(false);
    expect(unknownIn(`module b; import c; ${state}`, "module c; import a; state C { o @1 : a.Other; }")).toBe(false);
  });

  it("says the same whatever the order of the files", () => {
    const texts = ["module a; type T = u8; state S @1 { x @1 : b.U?; }", "module b; struct U { x @1 : u16; }"].map(
      (text, i) => ({ path: `${i}`, text }),
    );
    const withImport = texts.map(({ path, text }) => ({
      path,
      text: text.replace("module a;", "module a; import b;"),
    }));
    const of = (sources: readonly Source[]): unknown => compile(sources).modules.get("a")?.fingerprints;
    expect(of(withImport)).toEqual(of(withImport.toReversed()));
  });

  it("ends soon for as many versions as there can be, and refuses those that no tool would hold", () => {
    const versions = (count: number): string => Array.from({ length: count }, (_, i) => `version ${i + 1};`).join("\n");
    const codes = (count: number): readonly string[] => {
      const text = `/// A.\nmodule a;\n${versions(count)}\n/// S.\nstate S @1 { x @1 : u8; y @2 : u8 = 0 since ${count}; }`;
      return compile([{ path: "a.baton", text }]).diagnostics.map(({ code }) => code);
    };
    const before = cpuTime();
    expect(codes(256)).toEqual([]);
    expect(codes(65535)).toEqual(["B3113"]);
    expect(cpuTime() - before).toBeLessThan(6000);
  });

  it("holds the module's name against the path where the host knows it", () => {
    const source = { path: "schemas/linux/pci.baton", text: "module linux.pcie;" };
    expect(compile([source], { moduleNameOf: () => "linux.pci" }).diagnostics.map(({ code }) => code)).toContain(
      "B2003",
    );
    expect(compile([source], { moduleNameOf: () => null }).ok).toBe(true);
  });

  it.each([
    ["ids", (i: number) => `  m${i} @${(i % 10_000) + 1} : u8;`, "state S", ""],
    ["ids and reserved ones", (i: number) => `  m${i} @${i + 1} : u8;\n  reserved @${i + 20_001};`, "state S", ""],
    ["values", (i: number) => `  m${i} = ${i % 9};\n  reserved ${i + 20_001};`, "enum E : u64", ""],
    ["records", (i: number) => `state S @${(i % 9) + 1} { a @1 : u8; }`, "struct T", "a @1 : u8;"],
  ])("takes time in proportion to the text where very many %s clash", (_, line, head, first) => {
    const lines = Array.from({ length: 20_000 }, (_each, i) => line(i)).join("\n");
    const text = first === "" ? `module m;\n${head} {\n${lines}\n}\n` : `module m;\n${head} { ${first} }\n${lines}\n`;
    const start = cpuTime();
    compile([{ path: "m.baton", text }]);
    // With a look at all others for each, it took ten times as long.
    expect(cpuTime() - start).toBeLessThan(4000);
  });

  it("compiles nothing to nothing", () => {
    expect(compile([])).toEqual({ modules: new Map(), diagnostics: [], ok: true });
  });
});

describe("provenance", () => {
  it("has the docs, the places and the licence beside the schema", () => {
    const { provenance } = compileModule(`// Some file.
// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/// The module.
module m;
/// An enum,
/// over two lines.
enum E : u8 {
  /// Its value.
  a = 0; }
state S {
  /// A member.
  x @1 : u8;
  /// Why.
  check x < 4 : "few";
}
union U {
  /// An alternative.
  a @1 : none; }
bits B : u8 {
  /// A bit.
  a = 0; }
// SPDX-License-Identifier: too late
`);
    expect(provenance.licence).toBe("// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0");
    expect([...provenance.docs]).toEqual([
      ["", "The module."],
      ["E", "An enum,\nover two lines."],
      ["E.a", "Its value."],
      ["S.x", "A member."],
      ["S#check0", "Why."],
      ["U.a", "An alternative."],
      ["B.a", "A bit."],
    ]);
    const text = (path: string): string | undefined => {
      const span = provenance.spans.get(path);
      return span?.source.text.slice(span.start, span.end);
    };
    expect(["", "E", "S.x", "B.a"].map(text)).toEqual(["m", "E", "x", "a"]);
    expect(text("S#check0")).toBe('check x < 4 : "few";');
  });

  it("has the numbers as they are written, beside what they are said of", () => {
    const { provenance } = compileModule(`module m;
const MOST = 1_000;
type T = u32 in 0x10..MOST;
enum E : i8 { a = -0b1; }
bits B : u8 { a = 0x0; }
state S {
  x @0x1 : u32[..0x40] = [];
  y @2 : T = 0x20 in ..0o77;
  check len(x) < (0x3f + (y == 1 ? 2 : -3)) : "few";
}
`);
    const written = [...provenance.numbers].map(([path, numbers]) => [path, ...numbers.map(({ text }) => text)]);
    expect(written).toEqual([
      ["MOST", "1_000"],
      ["T", "0x10"],
      ["E.a", "-0b1"],
      ["S.y", "0x20", "0o77"],
      ["S#check0", "0x3f", "1", "2", "3"],
    ]);
  });

  it.each([
    ["/* SPDX-License-Identifier: MIT */", "MIT"],
    ["/*SPDX-License-Identifier:   GPL-2.0 OR Apache-2.0*/", "GPL-2.0 OR Apache-2.0"],
    ["/**\n * Some file.\n * SPDX-License-Identifier: MIT\n */", "MIT"],
    ["/* Some file.\r\n   SPDX-License-Identifier: MIT\r\n*/", "MIT"],
  ])("has the licence of a comment of another form: %j", (comment, licence) => {
    const { provenance } = compileModule(`${comment}\n/// The module.\nmodule m;`);
    expect(provenance.licence).toBe(`// SPDX-License-Identifier: ${licence}`);
  });

  it("takes no licence from words about one", () => {
    for (const comment of ["/* The SPDX-License-Identifier: MIT is not ours. */", "/* SPDX-License-Identifier: */"])
      expect(compileModule(`${comment}\n/// The module.\nmodule m;`).provenance.licence, comment).toBeNull();
  });

  it("has no licence where the file has none", () => {
    expect(compileModule("module m; // SPDX-License-Identifier: too late").provenance.licence).toBeNull();
  });
});

describe("worldAt", () => {
  const compiled = compileTexts(
    "module a; version 1; version 2; struct S { x @1 : u8; y @2 : u8 since 2; }",
    "module b; import a; version 1; version 2; version 3; state T @1 { s @1 : S; }",
  );

  it("takes named modules at their version and all others at their working version", () => {
    const versionsOf = (world: ReturnType<typeof worldAt>): readonly unknown[] =>
      [...world].map(([name, { version }]) => [name, version]);
    expect(versionsOf(worldAt(compiled))).toEqual([
      ["a", versionOf("2")],
      ["b", versionOf("3")],
    ]);
    expect(versionsOf(worldAt(compiled, new Map([["b", versionOf("1")]])))).toEqual([
      ["a", versionOf("2")],
      ["b", versionOf("1")],
    ]);
    const struct = declarationOf(worldAt(compiled, new Map([["a", versionOf("1")]])), { module: "a", name: "S" });
    expect(struct.kind === "struct" && struct.members.length).toBe(1);
  });

  it("throws for what does not exist", () => {
    expect(() => worldAt(compiled, new Map([["a", versionOf("3")]]))).toThrow("a has no version 3");
    expect(() => worldAt(compiled, new Map([["c", versionOf("1")]]))).toThrow("no module c");
  });
});

/** Applies a fix to the sources that it is about. */
function applied(sources: readonly Source[], { span, text }: Fix): readonly Source[] {
  return sources.map((source) =>
    source === span.source
      ? { ...source, text: source.text.slice(0, span.start) + text + source.text.slice(span.end) }
      : source,
  );
}

describe("fixes", () => {
  const golden = join(import.meta.dirname, "../golden/errors");
  const cases = readdirSync(golden).filter((name) => /^B(?!32)[2-7]/.test(name));
  const count = (diagnostics: readonly Diagnostic[], like: Diagnostic): number =>
    diagnostics.filter(({ code, message }) => code === like.code && message === like.message).length;

  it.each(cases)("resolve what they are for: %s", (name) => {
    const paths = readdirSync(join(golden, name), { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".baton"),
    );
    const sources = paths.map((path) => ({ path, text: readFileSync(join(golden, name, path), "utf8") }));
    const moduleNameOf = ({ path }: Source): string | null =>
      path === "input.baton" ? null : path.replace(/\.baton$/, "").replaceAll("/", ".");
    const { diagnostics } = compile(sources, { moduleNameOf });
    for (const diagnostic of diagnostics) {
      if (diagnostic.fix === undefined) continue;
      const after = compile(applied(sources, diagnostic.fix), { moduleNameOf }).diagnostics;
      expect(count(after, diagnostic), diagnostic.message).toBeLessThan(count(diagnostics, diagnostic));
      const syntax = after.filter(({ code }) => code.startsWith("B1"));
      expect(syntax, diagnostic.message).toEqual([]);
    }
  });
});
