import { describe, expect, test } from "vitest";
import { parse } from "./parse.ts";
import { SchemaGrammar } from "./grammar.ts";
import type { Item } from "./ast.ts";
import { cpuTime } from "../../test/cpu-time.ts";

function read(text: string) {
  return parse({ path: "linux/test.baton", text });
}

/** Messages with the text they underline, which is what a person sees. */
function mistakes(text: string): string[] {
  return read(text).diagnostics.map(({ code, message, span }) => {
    return `${code} ${message} [${span === null ? "" : text.slice(span.start, span.end)}]`;
  });
}

function only<K extends Item["kind"]>(kind: K, text: string): Item & { kind: K } {
  const { file, diagnostics } = read(text);
  expect(diagnostics).toEqual([]);
  const [item] = file.items;
  // The caller names the kind that its text declares.
  expect(item?.kind).toBe(kind);
  return item as Item & { kind: K };
}

describe("numbers, ranges and versions", () => {
  test.each([
    ["1..3", "1", "3"],
    ["0..0xf_ffff_ffff_ffff", "0", "0xf_ffff_ffff_ffff"],
    ["-5..-1", "-5", "-1"],
    ["..7", undefined, "7"],
    ["7..", "7", undefined],
    ["MIN..linux.pci.MAX", "MIN", "linux.pci.MAX"],
  ])("in %s", (range, min, max) => {
    const { attributes } = only("type", `type T = u64 in ${range} hex;`);
    expect(attributes.map(({ kind }) => kind)).toEqual(["in", "hex"]);
    const [first] = attributes;
    const ends = first?.kind === "in" ? [first.range.min, first.range.max] : [];
    const written = ends.map((end) =>
      end === null || end === undefined
        ? undefined
        : end.kind === "int"
          ? end.int.text
          : end.name.parts.map((part) => part.text).join("."),
    );
    expect(written).toEqual([min, max]);
  });

  test("a version with a dot beside a range", () => {
    const { ranges } = only("reads", "reads 2.1..3, 2.10, 4.., ..1;");
    expect(ranges.map(({ min, max, single }) => [min?.text, max?.text, single])).toEqual([
      ["2.1", "3", false],
      ["2.10", "2.10", true],
      ["4", undefined, false],
      [undefined, "1", false],
    ]);
    expect(ranges[1]?.min).toMatchObject({ major: 2, backport: 10 });
  });

  test.each(["0x", "1__2", "12ab", "010", "0b2", "1_", "0xg", "0X1", "0b", "0x_1", "00"])("%s is no number", (text) => {
    const found = read(`const A = ${text};`).diagnostics;
    expect(found.map(({ code }) => code)).toEqual(["B1006"]);
    expect(found[0]?.message).toMatch(/is no number: /);
  });

  test.each(["0x2", "2.1.3", "2.01", "1_0"])("%s is no version", (text) => {
    expect(read(`version ${text};`).diagnostics.map(({ code }) => code)).toEqual(["B1010"]);
  });

  test("an integer beyond any type is one mistake and no long calculation", () => {
    const start = cpuTime();
    expect(mistakes(`const A = ${"9".repeat(1_000_000)};`)).toHaveLength(1);
    expect(cpuTime() - start).toBeLessThan(2000);
  });
});

