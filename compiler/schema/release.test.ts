import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compile, judgedByReleases, withReleases, type Compiled, type Releases } from "../compile.ts";
import { oneLine } from "../report.ts";
import { canonicalText } from "./canonical.ts";
import type { Version } from "./ir.ts";
import moduleSchema from "./module.schema.json" with { type: "json" };
import { readUnchanged, releaseReader, type Release } from "./release.ts";
import releaseSchema from "./release.schema.json" with { type: "json" };
import { ReleasePlaces, releaseText } from "./release-text.ts";
import { parseVersion } from "./version.ts";

const schemas = join(import.meta.dirname, "../../schemas/linux");
const linux = readdirSync(schemas)
  .filter((file) => file.endsWith(".baton"))
  .map((file) => ({ path: file, text: readFileSync(join(schemas, file), "utf8") }));

const everything = `module demo.everything;
  version 1 "6.18"; version 2; version 2.1;
  reads 1..; writes 2..;
  const MOST = 0xffff_ffff_ffff_ffff;
  type Name = string[..16];
  type Address = i64 in -5..5 unit "byte" hex;
  enum E : i8 { minus = -128; gone = 1 until 1; reserved 5..7 "old"; }
  open bits B : u64 { one = 0; range = 4..6 : Level; }
  type Level = u8 in 0..3;
  struct S { a @1 : u8 key; b @2 : cstring[4][2] since 2; c @3 : u16 = 1 since 2.1 ignorable; check a != 3 : "three"; }
  union U { n @1 : none; s @2 : S[..3]; e @3 : E since 2 deprecated "why"; }
  state Key @0x8 { id @1 : u32 key; }
  state T @0x7 ignorable single {
    a @1 : u64 = 0xffff_ffff_ffff_ffff handle; b @2 : B = one; c @3 : Name = "12"; d @4 : bytes[..4] = "00ff"; e @5 : U[]?;
    f @6 : u16 from a > 1 ? 2 : 1 since 2; g @7 : u32 -> Key.id = 0; h @8 : S[] sorted = []; i @9 : bool = true until 1;
    check all(h, a / 2 < 9 || !has(e)) && len(c) >= 0 : "all"; reserved @20..@24;
  }`;

function compiled(...texts: readonly string[]): Compiled {
  return compile(texts.map((text, i) => ({ path: `${i}.baton`, text })));
}

function textOf(build: Compiled, module: string, version: Version): string {
  const known = build.modules.get(module);
  const view = known?.views.get(version);
  if (known === undefined || view === undefined) throw new Error(`no ${module}`);
  const imports = new Map(view.imports.map((name) => [name, build.modules.get(name)?.module.version ?? 0]));
  return releaseText(view, known.fingerprints.get(version) ?? "", imports);
}

/** What `baton release` would have frozen of a text. */
async function released(text: string, module: string, version: string): Promise<Release> {
  const number = parseVersion(version) ?? 0;
  const read = (await releaseReader())(textOf(compiled(text), module, number), { module, version: number });
  if (!read.ok) throw new Error(read.mistake.found);
  return read.release;
}

