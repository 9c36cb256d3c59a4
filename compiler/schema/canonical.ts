import type {
  Alternative,
  BitsField,
  Check,
  Declaration,
  Default,
  EnumValue,
  Expr,
  Member,
  Module,
  Range,
  Step,
  Type,
} from "./ir.ts";
import { existsAt } from "./version.ts";

/**
 * The one text of a view that its fingerprint is computed over: what a codec or a reader of values could care about, and nothing else.
 * Docs, text order (structs keep theirs), `deprecated`, `hex`, version numbers and labels, `reads` and `writes`, lifetimes (a view holds
 * what exists) and what the version does not have (retired members, `reserved`) stay out. Other modules are named, not contained.
 *
 * It is JSON without blanks. Keys come in the order written here; what is absent, false or empty is left out. Numbers that can pass 2^53
 * are strings. The text comes in parts, so that a large module need not be one string.
 */
export function* canonicalParts(view: Module): Generator<string> {
  yield `{"module":${quoted(view.name)},"declarations":[`;
  let first = true;
  for (const declaration of view.declarations) {
    if (!existsAt(declaration, view.version)) continue;
    yield first ? canonicalDeclarationText(declaration) : `,${canonicalDeclarationText(declaration)}`;
    first = false;
  }
  yield "]}";
}

/** The whole text of a view. */
export function canonicalText(view: Module): string {
  return [...canonicalParts(view)].join("");
}

const declarationTexts = new WeakMap<Declaration, string>();

/** Views share declarations that did not change, so each text is made once. */
export function canonicalDeclarationText(declaration: Declaration): string {
  let text = declarationTexts.get(declaration);
  if (text === undefined) declarationTexts.set(declaration, (text = declarationText(declaration)));
  return text;
}