describe("members", () => {
  test("keywords and type names are names", () => {
    const names = ["state", "reserved", "check", "since", "u8", "from", "true", "is", "in", "version", "bytes", "open"];
    const body = names.map((name, i) => `${name} @${i + 1} : u32 since 2;`).join(" ");
    const { members, reserved, checks } = only("state", `state S { ${body} }`);
    expect(members.map(({ name }) => name.text)).toEqual(names);
    expect([reserved, checks]).toEqual([[], []]);
  });

  test("keywords are segments of module names", () => {
    expect(only("module", "module linux.state.type;").name.parts).toHaveLength(3);
  });

  test("`reserved` and `check` as lines and as members without an id", () => {
    const { members, reserved, checks } = only(
      "state",
      `state S { reserved : u8; check : u8; reserved @5, @7..@9 "old", "gone"; check reserved > 1 : "m" since 2; }`,
    );
    expect(members.map(({ name, id }) => [name.text, id])).toEqual([
      ["reserved", null],
      ["check", null],
    ]);
    expect(reserved[0]?.ranges.map(({ min, max, name }) => [min?.value, max?.value, name?.value])).toEqual([
      [5n, undefined, undefined],
      [7n, 9n, "old"],
      [undefined, undefined, "gone"],
    ]);
    expect(checks[0]).toMatchObject({ message: { value: "m" }, attributes: [{ kind: "since" }] });
  });

  test.each([
    ["u32[6]", "list"],
    ["linux.iommu.Iova[]", "list"],
    ["bytes[16]", "blob"],
    ["bytes[16][..4]", "list"],
    ["string", "blob"],
    ["AtsState?", "optional"],
    ["bytes[..A.B]?", "optional"],
  ])("the type %s is a %s", (type, kind) => {
    expect(only("type", `type T = ${type};`).type.kind).toBe(kind);
  });

  test("every attribute, in the order written", () => {
    const { members } = only(
      "state",
      `state S @0x10 ignorable single since 2 {
        a @1 : T = io | mem in ..5 unit "ns" hex key sorted -> State.id handle ignorable deprecated "why" deprecated since 1 until 2.1 from b + 1;
      }`,
    );
    expect(members[0]?.attributes.map(({ kind }) => kind).join(" ")).toBe(
      "default in unit hex key sorted reference handle ignorable deprecated deprecated since until from",
    );
  });

  test.each([
    ["5", "int"],
    ["-5", "int"],
    ["true", "bool"],
    ['"ab"', "string"],
    ["io", "names"],
    ["io | true", "names"],
    ["[]", "empty"],
  ])("the default %s is %s", (text, kind) => {
    const [attribute] = only("struct", `struct S { a @1 : T = ${text}; }`).members[0]?.attributes ?? [];
    expect(attribute?.kind === "default" && attribute.value.kind).toBe(kind);
  });

  test("the span of an id covers its @", () => {
    const text = "state S @0x10 { a @3 : u8; }";
    const { id, members } = only("state", text);
    expect([id, members[0]?.id].map((each) => each && text.slice(each.span.start, each.span.end))).toEqual([
      "@0x10",
      "@3",
    ]);
  });
});

describe("expressions", () => {
  /** The shape of a tree with every operation in parentheses. */
  function shape(text: string): string {
    const { checks } = only("state", `state S { check ${text} : "m"; }`);
    const expression = checks[0]?.expression;
    type Node = NonNullable<typeof expression>;
    const show = (node: Node): string => {
      switch (node.kind) {
        case "int":
          return node.int.text;
        case "bool":
          return String(node.value);
        case "string":
          return node.string.text;
        case "name":
          return node.name.text;
        case "select":
          return `${show(node.object)}.${node.name.text}`;
        case "call":
          return `${node.function.text}(${node.arguments.map(show).join(", ")})`;
        case "is":
          return `(${show(node.object)} is ${node.alternative.text})`;
        case "unary":
          return `(${node.operator}${show(node.operand)})`;
        case "binary":
          return `(${show(node.left)} ${node.operator} ${show(node.right)})`;
        case "conditional":
          return `(${show(node.condition)} ? ${show(node.then)} : ${show(node.else)})`;
        case "parenthesis":
          return `[${show(node.inner)}]`;
      }
    };
    return expression === undefined ? "" : show(expression);
  }

  test.each([
    ["a + b * c - d", "((a + (b * c)) - d)"],
    ["a || b && c == d | e ^ f & g << h + i * j", "(a || (b && (c == (d | (e ^ (f & (g << (h + (i * j)))))))))"],
    ["a is b && !c", "((a is b) && (!c))"],
    ["-a.b.c * ~d", "((-a.b.c) * (~d))"],
    ["a ? b : c ? d : e", "(a ? b : (c ? d : e))"],
    ["any(list, x > len(y)) || all(z, true)", "(any(list, (x > len(y))) || all(z, true))"],
    ["(a + b) * has(c)", "([(a + b)] * has(c))"],
    ["since - until", "(since - until)"],
    ["- -5", "(-(-5))"],
  ])("%s", (text, tree) => expect(shape(text)).toBe(tree));
});

describe("doc comments", () => {
  test("belong to what follows them", () => {
    const { file } = read(`// SPDX
/// A file.
module a; /// not for b
///   two lines
/// of it
/* note */
state S {
  /// first
  a @1 : u8; /// trailing
  //// a rule
  b @2 : u8;
  /// lost

  /// found

  c @3 : u8;
}`);
    expect(file.items.map(({ doc }) => doc)).toEqual(["A file.", "  two lines\nof it"]);
    const state = file.items[1];
    expect(state?.kind === "state" && state.members.map(({ doc }) => doc)).toEqual(["first", "", "found"]);
    expect(file.comments.map(({ kind }) => kind).join(" ")).toBe("line doc doc doc doc block doc doc line doc doc");
  });
});

