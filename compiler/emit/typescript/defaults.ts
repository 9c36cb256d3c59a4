import type { Default, Member } from "../../schema/ir.ts";
import { property, stringLiteral } from "../names.ts";
import { shapeOfMember, type Element, type Shape } from "./element.ts";
import type { Context } from "./program.ts";
import { typeOfOne } from "./types.ts";

/** The literal of a member's default, which it must have, for a value of a shape: the member's own, if none is given. */
export function defaultLiteral(c: Context, member: Member, shape: Shape = shapeOfMember(c.world, member)): string {
  if (member.default === null) throw new Error(`${member.name} has no default`);
  return literalOf(c, member.default, member, shape);
}

/** Whether a member's default is an array or a struct of zeros, which no cheap comparison tells. */
export function isZeroFilled({ default: value }: Member, { element, list }: Shape): boolean {
  return value?.kind === "zero" && (list !== null || element.kind === "struct");
}

function literalOf(c: Context, value: Default, member: Member, shape: Shape): string {
  switch (value.kind) {
    case "int":
      return integerOf(c, value.value, member, shape.element);
    case "bool":
      return String(value.value);
    case "string":
      return stringLiteral(value.value);
    case "bytes":
      return bytesLiteral(c, value.hex);
    case "empty":
      return "[]";
    case "zero":
      return zeroLiteral(c, member, shape);
  }
}

function integerOf(c: Context, value: bigint, { hex }: Member, element: Element): string {
  if (element.kind !== "integer") return c.numerals.literal(value, { hex });
  const { named, big } = element;
  if (named?.declaration.kind === "enum") {
    const one = named.declaration.values.find((each) => each.value === value);
    if (one !== undefined) return c.program.numerals(named.module).valueLiteral(named.declaration, one, big);
  }
  // What few bits are is plain in decimal, too.
  return c.numerals.literal(value, { hex: hex || (named?.declaration.kind === "bits" && value > 9999n), big });
}

/** A new array each time, since the caller may change what it gets. */
function bytesLiteral(c: Context, hex: string): string {
  return hex === "" ? "new Uint8Array(0)" : `${c.runtime("fromHex")}("${hex}")`;
}

/** The value whose bytes in a row are all zero. */
function zeroLiteral(c: Context, member: Member, { element, list }: Shape): string {
  const one = zeroOf(c, element);
  if (list === null) return one;
  const type = typeOfOne(c, member, element, "value");
  return `Array.from({ length: ${list.min} }, (): ${type} => ${one.startsWith("{") ? `(${one})` : one})`;
}

function zeroOf(c: Context, element: Element): string {
  switch (element.kind) {
    case "integer":
      return element.big ? "0n" : "0";
    case "bool":
      return "false";
    case "cstring":
    case "string":
      return '""';
    case "uuid":
      return "new Uint8Array(16)";
    case "bytes":
      return `new Uint8Array(${element.min})`;
    case "struct": {
      const members = element.declaration.members.map((member) =>
        property(member.name, zeroLiteral(c, member, shapeOfMember(c.world, member))),
      );
      return `{ ${members.join(", ")} }`;
    }
    case "state":
    case "union":
      throw new Error(`${element.name} has no zero`);
  }
}

/** The condition under which a value is not at a member's default: cheap for scalars, by content for bytes. */
export function differsFromDefault(
  c: Context,
  member: Member,
  value: string,
  shape: Shape = shapeOfMember(c.world, member),
): string {
  if (isZeroFilled(member, shape)) return `!${c.runtime("isZero")}(${value})`;
  if (shape.list !== null) return `${value}.length !== 0`;
  const literal = defaultLiteral(c, member, shape);
  if (literal === "new Uint8Array(0)") return `${value}.length !== 0`;
  if (shape.element.kind === "bytes" || shape.element.kind === "uuid") {
    return `!${c.runtime("sameValue")}(${value}, ${literal})`;
  }
  return `${isBeyond(member, shape) ? `(${value} as ${literal.endsWith("n") ? "bigint" : "number"})` : value} !== ${literal}`;
}

/** Whether a default that was released is no value of the enum any more, so that TypeScript would not compare the two. */
function isBeyond({ default: stated }: Member, { element }: Shape): boolean {
  if (element.kind !== "integer" || element.named?.declaration.kind !== "enum" || stated?.kind !== "int") return false;
  const { open, values } = element.named.declaration;
  return !open && values.every(({ value }) => value !== stated.value);
}
