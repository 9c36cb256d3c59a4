import { describe, expect, it } from "vitest";
import { compileModule, compileTexts, declared, versionOf, viewAt } from "../../test/compiled.ts";
import { compile } from "../compile.ts";
import { formatVersion } from "./version.ts";

function compiled(text: string): ReturnType<typeof compile> {
  const made = compile([{ path: "m.baton", text }]);
  expect(made.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return made;
}

describe("project", () => {
  it("gives a member of the first version no `from` before it has ended: what takes its place came later", () => {
    const before = compiled("module m; version 1; state S @1 { old @1 : u32; size @3 : u32; }").modules.get("m");
    const after = compiled(
      "module m; version 1; version 2; state S @1 { old @1 : u32 until 1 from size; size @3 : u32; }",
    ).modules.get("m");
    expect(after?.fingerprints.get(0x10000)).toBe(before?.fingerprints.get(0x10000));
    const retired = after?.views.get(0x20000)?.declarations.flatMap((one) => (one.kind === "state" ? one.retired : []));
    expect(retired?.map(({ name, from }) => [name, from?.kind])).toEqual([["old", "path"]]);
  });

  it("keeps the `from` of a member that older versions lack", () => {
    const module = compiled(
      "module m; version 1; version 2; state S @1 { old @1 : u32 until 1 from now; now @2 : u32 since 2 from old; }",
    ).modules.get("m");
    const members = module?.views
      .get(0x20000)
      ?.declarations.flatMap((one) => (one.kind === "state" ? one.members : []));
    expect(members?.map(({ name, from }) => [name, from?.kind])).toEqual([["now", "path"]]);
  });

  const history = `module m;
version 1; version 2; version 2.1; version 3;
reads 2..; writes 2.1..;
enum Mode : u8 { idle = 0; busy = 1 since 2; gone = 2 until 1; }
bits Flags : u8 { one = 0; two = 1 since 2.1; }
state Msi { count @1 : u8; mask @2 : Mask?; }
struct Mask { bits @1 : u64; }
union Payload { file @1 : u8; page @2 : u8 since 2 until 2; late @3 : none since 3; }
state Early @2 until 2 { x @1 : u8; }
state Backport @3 since 2.1 { x @1 : u8; }
struct Row { a @1 : u64; b @2 : u32 since 2; c @3 : u32 since 3; }
state S @1 {
  mode @1 : Mode;
  flags @2 : Flags;
  msi @3 : Msi? until 1;
  label @4 : string[..8] = "" since 2.1 ignorable;
  payload @5 : Payload;
  early @6 : Early? until 2;
  rows @7 : Row[..4] since 3;
  check len(label) < 8 : "short";
  check mode == idle : "always" since 2 until 2;
}`;

  const names = (version: string, kind: "members" | "retired" = "members"): readonly string[] =>
    declared(viewAt(compileModule(history), version), "state", "S")[kind].map(({ name }) => name);

  it("has what exists at a version, backports between the version they add to and the next", () => {
    expect(names("1")).toEqual(["mode", "flags", "msi", "payload", "early"]);
    expect(names("2")).toEqual(["mode", "flags", "payload", "early"]);
    expect(names("2.1")).toEqual(["mode", "flags", "label", "payload", "early"]);
    expect(names("3")).toEqual(["mode", "flags", "label", "payload", "rows"]);
    expect(["1", "2", "2.1", "3"].map((version) => names(version, "retired"))).toEqual([
      [],
      ["msi"],
      ["msi"],
      ["msi", "early"],
    ]);
  });

  it("has the values, bits, alternatives and struct members of its version", () => {
    const module = compileModule(history);
    const at = (version: string): unknown => {
      const view = viewAt(module, version);
      return [
        declared(view, "enum", "Mode").values.map(({ name }) => name),
        declared(view, "bits", "Flags").fields.map(({ name }) => name),
        declared(view, "union", "Payload").alternatives.map(({ name }) => name),
      ];
    };
    expect(at("1")).toEqual([["idle", "gone"], ["one"], ["file"]]);
    expect(at("2")).toEqual([["idle", "busy"], ["one"], ["file", "page"]]);
    expect(at("2.1")).toEqual([
      ["idle", "busy"],
      ["one", "two"],
      ["file", "page"],
    ]);
    expect(at("3")).toEqual([
      ["idle", "busy"],
      ["one", "two"],
      ["file", "late"],
    ]);
    // Nothing uses it before.
    expect(viewAt(module, "2.1").declarations.map(({ name }) => name)).not.toContain("Row");
    expect(declared(viewAt(module, "3"), "struct", "Row").members.map((member) => member.default)).toEqual([
      null,
      null,
      null,
    ]);
  });

  it("keeps what only retired members need, as it last stood, and never as a record", () => {
    const view = viewAt(compileModule(history), "3");
    expect(view.declarations.map(({ name }) => name)).toEqual([
      "Backport",
      "Early",
      "Flags",
      "Mask",
      "Mode",
      "Msi",
      "Payload",
      "Row",
      "S",
    ]);
    expect(declared(view, "state", "Early").id).toBeNull();
    expect(declared(viewAt(compileModule(history), "2"), "state", "Early").id).toBe(2);
  });

  it("has the checks whose members all exist", () => {
    const module = compileModule(history);
    const checks = (version: string): readonly string[] =>
      declared(viewAt(module, version), "state", "S").checks.map(({ message }) => message);
    expect(["1", "2", "2.1", "3"].map(checks)).toEqual([[], ["always"], ["short", "always"], ["short"]]);
  });

  it("drops a check whose path goes through what another declaration does not have yet", () => {
    const module = compileModule(`module m; version 1; version 2;
state Inner { a @1 : u8; b @2 : u8 = 0 since 2; }
state S @1 { inner @1 : Inner; list @2 : Inner[..4]; check inner.b < 4 : "b"; check all(list, a < 4) : "a"; check any(list, it.b == 0) : "it"; }`);
    const checks = (version: string): readonly string[] =>
      declared(viewAt(module, version), "state", "S").checks.map(({ message }) => message);
    expect([checks("1"), checks("2")]).toEqual([["a"], ["b", "a", "it"]]);
  });

  it("knows the versions up to its own, and what they support", () => {
    const at = (version: string): unknown => {
      const view = viewAt(compileModule(history), version);
      return [view.versions.length, view.reads.map(formatVersion), view.writes.map(formatVersion)];
    };
    expect(at("3")).toEqual([4, ["2", "2.1", "3"], ["2.1", "3"]]);
    expect(at("1")).toEqual([1, ["1"], ["1"]]);
  });

  it("imports what it names at its version", () => {
    const { modules } = compileTexts(
      "module a; type T = u8;",
      "module b; type T = u8;",
      "module c; state R @9 { id @1 : u8 key; }",
      "module m; import a; import b; import c; version 1; version 2; state S @1 { x @1 : a.T; y @2 : b.T = 0 since 2; z @3 : u8 = 0 -> R.id since 2; }",
    );
    const m = modules.get("m");
    if (m === undefined) throw new Error("no module m");
    expect([viewAt(m, "1").imports, viewAt(m, "2").imports, m.module.imports]).toEqual([
      ["a"],
      ["a", "b", "c"],
      ["a", "b", "c"],
    ]);
  });

  it("shares what is the same at several versions", () => {
    const module = compileModule(history);
    const early = viewAt(module, "1");
    const late = viewAt(module, "3");
    expect(declared(early, "state", "Msi")).toBe(declared(late, "state", "Msi"));
    expect(declared(viewAt(module, "2.1"), "bits", "Flags")).toBe(declared(late, "bits", "Flags"));
    expect(declared(early, "bits", "Flags")).not.toBe(declared(late, "bits", "Flags"));
  });
});

describe("lifetimes", () => {
  const spans = (text: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      compileModule(text).module.declarations.map(({ name, since, until }) => [
        name,
        `${formatVersion(since)}..${until === null ? "" : formatVersion(until)}`,
      ]),
    );

  it("without a word of their own are those of their uses", () => {
    expect(
      spans(`module m; version 1; version 2; version 3;
const N = 4; const M = N; const FREE = 1;
type T = u8; type Unused = u8;
state Outer { a @1 : Inner? since 2; }
state Inner { b @1 : T[..M] until 2; }
state Never { c @1 : Never2?; }
state Never2 { d @1 : Never?; }
state Record @2 { e @1 : u8; }
state S @1 { o @1 : Outer?; r @2 : Record? since 3; }`),
    ).toEqual({
      FREE: "1..",
      Inner: "2..",
      M: "2..2",
      N: "2..2",
      Never: "1..",
      Never2: "1..",
      Outer: "1..",
      Record: "1..",
      S: "1..",
      T: "2..2",
      Unused: "1..",
    });
  });

  it("of their own are kept, and those of what they contain begin and end with them", () => {
    const { module } = compileModule(`module m; version 1; version 2; version 3;
state A since 2 until 2 { x @1 : u8; y @2 : u8 = 0; }
state S @1 { a @1 : A? since 2 until 2; }`);
    const a = declared(module, "state", "A");
    expect([a, ...a.members].map(({ since, until }) => [since, until])).toEqual(
      Array.from({ length: 3 }, () => [versionOf("2"), versionOf("2")]),
    );
  });

  it("of what a check names are those of its members", () => {
    const text = `module m; version 1; version 2; enum Mode : u8 { idle = 0; busy = 1; } const N = 4;
state S @1 { a @1 : u8; mode @2 : Mode = idle since 2; check mode != Mode.busy || a > N : "?"; }`;
    expect(spans(text)).toMatchObject({ Mode: "2..", N: "2.." });
    expect(spans(text.replace("enum Mode : u8", "enum Mode : u8 since 2"))).toMatchObject({ Mode: "2.." });
  });

  it("end together where nothing else is left", () => {
    expect(
      spans(
        "module m; version 1; version 2; version 2.1; version 3; type T = u8; state S @1 { a @1 : T until 2.1; b @2 : T = 0 since 2 until 2; }",
      ),
    ).toMatchObject({ T: "1..2" });
  });
});
