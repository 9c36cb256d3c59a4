import type { Alternative, Lifetime, Member, State, Struct, Union } from "../../schema/ir.ts";
import { declarationOf, elementOf, isNumber } from "../../schema/lookup.ts";
import type { EmitModule } from "../backend.ts";
import { inherited, stringLiteral } from "../names.ts";
import { memberText } from "../schema-text.ts";
import { shapeOfMember, type Element, type IntegerElement, type Shape } from "./element.ts";
import type { Context } from "./program.ts";

/** What a type is written for: values that `decode` gives, what `encode` takes, or views. */
export type Mode = "value" | "init" | "view";

/** The TypeScript type of a member or alternative that is there. */
export function typeOfMember(c: Context, member: Pick<Member, "type" | "range">, mode: Mode): string {
  const shape = shapeOfMember(c.world, member);
  if (shape.list === null) return typeOfOne(c, member, shape.element, mode);
  if (mode === "view") return typeOfListView(c, member, shape);
  const element = typeOfOne(c, member, shape.element, mode);
  const list = element.includes(" ") ? `(${element})[]` : `${element}[]`;
  if (mode !== "init") return list;
  return shape.element.kind === "struct" ? `readonly ${list} | ${c.symbol(shape.element, "rows")}` : `readonly ${list}`;
}

/** The type of one value: of the member, or of an element of its list. */
export function typeOfOne(c: Context, member: Pick<Member, "type" | "range">, element: Element, mode: Mode): string {
  switch (element.kind) {
    case "integer":
      return typeOfInteger(c, member, element);
    case "bool":
      return "boolean";
    case "uuid":
    case "bytes":
      return "Uint8Array";
    case "string":
    case "cstring":
      return "string";
    case "struct":
      return c.symbol(element, mode === "value" ? "type" : mode === "init" ? "init" : "row");
    case "state":
    case "union":
      return c.symbol(element, mode === "value" ? "type" : mode);
  }
}

/** The alias, enum or bits by its name; an alias only where its values are of the same kind as the member's. */
function typeOfInteger(c: Context, member: Pick<Member, "type" | "range">, element: IntegerElement): string {
  const type = elementOf(member.type);
  const plain = element.big ? "bigint" : "number";
  if (type.kind !== "named") return plain;
  const declaration = declarationOf(c.world, type);
  if (declaration.kind === "type" && isNumber(c.world, type) === element.big) return plain;
  return c.symbol(type, "type");
}

function typeOfListView(c: Context, member: Pick<Member, "type" | "range">, { element, list }: Shape): string {
  if (element.kind === "struct") return c.symbol(element, "rows");
  const one = typeOfOne(c, member, element, "view");
  if (list?.row === null) return `${c.runtime("ListView")}<${one}>`;
  if (element.kind !== "integer") return `${c.runtime("Column")}<${one}>`;
  return element.big ? c.runtime("LongColumn") : c.runtime("NumberColumn");
}

/** The type of a column of a table, by the struct's member. */
export function typeOfColumn(c: Context, member: Member): string {
  const { element, list } = shapeOfMember(c.world, member);
  if (list !== null) return `${c.runtime("Column")}<${typeOfField(c, member)}>`;
  if (element.kind !== "integer") return `${c.runtime("Column")}<${typeOfOne(c, member, element, "view")}>`;
  return element.big ? c.runtime("LongColumn") : c.runtime("NumberColumn");
}

/** The type of a struct's member read in place: arrays are made, nested rows are rows. */
export function typeOfField(c: Context, member: Member): string {
  const { element, list } = shapeOfMember(c.world, member);
  const one = typeOfOne(c, member, element, "view");
  return list === null ? one : `${one}[]`;
}

/** What TypeScript knows of every object. */
const ofEveryObject: ReadonlySet<string> = new Set(
  "constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf".split(" "),
);

/** Writes the interfaces of a state or struct: complete, as input, and in place. */
export function writeInterfaces(c: Context, declaration: State | Struct): void {
  const { writer } = c;
  const name = c.symbol({ module: c.name, name: declaration.name }, "type");
  writer.doc(docOf(c, declaration.name, declaration));
  writer.block(`${exportOf(declaration.name, name)}interface ${name} {`, () => {
    for (const member of declaration.members) {
      writer.doc(memberDoc(c, declaration.name, member));
      const type = typeOfMember(c, member, "value");
      writer.line(`${member.name}: ${type}${isOptional(member) ? " | undefined" : ""};`);
    }
  });
  writer.blank();
  const init = c.symbol({ module: c.name, name: declaration.name }, "init");
  writer.doc([`What a \`${declaration.name}\` is made from: members with a default may be left out.`]);
  writer.block(`export interface ${init} {`, () => {
    for (const member of declaration.members) {
      // An array within a row is no table.
      const shape = declaration.kind === "struct" ? shapeOfMember(c.world, member) : null;
      const type =
        shape?.element.kind === "struct" && shape.list !== null
          ? `readonly ${typeOfOne(c, member, shape.element, "init")}[]`
          : typeOfMember(c, member, "init");
      const may = mayBeLeftOut(member);
      // What every object inherits under that name is no member, and must not stand in the way of leaving it out.
      const absent = may && ofEveryObject.has(member.name) ? ` | object["${member.name}"]` : "";
      writer.line(`readonly ${member.name}${may ? "?" : ""}: ${type}${absent}${may ? " | undefined" : ""};`);
    }
  });
  writer.blank();
  if (declaration.kind === "struct") return;
  writer.doc([`A \`${declaration.name}\` that is read where it lies.`]);
  writer.block(`export interface ${c.symbol({ module: c.name, name: declaration.name }, "view")} {`, () => {
    for (const member of declaration.members) {
      const type = typeOfMember(c, member, "view");
      writer.line(`readonly ${member.name}: ${type}${isOptional(member) ? " | undefined" : ""};`);
    }
  });
  writer.blank();
}

