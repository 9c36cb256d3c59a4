import { describe, expect, test } from "vitest";
import { compileTexts } from "../../test/compiled.ts";
import { compile, worldAt } from "../compile.ts";
import type { World } from "../schema/ir.ts";
import { Difference } from "./diff.ts";
import type { Direction } from "./finding.ts";
import { nothingReused } from "./history.ts";
import { judge } from "./judge.ts";
import { witnessOf } from "./witness.ts";

/** One of each kind of declaration that a member can have as its type. */
const forms: Readonly<Record<string, string>> = {
  "u8 type": "type V = u8;",
  "i8 type": "type V = i8;",
  "text type": "type V = string[..8];",
  "type of an enum": "enum Inner : u8 { off = 0; on = 1; } type V = Inner;",
  enum: "enum V : u8 { off = 0; on = 1; }",
  "open enum": "open enum V : u8 { off = 0; on = 1; }",
  bits: "bits V : u8 { low = 0; high = 7; }",
  struct: "struct V { a @1 : u8; }",
  state: "state V { a @1 : u8; }",
  union: "union V { a @1 : u8; n @2 : none; }",
};

/** Where a declared type is used. */
const uses: Readonly<Record<string, string>> = {
  bare: "state S @0x1 { v @1 : V; }",
  optional: "state S @0x1 { v @1 : V?; }",
  list: "state S @0x1 { v @1 : V[..3]; }",
  "fixed array": "state S @0x1 { v @1 : V[2]; }",
  alternative: "union U { v @1 : V; w @2 : u8; } state S @0x1 { v @1 : U; }",
  "member of a struct": "struct T { v @1 : V; w @2 : u8; } state S @0x1 { v @1 : T; }",
  "member of a row": "struct T { v @1 : V; w @2 : u8; } state S @0x1 { v @1 : T[..3]; }",
  "nested state": "state T { v @1 : V; } state S @0x1 { v @1 : T?; }",
  "range of bits": "bits B : u16 { v = 0..7 : V; w = 9; } state S @0x1 { v @1 : B; }",
};

/** A schema whose types are in its own module, or in one that it imports; null where such a use of such a type is none. */
function worldOf(form: string, use: string, name: string, isImported: boolean): World | null {
  const [declared, used] = [forms[form] ?? "", uses[use] ?? ""].map((text) => text.replaceAll(/\bV\b/g, name));
  const texts = isImported
    ? [`module t; ${declared}`, `module a; import t; ${used}`]
    : [`module a; ${declared} ${used}`];
  const compiled = compile(texts.map((text, i) => ({ path: `${i}.baton`, text })));
  return compiled.ok ? worldAt(compiled) : null;
}

/** What is said of every change but the coming and going of declarations, in both directions; types by one name. */
function told(old: World, now: World, isShown = false): readonly string[] {
  const difference = new Difference({ old, new: now }, nothingReused);
  return (["upgrade", "rollback"] as const).flatMap((direction: Direction) => {
    const verdict = judge(difference, direction, "a");
    const changes = verdict.changes.flatMap((one) => {
      if (/^(DECLARATION|IMPORT)_/.test(one.change.kind)) return [];
      const witnessed = isShown ? witnessOf(verdict, one) : null;
      const shown = witnessed?.kind === "witness" ? `: ${witnessed.witness.outcome}` : "";
      const { kind, place } = one.change;
      return `${kind} ${place.path} ${one.corrupting ? "corrupting" : one.verdict} ${one.refusedBy} ${one.condition}${shown}`;
    });
    return [`${direction} ${verdict.verdict} ${verdict.corrupting} ${verdict.condition}`, ...changes].map((text) =>
      text.replaceAll(/\b(t|a)\.W\b/g, "$1.V").replaceAll(/\bW\b/g, "V"),
    );
  });
}

function kindOf(form: string): string | undefined {
  return /(\w+) V\b/.exec(forms[form] ?? "")?.[1];
}

const pairs = Object.keys(forms).flatMap((from) => Object.keys(forms).map((to) => ({ from, to })));

describe.each(pairs.filter(({ from, to }) => kindOf(from) !== kindOf(to)))(
  "$from that becomes $to under its name",
  ({ from, to }) => {
    test.each(Object.keys(uses))("is judged in use as a type of another name would be: %s", (use) => {
      for (const isImported of [false, true]) {
        const [old, now] = [worldOf(from, use, "V", isImported), worldOf(to, use, "V", isImported)];
        const other = worldOf(to, use, "W", isImported);
        if (old === null || now === null || other === null) continue;
        expect(told(old, now), isImported ? "imported" : "local").toEqual(told(old, other));
      }
    });
  },
);

describe("a declaration that changes kind under its name", () => {
  test("is refused where its values do not fit", () => {
    const texts = told(
      worldAt(compileTexts("module a; type V = u8; state S @0x1 { v @1 : V; }")),
      worldAt(compileTexts("module a; enum V : u8 { off = 0; on = 1; } state S @0x1 { v @1 : V; }")),
      true,
    );
    expect(texts).toEqual([
      "upgrade conditional false S.v > 1",
      "INTEGER_TO_ENUM S.v conditional reader S.v > 1: refused by the reader: S.v: 2 is no value of a.V",
      "rollback always false null",
      "INTEGER_TO_ENUM S.v always null null",
    ]);
  });

  test("is misread where its bytes are taken for others", () => {
    const texts = told(
      worldAt(compileTexts("module t; type V = i8;", "module a; import t; state S @0x1 { v @1 : V[..3]; }")),
      worldAt(
        compileTexts("module t; open enum V : u8 { off = 0; }", "module a; import t; state S @0x1 { v @1 : V[..3]; }"),
      ),
      true,
    );
    expect(texts[0]).toBe("upgrade never true null");
    expect(texts[1]).toMatch(/^INTEGER_TO_ENUM S\.v corrupting null S\.v\[\*\] < 0: taken, and v\[0\] is read as 255/);
  });

  test("leaves a record that is called otherwise what it was", () => {
    const texts = told(
      worldAt(compileTexts("module a; state A @0x1 { n @1 : u8; }")),
      worldAt(compileTexts("module a; struct A { n @1 : u8; } state B @0x1 { n @1 : u8; }")),
    );
    expect(texts).toEqual(["upgrade always false null", "rollback always false null"]);
  });
});
