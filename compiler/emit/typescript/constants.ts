import type { Bits, BitsField, Const, Enum, TypeAlias, Version, World } from "../../schema/ir.ts";
import { exactRange, findDeclaration, isNumber, rangeOfInt, shapeOf } from "../../schema/lookup.ts";
import { integerLiteral, property, stringLiteral } from "../names.ts";
import { formatVersion } from "../../schema/version.ts";
import { lifetimeText, rangeText, typeText } from "../schema-text.ts";
import { shapeOfMember } from "./element.ts";
import { membership, type IsCall } from "./integers.ts";
import type { Context } from "./program.ts";
import { docOf, exportOf } from "./types.ts";

/** A constant: a number where it is exact as one. */
export function writeConst(c: Context, declaration: Const): void {
  const { writer } = c;
  const { name, value } = declaration;
  const local = c.symbol({ module: c.name, name }, "type");
  const big = value < exactRange.min || value > exactRange.max;
  writer.doc(docOf(c, name, declaration));
  writer.line(`${exportOf(name, local)}const ${local} = ${c.numerals.literal(value, { big, at: name })};`);
  writer.blank();
}

/** A named type; its range and unit go into its documentation. */
export function writeAlias(c: Context, alias: TypeAlias): void {
  const { writer } = c;
  const { name, type } = alias;
  const local = c.symbol({ module: c.name, name }, "type");
  const text = [`type ${name} = ${typeText(type)}`];
  if (alias.range !== null)
    text.push(`in ${rangeText(alias.range, (end) => c.numerals.text(end, { at: name, hex: alias.hex }))}`);
  if (alias.unit !== null) text.push(`unit ${JSON.stringify(alias.unit)}`);
  const doc = docOf(c, name, alias);
  writer.doc(doc.length === 0 ? [`\`${text.join(" ")}\``] : [...doc, "", `\`${text.join(" ")}\``]);
  writer.line(`${exportOf(name, local)}type ${local} = ${aliasType(c, alias)};`);
  writer.blank();
}

function aliasType(c: Context, alias: TypeAlias): string {
  const shape = shapeOf(c.world, { kind: "named", module: c.name, name: alias.name });
  if (shape.kind === "string") return "string";
  if (shape.kind === "bytes") return "Uint8Array";
  return isNumber(c.world, { kind: "named", module: c.name, name: alias.name }) ? "number" : "bigint";
}

/** An enum as an object of its values, and as a type: of exactly these if it is closed. */
export function writeEnum(c: Context, declaration: Enum): void {
  const { writer } = c;
  const { name, open, values, base } = declaration;
  const local = c.symbol({ module: c.name, name }, "type");
  const big = base.width === 64;
  const of = open ? "open enum" : "enum";
  writer.doc([...docOr(c, name, declaration), `\`${of} ${name} : ${typeText(base)}\``]);
  writer.block(
    `${exportOf(name, local)}const ${local} = {`,
    () => {
      for (const value of values) {
        writer.doc(entryDoc(c, name, value));
        writer.line(`${property(value.name, c.numerals.valueLiteral(declaration, value, big))},`);
      }
    },
    "} as const;",
  );
  const type = big ? "bigint" : "number";
  writer.line(`${exportOf(name, local)}type ${local} = ${open ? type : `(typeof ${local})[keyof typeof ${local}]`};`);
  writer.blank();
  if (open) return;
  writer.doc([`Whether a number is a value of \`${name}\`.`]);
  const check = c.symbol({ module: c.name, name }, "is");
  writer.block(`export function ${check}(value: ${type}): value is ${local} {`, () => writeMembership(c, declaration));
  writer.blank();
}

/** Writes the function that tells whether a value is one of an enum's or of bits' at another version. */
export function writeMembershipAt(
  c: Context,
  declaration: Enum | Bits,
  name: string,
  version: Version,
  { is, asks }: { readonly is: IsCall; readonly asks: boolean },
): void {
  const type = declaration.base.width === 64 ? "bigint" : "number";
  const parameters = `${asks ? `out: ${c.runtime("Output")}, ` : ""}value: ${type}`;
  c.writer.doc([`Whether version ${formatVersion(version)} has a value of \`${declaration.name}\`.`]);
  c.writer.block(`function ${name}(${parameters}): boolean {`, () => {
    if (declaration.kind === "bits") writeBitsCheck(c, declaration, { world: c.program.worldAt(c.name, version), is });
    else if (declaration.open) c.writer.line("return Number.isInteger(Number(value));");
    else writeMembership(c, declaration);
  });
  c.writer.blank();
}

function writeMembership(c: Context, declaration: Enum): void {
  const { writer } = c;
  const { values, base } = declaration;
  const big = base.width === 64;
  const first = values[0];
  const last = values.at(-1);
  if (first !== undefined && last !== undefined && last.value - first.value === BigInt(values.length - 1)) {
    const [from, to] = [first, last].map((end) => c.numerals.valueLiteral(declaration, end, big));
    const ends = `value >= ${from} && value <= ${to}`;
    writer.line(`return ${big ? "" : "Number.isInteger(value) && "}${ends};`);
    return;
  }
  writer.block("switch (value) {", () => {
    for (const value of values) writer.line(`case ${c.numerals.valueLiteral(declaration, value, big)}:`);
    writer.indent(1);
    // All values of an enum may have come later, or have ended.
    if (values.length > 0) writer.line("return true;");
    writer.indent(-1);
    writer.line("default:");
    writer.indent(1);
    writer.line("return false;");
    writer.indent(-1);
  });
}