describe("a release file", () => {
  const build = compile([...linux, { path: "everything.baton", text: everything }]);
  const views = [...build.modules.values()].flatMap(({ module, views: all, fingerprints }) =>
    [...all].map(([version, view]) => ({
      name: module.name,
      version,
      view,
      fingerprint: fingerprints.get(version) ?? "",
    })),
  );

  test("says what the view says, also when it was laid out again", async () => {
    expect(views.length).toBeGreaterThan(6);
    const read = await releaseReader();
    for (const { name, version, view, fingerprint } of views) {
      const text = textOf(build, name, version);
      const again = JSON.stringify(JSON.parse(text), null, "\t");
      for (const each of [text, again]) {
        const result = read(each, { module: name, version });
        if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result.mistake)}`);
        expect(result.release.fingerprint).toBe(fingerprint);
        expect(canonicalText(result.release.module)).toBe(canonicalText(view));
        expect(result.release.module).toMatchObject({
          reads: view.reads,
          writes: view.writes,
          versions: view.versions,
        });
        expect([...result.release.imports.keys()]).toEqual(view.imports);
      }
    }
  });

  test("whose declarations are those of the text is not parsed, and shares them", () => {
    for (const { name, version, view, fingerprint } of views) {
      const text = textOf(build, name, version);
      const release = readUnchanged(text, view, fingerprint);
      expect(release?.module.declarations, `${name} ${version}`).toBe(view.declarations);
      expect(readUnchanged(text.replace('"format": 1', '"format": 2'), view, fingerprint)).toBeNull();
      expect(readUnchanged(text.replace('"name": ', '"nom": '), view, fingerprint)).toBeNull();
    }
  });

  test("does not change when a later version retires a member or adds one", () => {
    const before = "module m; version 1; state S @0x1 { a @1 : u32 = 0; b @2 : u8; }";
    const after = `module m; version 1; version 2;
      state S @0x1 { a @1 : u32 = 0 until 1 deprecated "b"; b @2 : u8; c @3 : u16 = 1 since 2; }`;
    const text = textOf(compiled(before), "m", 0x10000);
    const view = compiled(after).modules.get("m")?.views.get(0x10000);
    expect(
      view && readUnchanged(text, view, compiled(before).modules.get("m")?.fingerprints.get(0x10000) ?? ""),
    ).toMatchObject({ module: { version: 0x10000 } });
  });

  test("is laid out for review: a line for each member", () => {
    const text = `/// Ports.
      module linux.port; version 1 "6.18"; version 2.1; import linux.clock;
      state Port @0x10 { line @1 : u16 key; baud @2 : u32 = 9600 unit "baud"; now @3 : Clock; }`.replace(
      "version 2.1",
      "version 1.1",
    );
    const build2 = compiled(text, "module linux.clock; version 4; state Clock { now @1 : u64; }");
    expect(build2.diagnostics.filter(({ severity }) => severity === "error").map(oneLine)).toEqual([]);
    expect(textOf(build2, "linux.port", 0x10001).replace(/[0-9a-f]{64}/, "…")).toMatchInlineSnapshot(`
      "{
        "format": 1,
        "module": "linux.port",
        "version": "1.1",
        "fingerprint": "…",
        "imports": { "linux.clock": 4 },
        "versions": [{ "version": 1, "label": "6.18" }, { "version": "1.1" }],
        "reads": [1, "1.1"],
        "writes": [1, "1.1"],
        "declarations": [
          {
            "kind": "state",
            "name": "Port",
            "id": 16,
            "single": false,
            "since": 1,
            "members": [
              { "name": "line", "id": 1, "type": { "kind": "int", "width": 16, "signed": false }, "since": 1, "key": true },
              { "name": "baud", "id": 2, "type": { "kind": "int", "width": 32, "signed": false }, "default": { "kind": "int", "value": "9600" }, "unit": "baud", "since": 1 },
              { "name": "now", "id": 3, "type": { "kind": "named", "module": "linux.clock", "name": "Clock" }, "since": 1 }
            ]
          }
        ]
      }
      "
    `);
  });

  test("says where everything stands", () => {
    const text = textOf(build, "demo.everything", 0x20001);
    const lines = text.split("\n");
    const at = (key: string): string | undefined => {
      const place = new ReleasePlaces(text).of(key);
      return place === null ? undefined : lines[place.line - 1]?.slice(place.column - 1);
    };
    for (const key of ["T.a", "S.b", "E.minus", "B.range", "U.s", "Key.id"]) {
      const [, name = ""] = key.split(".");
      expect(at(key)?.replace(/^\{ /, ""), key).toMatch(`"name": "${name}"`);
    }
    expect(at("T")).toBe('"name": "T",');
    expect(at("T.gone")).toBeUndefined();
  });

  test.each([
    ["{", "expected JSON, found something else at "],
    ["[]", "expected the file as a release has it, found must be object at "],
    ["{}", "expected the key `format`, found none at "],
    [{ version: 3 }, "expected version 1, found 3 at /version"],
    [{ module: "other" }, "expected module `m`, found `other` at /module"],
    [{ extra: 1 }, "expected no other key, found `extra` at "],
    [
      { version: "1.0" },
      'expected `version` as a release has it, found must match pattern "^[1-9][0-9]{0,4}\\.[1-9][0-9]{0,4}$" at /version',
    ],
    [
      { declarations: [] },
      /^expected fingerprint [0-9a-f]{16}… of its declarations, found [0-9a-f]{16}… at \/fingerprint$/,
    ],
  ])("that is not one says why: %j", async (change, expected) => {
    const sound: object = JSON.parse(textOf(compiled("module m; state S @0x1 { a @1 : u32; }"), "m", 0x10000));
    const text = typeof change === "string" ? change : JSON.stringify({ ...sound, ...change });
    const read = (await releaseReader())(text, { module: "m", version: 0x10000 });
    const told = read.ok
      ? ""
      : `expected ${read.mistake.expected}, found ${read.mistake.found} at ${read.mistake.pointer}`;
    if (typeof expected === "string") expect(told).toBe(expected);
    else expect(told).toMatch(expected);
  });

  test("its JSON Schema is that of modules, with versions as people write them", () => {
    const converted = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(converted);
      if (typeof value !== "object" || value === null) return value;
      if (JSON.stringify(value) === '{"type":"integer","minimum":1,"maximum":4294967295}')
        return { $ref: "#/$defs/version" };
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, converted(each)]));
    };
    const { version, ...definitions } = releaseSchema.$defs;
    expect(version.type).toEqual(["integer", "string"]);
    expect(definitions).toEqual(converted(moduleSchema.$defs));
    const { versions, reads, writes, declarations } = releaseSchema.properties;
    expect({ versions, reads, writes, declarations }).toEqual(
      Object.fromEntries(
        Object.entries({
          versions: moduleSchema.properties.versions,
          reads: moduleSchema.properties.reads,
          writes: moduleSchema.properties.writes,
          declarations: moduleSchema.properties.declarations,
        }).map(([key, each]) => [key, converted(each)]),
      ),
    );
  });
});

describe("a schema with releases", () => {
  const first = "module m; version 1; state S @0x1 { a @1 : u32; b @2 : u8 = 0; }";

  test("takes released versions from them, and is no draft once its working version is released", async () => {
    const releases = new Map([["m", new Map([[0x10000, await released(first, "m", "1")]])]]);
    const same = withReleases(compiled(first), releases).modules.get("m");
    expect(same?.draft).toBe(false);
    // A wider type is a change from the release, which stays what it was.
    const wider = "module m; version 1; version 2; state S @0x1 { a @1 : u64; b @2 : u8 = 0; }";
    const build = withReleases(compiled(wider), releases);
    expect(build.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const module = build.modules.get("m");
    expect(module?.draft).toBe(true);
    expect(module?.fingerprints.get(0x10000)).toBe(same?.fingerprints.get(0x10000));
    expect(module?.views.get(0x10000)?.declarations[0]).toMatchObject({
      members: [{ type: { width: 32 } }, { id: 2 }],
    });
  });

  test.each([
    [
      "the released version was edited",
      "module m; version 1; state S @0x1 { a @1 : u32; b @2 : u16 = 0; }",
      "0.baton:1:49: error[B3201]: version 1 of `m` is released: `S.b` is not as it was released",
    ],
    [
      "a declaration was added to the released version",
      "module m; version 1; state S @0x1 { a @1 : u32; b @2 : u8 = 0; } state T @0x2 { a @1 : u8; }",
      "0.baton:1:72: error[B3201]: version 1 of `m` is released: `T` is not in that release",
    ],
    [
      "its line is gone",
      "module m; version 2; state S @0x1 { a @1 : u32; b @2 : u8 = 0; }",
      "0.baton:1:8: error[B3202]: `m` was released as version 1, and the schema has no such version",
    ],
    [
      "a member was deleted",
      "module m; version 1; version 2; state S @0x1 { a @1 : u32; }",
      "0.baton:1:39: error[B3203]: version 1 was released with `S.b` @2, which the schema does not have at that version = write `b @2 : … until 1;`",
    ],
    [
      "a member was retired too early",
      "module m; version 1; version 2; state S @0x1 { a @1 : u32; b @2 : u8 = 0 since 2; }",
      "0.baton:1:60: error[B3203]: version 1 was released with `S.b` @2, which the schema does not have at that version = write `since 1`",
    ],
    [
      "a new member has no since",
      "module m; version 1; version 2; state S @0x1 { a @1 : u32; b @2 : u8 = 0; c @3 : u8 = 0; }",
      "0.baton:1:75: error[B3203]: version 1 was released without `S.c` @3, which the schema has at that version = write `since 2`",
    ],
    [
      "a record was deleted",
      "module m; version 1; version 2;",
      "0.baton:1:8: error[B3203]: version 1 was released with record `S` @0x1, which the schema does not have at that version = write `state S @0x1 until 1;`",
    ],
  ])("%s", async (_, text, expected) => {
    const releases = new Map([["m", new Map([[0x10000, await released(first, "m", "1")]])]]);
    const { diagnostics, ok, modules } = withReleases(compiled(text), releases);
    const told = diagnostics.filter(({ severity }) => severity === "error");
    expect([ok, modules.size]).toEqual([false, 0]);
    const help = (one: (typeof told)[number]): string => (expected.includes(" = ") ? ` = ${one.help ?? ""}` : "");
    expect(told.map((one) => `${oneLine(one)}${help(one)}`)).toEqual([expected]);
    // For who judges, the module is there all the same.
    expect(judgedByReleases(compiled(text), releases).get("m")?.found).toHaveLength(1);
  });

  test("a member of a struct comes back as it was: it has no end", async () => {
    const text = (members: string, more = ""): string =>
      `module m; version 1; ${more} struct R { ${members} } state S @0x1 { r @1 : R[]; }`;
    const old = await released(text("x @1 : u8; y @2 : u8;"), "m", "1");
    const { diagnostics } = withReleases(
      compiled(text("x @1 : u8;", "version 2;")),
      new Map([["m", new Map([[0x10000, old]])]]),
    );
    expect(diagnostics.map(({ code, help }) => [code, help])).toContainEqual(["B3203", "write `y @2 : …;`"]);
  });

  test("need not agree about versions that nobody reads or writes any more", async () => {
    const releases = new Map([["m", new Map([[0x10000, await released(first, "m", "1")]])]]);
    const text = "module m; version 1; version 2; reads 2..; writes 2..; state S @0x1 { a @1 : u32; reserved @2; }";
    expect(withReleases(compiled(text), releases).ok).toBe(true);
  });

  describe("that nobody reads or writes any more", () => {
    const told = async (texts: readonly string[], now: string): Promise<readonly string[]> => {
      const read = await Promise.all(
        texts.map(async (text, i) => {
          const version = (i + 1) * 0x10000;
          return [version, await released(`module m; ${linesTo(i + 1)} ${text}`, "m", String(i + 1))] as const;
        }),
      );
      const text = `module m; ${linesTo(texts.length + 1)} reads ${texts.length}..; writes ${texts.length}..; ${now}`;
      return withReleases(compiled(text), new Map([["m", new Map(read)]]))
        .diagnostics.filter(({ severity }) => severity === "error")
        .map(({ code, message }) => `${code} ${message}`);
    };
    const linesTo = (last: number): string => Array.from({ length: last }, (_, i) => `version ${i + 1};`).join(" ");
    const [both, one] = ["state S @0x1 { a @1 : u32; b @2 : u8 = 0; }", "state S @0x1 { a @1 : u32; }"];

    test.each([
      [
        "a member",
        [both, "state S @0x1 { a @1 : u32; b @2 : u8 = 0 until 1; }"],
        "state S @0x1 { a @1 : u32; z @2 : u32 = 0 since 3; }",
        "B3204 `S.z` takes @2, which version 1 was released with as `S.b`",
      ],
      [
        "a member under the name that it had",
        [both, one.replace(";", "; reserved @2;")],
        "state S @0x1 { a @1 : u32; b @2 : u8 = 0 since 3; }",
        "B3204 `S.b` takes @2, which version 1 was released with as `S.b`",
      ],
      [
        "a record",
        [`${both} state R @0x2 { a @1 : u8; }`, `${both} state R @0x2 until 1 { a @1 : u8; }`],
        `${both} state Q @0x2 since 3 { x @1 : bool; }`,
        "B3204 record `Q` takes @0x2, which version 1 was released with as `R`",
      ],
      [
        "an alternative",
        [
          "state S @0x1 { u @1 : U; } union U { a @1 : u8; b @2 : u16; }",
          "state S @0x1 { u @1 : U; } union U { a @1 : u8; b @2 : u16 until 1; }",
        ],
        "state S @0x1 { u @1 : U; } union U { a @1 : u8; c @2 : bool since 3; }",
        "B3204 `U.c` takes @2, which version 1 was released with as `U.b`",
      ],
    ])("keeps the id of %s for itself", async (_, texts, now, expected) => {
      expect(await told(texts, now)).toEqual([expected]);
    });

    test("keeps ids for itself where the last release had them, too", async () => {
      const text =
        "module m; version 1; version 2; reads 2..; writes 2..; state S @0x1 { a @1 : u32; z @2 : u8 = 0 since 2; }";
      const releases = new Map([["m", new Map([[0x10000, await released(first, "m", "1")]])]]);
      expect(withReleases(compiled(text), releases).diagnostics.map(({ code }) => code)).toContain("B3204");
    });

    test.each([
      ["goes on under another name", [both, both], both.replace("b @2", "z @2")],
      ["has another id", [both, one], "state S @0x1 { a @1 : u32; b @3 : u8 = 0 since 3; }"],
      ["stays gone", [both, one], one],
      [
        "is in a type that came later under the name of one that is gone",
        ["state S @0x1 { a @1 : u32; t @2 : T?; } state T { a @1 : u32; }", "state S @0x1 { a @1 : u32; }"],
        "state S @0x1 { a @1 : u32; t @3 : T? since 3; } state T { x @1 : u8; }",
      ],
    ])("says nothing of what %s", async (_, texts, now) => {
      expect(await told(texts, now)).toEqual([]);
    });
  });

  describe("that has backports of which a later release did not know", () => {
    const lines = (...more: readonly string[]): string =>
      `module m; ${["1", "2", ...more].map((one) => `version ${one}; `).join("")}`;
    const stable = `${lines("2.1")} state S @0x1 { a @1 : u32; d @4 : u8 = 0 since 2.1; }`;
    const main = `${lines("3")} state S @0x1 { a @1 : u32; }`;
    const aware = `${lines("2.1", "3")} state S @0x1 { a @1 : u32; d @4 : u8 = 0 since 2.1 until 2; }`;
    const versions = { 1: 0x10000, 2: 0x20000, 2.1: 0x20001, 3: 0x30000 } as const;
    const releasesOf = async (third: string): Promise<Releases> => {
      const read = [
        [versions[1], await released(main, "m", "1")],
        [versions[2], await released(main, "m", "2")],
        [versions[2.1], await released(stable, "m", "2.1")],
        [versions[3], await released(third, "m", "3")],
      ] as const;
      return new Map([["m", new Map(read)]]);
    };
    const told = async (text: string, third = main): Promise<readonly string[]> =>
      withReleases(compiled(text), await releasesOf(third))
        .diagnostics.filter(({ severity }) => severity === "error")
        .map(({ code, message, help }) => `${code} ${message}: ${help}`);
    const whole = lines("2.1", "3", "4");

    test("goes on with them as they say, in the next version", async () => {
      expect(await told(`${whole} state S @0x1 { a @1 : u32; d @4 : u8 = 0 since 2.1; }`)).toEqual([]);
      expect(await told(`${whole} state S @0x1 { a @1 : u32; d @4 : u8 = 0 since 2.1 until 2; }`)).toEqual([]);
      expect(await told(`${lines("2.1", "3")} state S @0x1 { a @1 : u32; d @4 : u8 = 0 since 2.1 until 2; }`)).toEqual(
        [],
      );
    });

    test.each([
      [
        "",
        "version 2.1 was released with `S.d` @4, which the schema does not have at that version",
        "`d @4 : … since 2.1;`",
      ],
      [
        "d @4 : u8 = 0 since 4;",
        "version 2.1 was released with `S.d` @4, which the schema does not have at that version",
        "`since 2.1`",
      ],
      [
        "d @4 : u8 = 0;",
        "version 3 was released without `S.d` @4, which the schema has at that version",
        "`since 2.1`",
      ],
    ])("is told to: %s", async (member, message, write) => {
      expect(await told(`${whole} state S @0x1 { a @1 : u32; ${member} }`)).toEqual([
        `B3203 ${message}: write ${write}`,
      ]);
    });

    test("is told to add the next version", async () => {
      expect(await told(`${lines("2.1", "3")} state S @0x1 { a @1 : u32; d @4 : u8 = 0 since 2.1; }`)).toEqual([
        'B3201 version 3 of `m` is released: `S.d` @4 is not in that release: version 3 was released before 2.1: add `version 4 "…";`, which has it as `since 2.1` says, or end it with the backports: `since 2.1 until 2`',
      ]);
      expect(await told(`${lines("3", "4")} state S @0x1 { a @1 : u32; }`)).toEqual([
        'B3202 `m` was released as version 2.1, and the schema has no such version: add `version 2.1 "…";` at its place: lifetimes in the schema are counted in versions',
      ]);
    });

    test("takes nothing back that a release has taken away", async () => {
      const missing = "version 3 was released without `S.d` @4, which the schema has at that version";
      expect(await told(`${whole} state S @0x1 { a @1 : u32; d @4 : u8 = 0 since 2.1; }`, aware)).toEqual([
        `B3203 ${missing}: write \`until 2\``,
      ]);
      expect(await told(`${whole} state S @0x1 { a @1 : u32; d @4 : u8 = 0 since 2.1 until 2; }`, aware)).toEqual([]);
      expect(await told(`${whole} state S @0x1 { a @1 : u32; }`, aware)).toEqual([
        "B3203 version 2.1 was released with `S.d` @4, which the schema does not have at that version: write `d @4 : … since 2.1 until 2;`",
      ]);
    });
  });
});