function quoted(text: string): string {
  return /^\w*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** `,"key":[…]`, or nothing if there is nothing in it. */
function listText(key: string, texts: readonly string[]): string {
  return texts.length === 0 ? "" : `,"${key}":[${texts.join(",")}]`;
}

function flag(key: string, value = true): string {
  return value ? `,"${key}":true` : "";
}

function declarationText(declaration: Declaration): string {
  const head = `{"kind":"${declaration.kind}","name":${quoted(declaration.name)}`;
  switch (declaration.kind) {
    case "const":
      return `${head},"value":"${declaration.value}"}`;
    case "type":
      return `${head},"type":${typeText(declaration.type)}${rangeText(declaration.range)}${unitText(declaration.unit)}}`;
    case "enum": {
      const values = [...declaration.values].sort((a, b) => (a.value < b.value ? -1 : 1));
      return `${head},"base":${typeText(declaration.base)}${flag("open", declaration.open)}${listText("values", values.map(valueText))}}`;
    }
    case "bits": {
      const fields = [...declaration.fields].sort((a, b) => a.low - b.low);
      return `${head},"base":${typeText(declaration.base)}${flag("open", declaration.open)}${listText("fields", fields.map(fieldText))}}`;
    }
    case "struct":
      return `${head}${listText("members", declaration.members.map(memberText))}${checksText(declaration.checks)}}`;
    case "state": {
      const id = declaration.id === null ? "" : `,"id":${declaration.id}`;
      const flags = `${flag("ignorable", declaration.ignorable)}${flag("single", declaration.single)}`;
      const members = byId(declaration.members).map(memberText);
      return `${head}${id}${flags}${listText("members", members)}${checksText(declaration.checks)}}`;
    }
    case "union": {
      const alternatives = [...declaration.alternatives].sort((a, b) => a.id - b.id);
      return `${head}${listText("alternatives", alternatives.map(alternativeText))}}`;
    }
  }
}

/** Members by id, as nearly all schemas have them. */
function byId(members: readonly Member[]): readonly Member[] {
  let last = 0;
  for (const { id } of members) {
    if (id < last) return [...members].sort((a, b) => a.id - b.id);
    last = id;
  }
  return members;
}

function valueText(value: EnumValue): string {
  return `{"value":"${value.value}","name":${quoted(value.name)}}`;
}

function fieldText({ low, high, single, name, type }: BitsField): string {
  const typed = type === null ? "" : `,"type":${typeText(type)}`;
  return `{"low":${low},"high":${high},"name":${quoted(name)}${flag("single", single)}${typed}}`;
}

function alternativeText({ id, name, type, range, unit }: Alternative): string {
  const typed = type === null ? "" : `,"type":${typeText(type)}`;
  return `{"id":${id},"name":${quoted(name)}${typed}${rangeText(range)}${unitText(unit)}}`;
}

const memberTexts = new WeakMap<Member, string>();

/** Most members are the same in every view that has them. */
function memberText(member: Member): string {
  const known = memberTexts.get(member);
  if (known !== undefined) return known;
  const { id, name, type, range, unit, reference, from } = member;
  const parts = [`{"id":${id},"name":`, quoted(name), ',"type":', typeText(type), rangeText(range), unitText(unit)];
  if (member.default !== null) parts.push(',"default":', defaultText(member.default));
  if (member.key) parts.push(flag("key"));
  if (member.sorted) parts.push(flag("sorted"));
  if (member.handle) parts.push(flag("handle"));
  if (member.ignorable) parts.push(flag("ignorable"));
  if (reference !== null) {
    const { module, state } = reference;
    parts.push(
      `,"reference":{"module":${quoted(module)},"state":${quoted(state)},"member":${quoted(reference.member)}}`,
    );
  }
  if (from !== null) parts.push(',"from":', expressionText(from));
  parts.push("}");
  // What is joined is one flat text, and what is added up is not until somebody reads it: each declaration of each view would.
  const text = parts.join("");
  memberTexts.set(member, text);
  return text;
}

function unitText(unit: string | null): string {
  return unit === null ? "" : `,"unit":${quoted(unit)}`;
}

function rangeText(range: Range | null): string {
  return range === null ? "" : `,"range":["${range.min}","${range.max}"]`;
}

/** A stated default of all zeros and the one that a later struct member has unsaid are the same contract. */
function defaultText(value: Default): string {
  switch (value.kind) {
    case "int":
      return value.value === 0n ? '"zero"' : `{"int":"${value.value}"}`;
    case "bool":
      return value.value ? '{"bool":true}' : '"zero"';
    case "string":
      return value.value === "" ? '"zero"' : `{"string":${quoted(value.value)}}`;
    case "bytes":
      return value.hex !== "" && /^0*$/.test(value.hex) ? '"zero"' : `{"bytes":"${value.hex}"}`;
    case "empty":
    case "zero":
      return `"${value.kind}"`;
  }
}

function typeText(type: Type): string {
  switch (type.kind) {
    case "int":
      return `"${type.signed ? "i" : "u"}${type.width}"`;
    case "bool":
    case "uuid":
      return `"${type.kind}"`;
    case "bytes":
    case "string":
      return `{"${type.kind}":[${type.min},${type.max}]}`;
    case "cstring":
      return `{"cstring":${type.size}}`;
    case "named":
      return `{"module":${quoted(type.module)},"name":${quoted(type.name)}}`;
    case "list":
      return `{"list":${typeText(type.element)},"size":[${type.min},${type.max}]}`;
    case "optional":
      return `{"optional":${typeText(type.element)}}`;
  }
}

/** Checks are a set: their order in the text means nothing. */
function checksText(checks: readonly Check[]): string {
  const texts = checks.map(
    (check) => `{"expression":${expressionText(check.expression)},"message":${quoted(check.message)}}`,
  );
  return listText("checks", texts.sort());
}

function stepText(step: Step): string {
  switch (step.kind) {
    case "member":
    case "alternative":
      return `{"${step.kind}":${step.id},"name":${quoted(step.name)}}`;
    case "bits":
      return `{"bits":[${step.low},${step.high}],"name":${quoted(step.name)}${flag("single", step.single)}}`;
  }
}

function expressionText(e: Expr): string {
  switch (e.kind) {
    case "int":
      return `{"int":"${e.value}"}`;
    case "bool":
      return `{"bool":${e.value}}`;
    case "string":
      return `{"string":${quoted(e.value)}}`;
    case "path":
      return `{"path":[${e.steps.map(stepText).join(",")}],"depth":${e.depth}}`;
    case "len":
    case "has":
      return `{"${e.kind}":${expressionText(e.of)}}`;
    case "is":
      return `{"is":${expressionText(e.of)},"alternative":${e.alternative.id},"name":${quoted(e.alternative.name)}}`;
    case "any":
    case "all":
      return `{"${e.kind}":${expressionText(e.list)},"each":${expressionText(e.each)}}`;
    case "unary":
      return `{"operator":"${e.operator}","operand":${expressionText(e.operand)}}`;
    case "binary":
      return `{"operator":"${e.operator}","left":${expressionText(e.left)},"right":${expressionText(e.right)}}`;
    case "conditional":
      return `{"condition":${expressionText(e.condition)},"then":${expressionText(e.then)},"else":${expressionText(e.else)}}`;
  }
}