/** Documentation with an empty line after it, or nothing. */
function docOr(c: Context, path: string, lifetime: Parameters<typeof docOf>[2]): readonly string[] {
  const doc = docOf(c, path, lifetime);
  return doc.length === 0 ? doc : [...doc, ""];
}

function entryDoc(
  c: Context,
  declaration: string,
  entry: { readonly name: string } & Parameters<typeof docOf>[2],
): readonly string[] {
  const lifetime = lifetimeText(entry);
  const doc = docOf(c, `${declaration}.${entry.name}`, entry);
  if (lifetime.length === 0) return doc;
  return doc.length === 0 ? [`\`${lifetime.join(" ")}\``] : [...doc, "", `\`${lifetime.join(" ")}\``];
}

/** Bits as an object of masks, with accessors for ranges, and for all of them where a number cannot hold 64 bits. */
export function writeBits(c: Context, declaration: Bits): void {
  const { writer } = c;
  const { name, base, open } = declaration;
  const local = c.symbol({ module: c.name, name }, "type");
  const big = base.width === 64;
  writer.doc([...docOr(c, name, declaration), `\`${open ? "open bits" : "bits"} ${name} : ${typeText(base)}\``]);
  const body = (): void => {
    for (const field of declaration.fields) {
      writer.doc(entryDoc(c, name, field));
      if (field.single && !big) writer.line(`${property(field.name, integerLiteral(maskOf(field), { hex: true }))},`);
      else writer.block(`${property(field.name, "{")}`, () => writeAccessors(c, name, field, big), "},");
    }
  };
  if (declaration.fields.length === 0) writer.line(`${exportOf(name, local)}const ${local} = {} as const;`);
  else writer.block(`${exportOf(name, local)}const ${local} = {`, body, "} as const;");
  writer.line(`${exportOf(name, local)}type ${local} = ${big ? "bigint" : "number"};`);
  writer.blank();
  if (open && declaration.fields.every((field) => field.type === null)) return;
  writer.doc([`Whether a number is a value of \`${name}\`${open ? "" : ": no bit is set that has no name"}.`]);
  const type = big ? "bigint" : "number";
  writer.block(`export function ${c.symbol({ module: c.name, name }, "is")}(value: ${type}): boolean {`, () => {
    writeBitsCheck(c, declaration);
  });
  writer.blank();
}

/** The bits of a field, in place. */
function maskOf({ low, high }: BitsField): bigint {
  return ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
}

function writeAccessors(c: Context, bits: string, field: BitsField, big: boolean): void {
  const { writer } = c;
  const mask = maskOf(field);
  const type = big ? "bigint" : "number";
  writer.line(`mask: ${integerLiteral(mask, { hex: true, big })},`);
  const clear = integerLiteral(~mask & (big ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn), { hex: true, big });
  if (field.single) {
    writer.line(`get: (bits: ${type}): boolean => ${single(c, field)},`);
    writer.line(
      `set: (bits: ${type}, on: boolean): ${type} => (on ? bits | ${integerLiteral(mask, { hex: true, big })} : bits & ${clear}),`,
    );
    return;
  }
  const value = fieldType(c, field);
  const number = fieldNumber(c, field, big);
  const cast = isClosedEnum(c, field) ? `(${number}) as ${value}` : number;
  writer.line(`get: (bits: ${type}): ${value} => ${cast},`);
  const wide = field.high - field.low + 1 > 53;
  const most = integerLiteral(mask >> BigInt(field.low), { hex: true, big: wide });
  const path = stringLiteral(`${c.name}.${bits}.${field.name}`);
  const fitting = `${c.runtime(wide ? "longPart" : "part")}(value, ${most}, ${path})`;
  if (big) {
    const factor = integerLiteral(1n << BigInt(field.low), { hex: true, big });
    const long = wide ? fitting : `BigInt(${fitting})`;
    const moved = field.low === 0 ? long : `(${long} * ${factor})`;
    writer.line(`set: (bits: ${type}, value: ${value}): ${type} => (bits & ${clear}) | ${moved},`);
  } else {
    const moved = field.low === 0 ? fitting : `(${fitting} << ${field.low})`;
    writer.line(`set: (bits: ${type}, value: ${value}): ${type} => ((bits & ${clear}) | ${moved}) >>> 0,`);
  }
}

function single(c: Context, { low }: BitsField): string {
  const word = low < 32 ? "low" : "high";
  return `(${c.runtime(word)}(bits) & ${integerLiteral(1n << BigInt(low % 32), { hex: true })}) !== 0`;
}

