import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { canonicalText } from "./canonical.ts";
import { compileModule, compileTexts, versionOf } from "../../test/compiled.ts";

function fingerprintOf(text: string, version = "1"): string {
  const found = compileModule(text).fingerprints.get(versionOf(version));
  if (found === undefined) throw new Error(`no version ${version}`);
  return found;
}

const base = `/// Sessions.
module linux.session;
version 1 "6.18";

/// The most files.
const MAX_FILES = 64;
/// What a session does.
open enum Mode : u8 { idle = 0; busy = 1; }
/// What holds of it.
open bits Flags : u16 { frozen = 0; level = 1..3 : Mode; }
/// How long.
type Deadline = u32 in 1..3600 unit "s";
/// A page.
struct Page { frame @1 : u64 unit "page"; count @2 : u32; }
/// What is handed over.
union Payload { file @1 : u64; page @2 : Page; nothing @3 : none; }
/// A session.
state Session @0x10 {
  number   @1 : u32 key;
  deadline @2 : Deadline = 60;
  mode     @3 : Mode;
  flags    @4 : Flags = frozen;
  pages    @5 : Page[..MAX_FILES];
  payload  @6 : Payload;
  other    @7 : u32 = 0 -> Session.number;
  token    @8 : u64 handle;
  names    @9 : string[..16][..4] sorted;
  limit    @10 : u32 = 0 in 0..100;
  note     @11 : string[..63] = "" ignorable;
  check limit <= 100 : "at most 100";
  check number != 0 || mode == idle : "0 is idle";
}
`;

/** An edit of the base; every `from` must be in it. */
function edited(...edits: readonly (readonly [from: string, to: string])[]): string {
  let text = base;
  for (const [from, to] of edits) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  return text;
}

/** Each thing that wire.md lets a fingerprint stand for, and an edit of it. */
const entering: readonly (readonly [what: string, text: string])[] = [
  ["the module's name", edited(["module linux.session", "module linux.sessions"])],
  ["a declaration's name", edited(["union Payload", "union Content"], [": Payload;", ": Content;"])],
  ["a member's name", edited(["deadline @2", "timeout @2"])],
  ["a member's id", edited(["token    @8", "token    @80"])],
  ["a record's id", edited(["@0x10", "@0x11"])],
  ["a state's `single`", edited(["@0x10 {", "@0x10 single {"])],
  ["a state's `ignorable`", edited(["@0x10 {", "@0x10 ignorable {"])],
  ["a member's type", edited(["token    @8 : u64", "token    @8 : u32"])],
  ["a bound of a string", edited(["string[..63]", "string[..62]"])],
  ["a bound of a list", edited(["[..4]", "[..5]"])],
  ["a lower bound of a list", edited(["[..4]", "[1..4]"])],
  ["an optional", edited(["token    @8 : u64", "token    @8 : u64?"])],
  ["a bound that is a constant", edited(["const MAX_FILES = 64", "const MAX_FILES = 65"])],
  ["a unit of a member", edited(['u64 unit "page"', 'u64 unit "byte"'])],
  ["a unit of a type", edited(['unit "s"', 'unit "ms"'])],
  ["a range of a member", edited(["in 0..100", "in 0..99"])],
  ["a range of a type", edited(["in 1..3600", "in 1..3601"])],
  ["a default", edited(["= 60", "= 61"])],
  ["whether there is a default", edited(["Deadline = 60", "Deadline"])],
  ["a default of bits", edited(["= frozen", "= 0"])],
  ["a check's expression", edited(["number != 0 ||", "number == 0 ||"])],
  ["a check's message", edited(['"0 is idle"', '"0 idles"'])],
  ["whether there is a check", edited(['  check limit <= 100 : "at most 100";\n', ""])],
  ["`ignorable`", edited([" ignorable;", ";"])],
  ["`key`", edited(["u32 key", "u32"], ["= 0 -> Session.number", "= 0"])],
  ["`->`", edited([" -> Session.number", ""])],
  ["`handle`", edited([" handle", ""])],
  ["`sorted`", edited([" sorted", ""])],
  ["an enum's value", edited(["busy = 1", "busy = 2"])],
  ["an enum value's name", edited(["busy = 1", "working = 1"])],
  ["whether an enum is open", edited(["open enum", "enum"])],
  ["an enum's base", edited(["Mode : u8", "Mode : u16"])],
  ["a bit's name", edited(["frozen = 0;", "still = 0;"], ["= frozen", "= still"])],
  ["a bit's place", edited(["frozen = 0;", "frozen = 4;"])],
  ["a range of bits", edited(["level = 1..3", "level = 1..2"])],
  ["the type of a range of bits", edited(["1..3 : Mode", "1..3"])],
  ["whether one bit is a range", edited(["frozen = 0;", "frozen = 0..0;"], [" = frozen", " = 1"])],
  ["whether bits are open", edited(["open bits", "bits"])],
  ["an alternative's id", edited(["nothing @3", "nothing @4"])],
  ["an alternative's name", edited(["nothing @3", "none_of_them @3"])],
  ["an alternative's type", edited(["nothing @3 : none", "nothing @3 : bool"])],
  [
    "the order of struct members",
    edited(['frame @1 : u64 unit "page"; count @2 : u32;', 'count @2 : u32; frame @1 : u64 unit "page";']),
  ],
];