describe("recovery", () => {
  test("reports each mistake once and keeps what it can", () => {
    const text = `module linux.x;
recrod Timer @0x10 { expires @1 : u64; }
state A @5 {
  a @1 : u32 sinc 2;
  b @2 : u32
  c @3 : u32;
  d @4 u32;
  e @5 : ;
};
state B {
  a @1 : u32;
  enum Inner : u8 { x = 1; }

state C { x @1 : u32; }
const Y = ;
const Z = 4;`;
    expect(mistakes(text)).toMatchInlineSnapshot(`
      [
        "B1001 expected a declaration, found \`recrod\` [recrod]",
        "B1001 expected \`;\`, found \`sinc\` [sinc]",
        "B1001 expected \`;\`, found \`c\` []",
        "B1001 expected \`:\`, found \`u32\` [u32]",
        "B1001 expected a type, found \`;\` [;]",
        "B1001 expected a declaration, found \`;\` [;]",
        "B1013 \`enum\` has no place in the body of a declaration [enum]",
        "B1002 expected \`}\` to close \`B\`, found \`state\` [state]",
        "B1001 expected a number or a constant, found \`;\` [;]",
      ]
    `);
    const { file } = read(text);
    expect(
      file.items.map((item) => ("name" in item && "text" in item.name ? item.name.text : item.kind)).join(" "),
    ).toMatchInlineSnapshot(`"module Timer A B Inner C Y Z"`);
  });

  test.each([
    ["state S {", "B1002"],
    ["/* abc", "B1004"],
    ['version 1 "a\nversion 2;', "B1003"],
    ["version 1 'a';", "B1003"],
    ['version 1 "\\q";', "B1005"],
    ['version 1 "\\u{d800}";', "B1005"],
    ["# hash\nversion 1;", "B1007"],
    ["version 1;\0", "B1007"],
    ["version\u00a01;", "B1007"],
    ["const Ä = 1;", "B1007"],
    ['version 1 "\u202e";', "B1008"],
    ["// \u0007\nversion 1;", "B1008"],
    ['state S { check a < b < c : "x"; }', "B1012"],
    ["union U { check a; }", "B1013"],
    ["const A = 1;;", "B1001"],
    ["state S { a @1 : u8;; }", "B1001"],
    ["}", "B1001"],
    ["open state S {}", "B1001"],
    ["open", "B1001"],
    ["state", "B1001"],
    ["state @1 A { a @1 : u8; }", "B1001"],
    ["state @1 A single { a @1 : u8; }", "B1001"],
    ["state @1 { a @1 : u8; }", "B1001"],
    ["state @1 since 2 { a @1 : u8; }", "B1001"],
    ["reads ..;", "B1011"],
  ])("%j is one mistake: %s", (text, code) => {
    expect(read(text).diagnostics.map((each) => each.code)).toEqual([code]);
  });

  test("a byte order mark at the start is accepted", () => {
    expect(mistakes("\ufeffversion 1;")).toEqual([]);
  });

  test.each([
    ["parentheses", `state S { check ${"(".repeat(100_000)} : "m"; b @1 : u8; }`],
    ["signs", `state S { check ${"-".repeat(100_000)}1 : "m"; b @1 : u8; }`],
    ["conditionals", `state S { check ${"a ? ".repeat(100_000)} : "m"; b @1 : u8; }`],
    ["calls", `state S { check ${"len(".repeat(100_000)} : "m"; b @1 : u8; }`],
    ["operators", `state S { check a${" + a".repeat(100_000)} : "m"; b @1 : u8; }`],
    ["selections", `state S { check a${".a".repeat(100_000)} : "m"; b @1 : u8; }`],
    ["brackets", `state S { c @1 : u8${"[]".repeat(100_000)}; b @2 : u8; }`],
  ])("%s nest to a bound", (_, text) => {
    const { file, diagnostics } = read(text);
    expect(diagnostics.map(({ code }) => code)).toEqual(["B1009"]);
    const state = file.items[0];
    expect(state?.kind === "state" && state.members.at(-1)?.name.text).toBe("b");
  });

  test("braces that nothing explains are one mistake", () => {
    expect(mistakes("{".repeat(100_000))).toHaveLength(1);
  });

  test("declarations nest to a bound", () => {
    const { diagnostics } = read("state S { ".repeat(10_000));
    expect(diagnostics.length).toBeLessThanOrEqual(50);
  });

  test("a file that is no schema stops at a bound", () => {
    const { diagnostics } = read("a b c @ ; } { \u0001 \n".repeat(50_000));
    expect(diagnostics).toHaveLength(50);
    expect(diagnostics.at(-1)?.code).toBe("B1014");
  });

  test("very long tokens are read", () => {
    const long = "a".repeat(1_000_000);
    expect(mistakes(`version 1 "${long}"; // ${long}\n/* ${long} */ const ${long} = 1;`)).toEqual([]);
    expect(mistakes(`version 1 "${"\\n".repeat(500_000)}";`)).toEqual([]);
  });
});

test("the grammar passes chevrotain's own validation", () => {
  expect(() => new SchemaGrammar("validate")).not.toThrow();
});