/** `export ` unless the declaration has another name inside, and is exported at the end. */
export function exportOf(name: string, local: string): string {
  return name === local ? "export " : "";
}

function isOptional(member: Member): boolean {
  return member.type.kind === "optional";
}

/** Whether a value to encode may lack a member. */
export function mayBeLeftOut(member: Member): boolean {
  return isOptional(member) || member.default !== null;
}

/** Writes the types of a union. */
export function writeUnionTypes(c: Context, union: Union): void {
  const { writer } = c;
  const name = c.symbol({ module: c.name, name: union.name }, "type");
  const docs = union.alternatives.map((one) => {
    const doc = c.module.provenance.docs.get(`${union.name}.${one.name}`);
    return `- \`${memberText(c, union.name, one)}\`${doc === undefined ? "" : `: ${doc.replaceAll("\n", " ")}`}`;
  });
  writer.doc([...docOf(c, union.name, union), "", ...docs]);
  writeAlternatives(c, `${exportOf(union.name, name)}type ${name}`, union, "value");
  const init = c.symbol({ module: c.name, name: union.name }, "init");
  writer.doc([`What a \`${union.name}\` is made from.`]);
  writeAlternatives(c, `export type ${init}`, union, "init");
  writer.doc([`A \`${union.name}\` that is read where it lies.`]);
  writeAlternatives(c, `export type ${c.symbol({ module: c.name, name: union.name }, "view")}`, union, "view");
}

function writeAlternatives(c: Context, head: string, union: Union, mode: Mode): void {
  const readonly = mode === "value" ? "" : "readonly ";
  const types = union.alternatives.map((one) => {
    const kind = `${readonly}kind: ${stringLiteral(one.name)}`;
    return `{ ${kind}; ${readonly}${valueType(c, one, mode)} }`;
  });
  const { writer } = c;
  // Where all alternatives have ended there is no value.
  if (types.length === 0) types.push(`{ ${readonly}kind: never; ${readonly}value: never }`);
  const flat = `${head} = ${types.join(" | ")};`;
  const below = `  ${types.join(" | ")};`;
  if (writer.fits(flat)) writer.line(flat);
  else if (types.length > 1 && writer.fits(below)) {
    writer.line(`${head} =`);
    writer.line(below);
  } else if (types.length === 1) writer.block(`${head} = {`, () => writeBrokenType(c, types[0] ?? ""), "};");
  else {
    writer.line(`${head} =`);
    writer.indent(1);
    for (const [i, type] of types.entries()) {
      const end = i === types.length - 1 ? ";" : "";
      if (type.length + 4 + end.length <= 120) writer.line(`| ${type}${end}`);
      else {
        writer.line("| {");
        writer.indent(1);
        writer.indent(1);
        writeBrokenType(c, type);
        writer.indent(-1);
        writer.line(`}${end}`);
        writer.indent(-1);
      }
    }
    writer.indent(-1);
  }
  writer.blank();
}

/** The members of an object type on lines of their own. */
function writeBrokenType(c: Context, type: string): void {
  for (const part of type.slice(2, -2).split("; ")) c.writer.line(`${part};`);
}

function valueType(c: Context, alternative: Alternative, mode: Mode): string {
  const { type } = alternative;
  if (type === null) return mode === "init" ? "value?: null | undefined" : "value: null";
  return `value: ${typeOfMember(c, { type, range: alternative.range }, mode)}`;
}

/** The lines that a schema has about something. What would be a tag of JSDoc stays text. */
export function docLines(c: Context, path: string): readonly string[] {
  const doc = c.module.provenance.docs.get(path);
  return doc === undefined ? [] : doc.split("\n").map((line) => line.replace(/^(\s*)@/, "$1\\@"));
}

const documented = new WeakMap<EmitModule["provenance"]["docs"], ReadonlySet<string>>();

/** Whether anything in a declaration has documentation of its own: in most schemas few do, and each would be asked by a text that is made for it. */
function hasDocumentedEntries(c: Context, declaration: string): boolean {
  const { docs } = c.module.provenance;
  let names = documented.get(docs);
  if (names === undefined) {
    names = new Set([...docs.keys()].flatMap((path) => (path.includes(".") ? [path.slice(0, path.indexOf("."))] : [])));
    documented.set(docs, names);
  }
  return names.has(declaration);
}

/** The documentation of a declaration, with what its schema says of its life. */
export function docOf(c: Context, path: string, lifetime: Lifetime): readonly string[] {
  const lines = docLines(c, path);
  return lifetime.deprecated === null ? lines : [...lines, ...deprecation(lines, lifetime.deprecated)];
}

function deprecation(before: readonly string[], why: string): readonly string[] {
  const tag = why === "" ? "@deprecated" : `@deprecated ${why}`;
  return before.length === 0 ? [tag] : ["", tag];
}

/** The documentation of a member, and the member as its schema has it. */
export function memberDoc(c: Context, declaration: string, member: Member): readonly string[] {
  const doc = hasDocumentedEntries(c, declaration) ? docLines(c, `${declaration}.${member.name}`) : [];
  const text = `\`${memberText(c, declaration, member)}\``;
  const lines = doc.length === 0 ? [text] : [...doc, "", text];
  return member.deprecated === null ? lines : [...lines, ...deprecation(lines, member.deprecated)];
}

/** `value.name`, or a look at the value's own property where every object has one of that name. */
export function access(c: Context, value: string, name: string): string {
  return inherited.has(name) ? `${c.runtime("own")}(${value}, ${stringLiteral(name)})` : `${value}.${name}`;
}