/** Each thing that wire.md keeps out of it. */
const staying: readonly (readonly [what: string, text: string])[] = [
  ["docs", edited(["/// A session.", "/// A session of a live update."], ["/// Sessions.\n", ""])],
  ["comments", edited(["version 1", "// The first.\nversion 1"])],
  [
    "the order of declarations",
    edited(["/// The most files.\nconst MAX_FILES = 64;\n", ""]) + "/// The most files.\nconst MAX_FILES = 64;\n",
  ],
  [
    "the order of members",
    edited(["  token    @8 : u64 handle;\n", ""], ["  check limit", "  token    @8 : u64 handle;\n  check limit"]),
  ],
  ["the order of enum values", edited(["idle = 0; busy = 1;", "busy = 1; idle = 0;"])],
  ["the order of alternatives", edited(["file @1 : u64; page @2 : Page;", "page @2 : Page; file @1 : u64;"])],
  ["the order of bits", edited(["frozen = 0; level = 1..3 : Mode;", "level = 1..3 : Mode; frozen = 0;"])],
  [
    "the order of checks",
    edited(['  check limit <= 100 : "at most 100";\n', ""]).replace(
      /\}\n$/,
      '  check limit <= 100 : "at most 100";\n}\n',
    ),
  ],
  [
    "`deprecated`",
    edited(["u64 handle", 'u64 handle deprecated "use it no more"'], ["busy = 1", "busy = 1 deprecated"]),
  ],
  ["`hex`", edited(["u64 handle", "u64 hex handle"], ['unit "s"', 'unit "s" hex'])],
  ["version labels", edited(['version 1 "6.18"', "version 1"])],
  ["`reads` and `writes`", edited(['version 1 "6.18";', 'version 1 "6.18"; reads 1; writes 1..;'])],
  ["`reserved`", edited(["  note     @11", '  reserved @20..@24 "old";\n  note     @11'])],
  ["how a number is written", edited(["= 60", "= 0x3c"], ["@0x10", "@16"])],
  ["how a name is qualified", edited(["mode     @3 : Mode", "mode     @3 : session.Mode"])],
  ["a bound's name", edited(["Page[..MAX_FILES]", "Page[..64]"])],
];

