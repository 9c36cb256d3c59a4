import type { Member } from "../../schema/ir.ts";
import { shapeOfMember, type Element, type ListShape, type Shape } from "./element.ts";
import { headerSlack, integerWords, membership, membershipCode, outsideRead, readInteger } from "./integers.ts";
import type { Context } from "./program.ts";

const must = 0x100_0000;

const forms: Readonly<Record<Exclude<Element["kind"], "integer">, number>> = {
  bool: 0,
  uuid: 2,
  bytes: 2,
  string: 2,
  cstring: 2,
  struct: 3,
  state: 5,
  union: 6,
};

/** The form of a member on the wire, `word` for an integer. */
export function formOfShape({ element, list }: Shape): number {
  if (list !== null) return list.row === null ? 4 : 3;
  return element.kind === "integer" ? 0 : forms[element.kind];
}

/** A number that headers are compared with. */
export function headerLiteral(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

/** Whether the header at `o` is that of a member: `(words[o]! | 0x1000000) === 0x1020009`. */
export function headerMatches(shape: Shape, id: number, operator: "===" | "!=="): string {
  const slack = shape.list === null && shape.element.kind === "integer" ? headerSlack(shape.element) : must;
  const expected = headerLiteral(id | (formOfShape(shape) << 16) | slack);
  return `(words[o]! | ${headerLiteral(slack)}) ${operator} ${expected}`;
}

/** A variable that a member is read into. */
export interface Into {
  readonly name: string;
  /** Whether the variable is declared here; else it is assigned to. */
  readonly declare: boolean;
  /** A name for a value that is not checked yet. */
  readonly found: string;
}

/** Statements that read a member whose header at `o` was compared, into a variable, and step to the next one. */
export function readMember(c: Context, member: Pick<Member, "type" | "range">, into: Into): readonly string[] {
  const shape = shapeOfMember(c.world, member);
  const set = (value: string): string => `${into.declare ? "const " : ""}${into.name} = ${value};`;
  if (shape.list !== null) return readList(c, shape.element, shape.list, set);
  return readOne(c, shape.element, into, set);
}

type SetTo = (value: string) => string;

function readOne(c: Context, element: Element, into: Into, set: SetTo): readonly string[] {
  switch (element.kind) {
    case "integer": {
      const is = membership(c, element, into.declare ? into.name : into.found);
      const value = into.declare || is === null ? into.name : into.found;
      const read = readInteger(element, "o", "end");
      const lines = [is === null || into.declare ? set(read) : `const ${value} = ${read};`];
      const outside = outsideRead(c, element, value);
      if (outside !== null) lines.push(`if (${outside}) throw input.misfit("B8201", o, ${value});`);
      if (is !== null) lines.push(`if (!${is}) throw input.misfit("${membershipCode(element)}", o, ${value});`);
      if (value !== into.name) lines.push(set(value));
      return [...lines, `o += ${integerWords(element, "o")};`];
    }
    case "bool":
      return [
        `if (words[o + 1]! > 1) throw input.misfit("B8204", o, words[o + 1]!);`,
        set("words[o + 1] === 1"),
        "o += 2;",
      ];
    case "uuid":
      return ["next = input.blob(o, end);", set("input.data(o, 16, 16)"), "o = next;"];
    case "bytes":
      return ["next = input.blob(o, end);", set(`input.data(o, ${bounds(element)})`), "o = next;"];
    case "string":
      return ["next = input.blob(o, end);", set(`input.text(o, ${bounds(element)})`), "o = next;"];
    case "struct":
      return [
        "next = input.table(o, end);",
        "input.checkCount(o, 1, 1);",
        set(`${c.symbol(element, "readTable")}(input, o)[0]!`),
        "o = next;",
      ];
    case "state":
    case "union":
      return ["next = input.body(o, end);", set(`${c.symbol(element, "read")}(input, o + 2, next)`), "o = next;"];
    case "cstring":
      throw new Error("a cstring stands in structs only");
  }
}

/** `0, 64`: the ends of a length. */
export function bounds({ min, max }: { readonly min: number; readonly max: number | null }): string {
  return `${min}, ${max ?? "Infinity"}`;
}

function readList(c: Context, element: Element, list: ListShape, set: SetTo): readonly string[] {
  const count = list.min === 0 && list.max === null ? [] : [`input.checkCount(o, ${bounds(list)});`];
  const whole = (): readonly string[] => ["next = input.list(o, end);", ...count];
  const rows = (width: number): readonly string[] => [`next = input.scalars(o, end, ${width});`, ...count];
  switch (element.kind) {
    case "integer": {
      const { width, signed, range, big } = element;
      const limits = `${c.numerals.literal(range.min, { big })}, ${c.numerals.literal(range.max, { big })}`;
      const read = big
        ? `${c.runtime("readBigInts")}(input, o, ${signed}, ${limits})`
        : `${c.runtime("readNumbers")}(input, o, ${width}, ${signed}, ${limits})`;
      const is = element.named === null ? null : membership(c, element, "");
      if (is === null || element.named === null) return [...rows(width / 8), set(read), "o = next;"];
      const check = `${c.runtime("checkEach")}(input, o, ${width / 8}, ${read}, ${c.symbol(element.named, "is")}, "${membershipCode(element)}")`;
      return [...rows(width / 8), set(check), "o = next;"];
    }
    case "bool":
      return [...rows(1), set(`${c.runtime("readBooleans")}(input, o)`), "o = next;"];
    case "uuid":
      return [...rows(16), set(`${c.runtime("readSlices")}(input, o, 16)`), "o = next;"];
    case "bytes":
      if (list.row !== null) {
        return [...rows(list.row), set(`${c.runtime("readSlices")}(input, o, ${list.row})`), "o = next;"];
      }
      return [...whole(), set(`${c.runtime("readBytes")}(input, o, next, ${bounds(element)})`), "o = next;"];
    case "string":
      return [...whole(), set(`${c.runtime("readTexts")}(input, o, next, ${bounds(element)})`), "o = next;"];
    case "struct":
      return ["next = input.table(o, end);", ...count, set(`${c.symbol(element, "readTable")}(input, o)`), "o = next;"];
    case "state":
    case "union":
      return [...whole(), set(`${c.list(element, "readList")}(input, o, next)`), "o = next;"];
    case "cstring":
      throw new Error("a cstring stands in structs only");
  }
}

/** Whether reading a shape needs the variable `next`. */
export function needsNext(shape: Shape): boolean {
  return shape.list !== null || (shape.element.kind !== "integer" && shape.element.kind !== "bool");
}