/** The number in a range of bits, without shifting a bigint unless it is too wide for a number. */
function fieldNumber(c: Context, { low, high }: BitsField, big: boolean, bits = "bits"): string {
  const width = high - low + 1;
  const literal = (count: number): string => integerLiteral((1n << BigInt(count)) - 1n, { hex: true });
  if (!big) return inWord(bits, low, high, literal(width));
  if (width > 53) return `BigInt.asUintN(${width}, ${bits}${low === 0 ? "" : ` >> ${low}n`})`;
  if (high < 32) return inWord(`${c.runtime("low")}(${bits})`, low, high, literal(width));
  if (low >= 32) return inWord(`${c.runtime("high")}(${bits})`, low - 32, high - 32, literal(width));
  const upper =
    high === 63 ? `${c.runtime("high")}(${bits})` : `(${c.runtime("high")}(${bits}) & ${literal(high - 31)})`;
  const lower = low === 0 ? `${c.runtime("low")}(${bits})` : `(${c.runtime("low")}(${bits}) >>> ${low})`;
  return `${upper} * ${integerLiteral(1n << BigInt(32 - low), { hex: true })} + ${lower}`;
}

/** Bits `low`..`high` of an unsigned number of 32 bits. */
function inWord(word: string, low: number, high: number, mask: string): string {
  const moved = low === 0 ? word : `${word} >>> ${low}`;
  if (high === 31) return moved;
  return low === 0 ? `${moved} & ${mask}` : `(${moved}) & ${mask}`;
}

function isClosedEnum(c: Context, field: BitsField): boolean {
  if (field.type === null) return false;
  const shape = shapeOf(c.world, field.type);
  return shape.kind === "enum" && !shape.declaration.open;
}

/** Ranges of up to 53 bits are numbers, whatever the width of the type that names their values. */
function fieldType(c: Context, field: BitsField): string {
  const plain = field.high - field.low + 1 > 53 ? "bigint" : "number";
  if (field.type === null) return plain;
  return isNumber(c.world, field.type) === (plain === "number") ? c.symbol(field.type, "type") : plain;
}

/** Where the types of ranges are looked up at another version, and how their values are told. */
interface At {
  readonly world: World;
  readonly is: IsCall;
}

function writeBitsCheck(c: Context, declaration: Bits, at?: At): void {
  const { base, open, fields } = declaration;
  const big = base.width === 64;
  const parts = [big ? "BigInt.asUintN(64, value) === value" : "value >>> 0 === value"];
  const named = fields.reduce((mask, field) => mask | maskOf(field), 0n);
  const unnamed = ~named & rangeOfInt(base).max;
  if (!open && unnamed !== 0n) {
    parts.push(`(value & ${integerLiteral(unnamed, { hex: true, big })}) === ${big ? "0n" : "0"}`);
  } else if (base.width < 32) parts.push(`value <= ${integerLiteral(rangeOfInt(base).max, { hex: true })}`);
  if (!open && base.width < 32 && unnamed !== 0n)
    parts.push(`value <= ${integerLiteral(rangeOfInt(base).max, { hex: true })}`);
  for (const field of fields) parts.push(...fieldChecks(c, field, big, at));
  if (parts.length === 1) return c.writer.line(`return ${parts[0]};`);
  const flat = `return ${parts.join(" && ")};`;
  if (flat.length + 2 <= 120) return c.writer.line(flat);
  c.writer.line("return (");
  c.writer.indent(1);
  for (const [i, part] of parts.entries()) c.writer.line(i === parts.length - 1 ? part : `${part} &&`);
  c.writer.indent(-1);
  c.writer.line(");");
}

function fieldChecks(c: Context, field: BitsField, big: boolean, at?: At): readonly string[] {
  if (field.type === null) return [];
  const { element } = shapeOfMember(at?.world ?? c.world, { type: field.type, range: null });
  if (element.kind !== "integer") return [];
  const number = fieldNumber(c, field, big, "value");
  // An enum over 64 bits has bigints as values, and so have ranges too wide for a number. One that is too large for the enum stays so as a number.
  const wide = field.high - field.low + 1 > 53;
  const value =
    element.big === wide || element.named === null ? number : element.big ? `BigInt(${number})` : `Number(${number})`;
  const named = element.named?.declaration;
  // An enum that has ended has no function of its own any more.
  if (named?.kind === "enum" && !named.open && findDeclaration(c.world, field.type) === undefined) {
    const numerals = c.program.numerals(field.type.module);
    return [
      `[${named.values.map((one) => numerals.valueLiteral(named, one, element.big)).join(", ")}].includes(${value})`,
    ];
  }
  const call = membership(c, element, value, at?.is);
  if (call !== null) return [call];
  const most = (1n << BigInt(field.high - field.low + 1)) - 1n;
  // Of what a range of bits takes to read, only this binds less tightly than a comparison.
  const operand = / & 0x[0-9a-f]+$/.test(number) ? `(${number})` : number;
  const checks: string[] = [];
  if (element.range.min > 0n) checks.push(`${operand} >= ${c.numerals.literal(element.range.min, { big: wide })}`);
  if (element.range.max < most) checks.push(`${operand} <= ${c.numerals.literal(element.range.max, { big: wide })}`);
  return checks;
}