describe("fingerprint", () => {
  it.each(entering)("changes with %s", (_, text) => {
    expect(fingerprintOf(text)).not.toBe(fingerprintOf(base));
  });

  it.each(staying)("stays the same whatever %s", (_, text) => {
    expect(fingerprintOf(text)).toBe(fingerprintOf(base));
  });

  it("changes with `from`", () => {
    const text = (from: string): string => `module m; version 1; version 2;
state S @1 { a @1 : u32 until 1; b @2 : u64 since 2 ${from}; }`;
    const fingerprints = ["from a", "from a * 2", ""].map((from) => fingerprintOf(text(from), "2"));
    expect(new Set(fingerprints).size).toBe(3);
  });

  it("names other modules' declarations, and does not contain them", () => {
    const user = (name: string): string => `module u; import a; import b; state S @1 { x @1 : ${name}; }`;
    const of = (name: string, a: string): string | undefined =>
      compileTexts(a, "module b; type T = u8;", user(name)).modules.get("u")?.fingerprints.get(versionOf("1"));
    expect(of("a.T", "module a; type T = u8;")).not.toBe(of("b.T", "module a; type T = u8;"));
    expect(of("a.T", "module a; type T = u8;")).toBe(of("a.T", "module a; type T = u16;"));
  });

  it("does not know imports that nothing uses", () => {
    const of = (text: string): string | undefined =>
      compileTexts("module a; type T = u8;", text).modules.get("u")?.fingerprints.get(versionOf("1"));
    expect(of("module u; import a; state S @1 { x @1 : u8; }")).toBe(of("module u; state S @1 { x @1 : u8; }"));
  });

  it("takes a later struct member without a default for one that defaults to 0", () => {
    const text = (value: string): string =>
      `module m; version 1; version 2; struct S { a @1 : u32; b @2 : u32 ${value} since 2; }`;
    expect(fingerprintOf(text(""), "2")).toBe(fingerprintOf(text("= 0"), "2"));
    expect(fingerprintOf(text(""), "2")).not.toBe(fingerprintOf(text("= 1"), "2"));
  });

  it("of a version is what it was when the file ended there", () => {
    const at2 = `module m;
version 1; version 2;
const N = 4;
enum Mode : u8 { idle = 0; busy = 1 since 2; }
struct Row { a @1 : u64; b @2 : u32 since 2; }
state Inner { x @1 : u8; gone @2 : u8 until 1; }
state Later { x @1 : u8; }
union U { a @1 : u8; b @2 : Inner since 2; }
state S @1 {
  a @1 : u32 until 1;
  b @2 : u64 since 2 from a * 2;
  inner @3 : Inner?;
  rows @4 : Row[..N];
  mode @5 : Mode = idle;
  u @6 : U;
  later @7 : Later? since 2;
  check len(rows) <= N : "few";
}`;
    const at3 = `module m;
version 1; version 2; version 2.1; version 3;
reads 2..;
const N = 4;
const M = 5;
enum Mode : u8 { idle = 0; busy = 1 since 2; done = 2 since 3; }
struct Row { a @1 : u64; b @2 : u32 since 2; c @3 : u32 since 3; }
state Inner { x @1 : u8; gone @2 : u8 until 1; more @3 : u8 = 0 since 3; }
state Later { x @1 : u8; y @2 : New? since 3; }
state New { z @1 : string[..M]; }
union U { a @1 : u8 until 2; b @2 : Inner since 2; c @3 : none since 3; }
state Record @2 since 3 { x @1 : u8; }
state S @1 {
  a @1 : u32 until 1;
  b @2 : u64 since 2 from a * 2;
  inner @3 : Inner? until 2;
  rows @4 : Row[..N];
  mode @5 : Mode = idle;
  u @6 : U;
  later @7 : Later? since 2;
  label @8 : string[..8] = "" since 2.1;
  total @9 : u64 since 3 from b + len(rows);
  reserved @20;
  check len(rows) <= N : "few";
  check total > 0 : "some";
}`;
    for (const version of ["1", "2"]) expect(fingerprintOf(at3, version)).toBe(fingerprintOf(at2, version));
    const all = ["1", "2", "2.1", "3"].map((version) => fingerprintOf(at3, version));
    expect(new Set(all).size).toBe(4);
  });

  // What an expression names counts from the version on whose view has the expression.
  const live = "enum Live : u8 { dead = 0; live = 1; }";
  const k = "const K = 8;";
  it.each([
    [
      "an enum",
      "a @1 : bool",
      "until 1 from b == Live.live",
      "b @2 : Live since 2 from a ? Live.live : Live.dead;",
      live,
    ],
    ["an enum of no member", "a @1 : bool", "until 1 from b == Live.live", "b @2 : u8 since 2 from a ? 1 : 0;", live],
    ["a constant", "a @1 : u32", "until 1 from b * K", "b @2 : u32 since 2 from a / K;", k],
    ["bits", "a @1 : u8", "until 1 from b & B.p", "b @2 : u8 since 2 from a;", "bits B : u8 { p = 3; }"],
    ["a `from` that is asked for later", "a @1 : u32", "until 2 from b * K", "b @2 : u32 since 3 from a / 8;", k],
  ])("does not know what only a later version computes with: %s", (_, first, change, then, named) => {
    const states = (members: string): string =>
      `state S @1 { ${members} } state T { ${members} } state U @3 { t @1 : T; }`;
    const at1 = `module m; version 1; ${states(`${first};`)}`;
    const at3 = `module m; version 1; version 2; version 3; ${states(`${first} ${change}; ${then}`)} ${named}`;
    expect(fingerprintOf(at3, "1")).toBe(fingerprintOf(at1, "1"));
  });

  it("does not know what a later member's end is computed with", () => {
    const text = (members: string): string =>
      `module m; version 1; version 2; version 3; reads 2..; writes 2..; state S @1 { ${members} }`;
    const at3 = text("z @9 : u8; b @2 : u32 since 2 until 2 from c * K; c @3 : u32 since 3 from b / K;");
    const at2 = text("z @9 : u8; b @2 : u32 since 2;");
    for (const version of ["1", "2"])
      expect(fingerprintOf(`${at3} const K = 8;`, version)).toBe(fingerprintOf(at2, version));
  });

  it("knows what a member of its own is computed with", () => {
    const text = (named: string): string =>
      `module m; version 1; version 2; state S @1 { a @1 : u32; b @2 : u32 since 2 from a * ${named}; } const K = 8;`;
    expect(fingerprintOf(text("K"), "1")).not.toBe(fingerprintOf(text("8"), "1"));
    expect(fingerprintOf(text("K"), "2")).toBe(fingerprintOf(text("8"), "2"));
  });

  it("is SHA-256 of a text that holds no more than the contract", () => {
    const { views } = compileModule(
      'module m; version 1 "6.18"; /// A state.\nstate S @1 { a @1 : u8 hex = 3; b @2 : bool? deprecated; }',
    );
    const [view] = views.values();
    expect(view === undefined ? "" : canonicalText(view)).toBe(
      '{"module":"m","declarations":[{"kind":"state","name":"S","id":1,"members":[' +
        '{"id":1,"name":"a","type":"u8","default":{"int":"3"}},{"id":2,"name":"b","type":{"optional":"bool"}}]}]}',
    );
    const empty = createHash("sha256").update('{"module":"m","declarations":[]}').digest("hex");
    expect(fingerprintOf("module m;")).toBe(empty);
  });
});
