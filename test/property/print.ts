/** Schema models as source text. Spelling 0 is plain; any other seed shuffles and respells what has no meaning. */
import type { Source } from "../../compiler/text.ts";
import { findDeclaration, innermost, versionText } from "./model.ts";
import type {
  AlternativeModel,
  BitsFieldModel,
  DeclarationModel,
  EnumValueModel,
  Expr,
  LifetimeModel,
  MemberModel,
  ModuleModel,
  NamedType,
  Range,
  SchemaModel,
  SupportRange,
  Type,
} from "./model.ts";
import { typeOfPath } from "./scope.ts";
import { Random } from "./random.ts";

/** The sources of all modules, at the paths their names imply. */
export function printSchema(model: SchemaModel): Source[] {
  return model.modules.map((module) => ({
    path: `${module.name.replaceAll(".", "/")}.baton`,
    text: printModule(model, module),
  }));
}

/** The text of one module; the whole model tells what its imports declare. */
export function printModule(model: SchemaModel, module: ModuleModel): string {
  const spelling: Spelling = {
    model,
    module,
    random: module.spelling === 0 ? null : new Random(module.spelling),
    constants: module.declarations.flatMap((declaration) =>
      declaration.kind === "const" && declaration.since === null && declaration.until === null ? [declaration] : [],
    ),
  };
  const { random } = spelling;
  const lines: string[] = [];
  if (random?.chance(30)) lines.push("// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0", "");
  lines.push(...doc(spelling, ""), `module ${module.name};`, "");
  const imports = random === null ? module.imports : random.shuffled(module.imports);
  for (const name of imports) lines.push(`import ${name};`);
  for (const { version, label } of module.versions) {
    // A file without any version line is implicitly version 1.
    if (module.versions.length === 1 && versionText(version) === "1" && label === null && random?.chance(50)) continue;
    lines.push(`version ${versionText(version)}${label === null ? "" : ` ${quote(label)}`};`);
  }
  if (module.reads !== null) lines.push(`reads ${support(module.reads)};`);
  if (module.writes !== null) lines.push(`writes ${support(module.writes)};`);
  const declarations = random === null ? module.declarations : random.shuffled(module.declarations);
  for (const declaration of declarations) {
    lines.push("", ...doc(spelling, ""), ...printDeclaration(spelling, declaration));
  }
  return `${lines.join("\n")}\n`;
}

/** What one module's text is spelled with; `random` is null for the plain spelling. */
interface Spelling {
  readonly model: SchemaModel;
  readonly module: ModuleModel;
  readonly random: Random | null;
  readonly constants: readonly { readonly name: string; readonly value: bigint }[];
}

function support(ranges: readonly SupportRange[]): string {
  return ranges
    .map(({ min, max }) => {
      if (min !== null && min === max) return versionText(min);
      return `${min === null ? "" : versionText(min)}..${max === null ? "" : versionText(max)}`;
    })
    .join(", ");
}

function doc({ random }: Spelling, indent: string): string[] {
  if (random === null) return [];
  return random.weighted<() => string[]>([
    [30, () => []],
    [2, () => [`${indent}/// What it is: "quoted" */ and \`ticked\` \${x} é.`]],
    [1, () => [`${indent}/// First line.`, `${indent}///`, `${indent}///   indented @3 : u8;`]],
    [1, () => [`${indent}// A plain comment.`]],
    [1, () => [`${indent}/* A block`, `${indent}   comment. */`]],
  ])();
}

function quote(text: string): string {
  return `"${text.replace(/["\\\n\r\t\u0000-\u001f\u202a-\u202e]/g, escape)}"`;
}

function escape(character: string): string {
  const short: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return short[character] ?? `\\u{${character.charCodeAt(0).toString(16)}}`;
}

/** An integer in one of its spellings, or the name of a constant of that value where one may stand. */
function number({ random, constants }: Spelling, value: bigint, constantAllowed = false): string {
  if (random === null) return String(value);
  if (constantAllowed && random.chance(40)) {
    const same = constants.filter((constant) => constant.value === value);
    if (same.length > 0) return random.pick(same).name;
  }
  const sign = value < 0n ? "-" : "";
  const digits = (value < 0n ? -value : value).toString();
  const hex = (value < 0n ? -value : value).toString(16);
  return random.weighted<() => string>([
    [6, () => sign + digits],
    [2, () => `${sign}0x${hex}`],
    [1, () => `${sign}0b${(value < 0n ? -value : value).toString(2)}`],
    [1, () => `${sign}0x${hex.replace(/(?<=.)(?=(....)+$)/g, "_")}`],
    [1, () => sign + digits.replace(/(?<=.)(?=(...)+$)/g, "_")],
  ])();
}

function lifetime(life: LifetimeModel): string[] {
  const attributes: string[] = [];
  if (life.since !== null) attributes.push(`since ${versionText(life.since)}`);
  if (life.until !== null) attributes.push(`until ${versionText(life.until)}`);
  if (life.deprecated !== null)
    attributes.push(life.deprecated === "" ? "deprecated" : `deprecated ${quote(life.deprecated)}`);
  return attributes;
}

/** Attributes may stand in any order. */
function attributeText({ random }: Spelling, attributes: readonly string[]): string {
  return (random === null ? attributes : random.shuffled(attributes)).map((attribute) => ` ${attribute}`).join("");
}

function printDeclaration(spelling: Spelling, declaration: DeclarationModel): string[] {
  const head = attributeText(spelling, lifetime(declaration));
  const order = <T>(items: readonly T[]): readonly T[] => spelling.random?.shuffled(items) ?? items;
  switch (declaration.kind) {
    case "const":
      return [`const ${declaration.name} = ${number(spelling, declaration.value)}${head};`];
    case "type": {
      const { range, unit, hex } = declaration;
      const attributes = [...numberAttributes(spelling, range, unit, hex), ...lifetime(declaration)];
      return [
        `type ${declaration.name} = ${typeText(spelling, declaration.type)}${attributeText(spelling, attributes)};`,
      ];
    }
    case "enum":
      return [
        `${declaration.open ? "open " : ""}enum ${declaration.name} : ${typeText(spelling, declaration.base)}${head} {`,
        ...order(declaration.values).flatMap((value) => enumValue(spelling, value)),
        ...reserved(spelling, declaration.reserved, ""),
        "}",
      ];
    case "bits":
      return [
        `${declaration.open ? "open " : ""}bits ${declaration.name} : ${typeText(spelling, declaration.base)}${head} {`,
        ...order(declaration.fields).flatMap((field) => bitsField(spelling, field)),
        ...reserved(spelling, declaration.reserved, ""),
        "}",
      ];
    case "struct":
      return [
        `struct ${declaration.name}${head} {`,
        ...declaration.members.flatMap((member) => memberLines(spelling, declaration, member)),
        ...reserved(spelling, declaration.reserved, "@"),
        ...checks(spelling, declaration),
        "}",
      ];
    case "state": {
      const attributes = [
        ...(declaration.ignorable ? ["ignorable"] : []),
        ...(declaration.single ? ["single"] : []),
        ...lifetime(declaration),
      ];
      const id = declaration.id === null ? "" : ` @${number(spelling, BigInt(declaration.id))}`;
      return [
        `state ${declaration.name}${id}${attributeText(spelling, attributes)} {`,
        ...order(declaration.members).flatMap((member) => memberLines(spelling, declaration, member)),
        ...reserved(spelling, declaration.reserved, "@"),
        ...checks(spelling, declaration),
        "}",
      ];
    }
    case "union":
      return [
        `union ${declaration.name}${head} {`,
        ...order(declaration.alternatives).flatMap((alternative) => alternativeLines(spelling, alternative)),
        ...reserved(spelling, declaration.reserved, "@"),
        "}",
      ];
  }
}

function numberAttributes(spelling: Spelling, range: Range | null, unit: string | null, hex: boolean): string[] {
  return [
    ...(range === null ? [] : [`in ${number(spelling, range.min, true)}..${number(spelling, range.max, true)}`]),
    ...(unit === null ? [] : [`unit ${quote(unit)}`]),
    ...(hex ? ["hex"] : []),
  ];
}

function enumValue(spelling: Spelling, value: EnumValueModel): string[] {
  const attributes = attributeText(spelling, lifetime(value));
  return [...doc(spelling, "  "), `  ${value.name} = ${number(spelling, value.value, true)}${attributes};`];
}

function bitsField(spelling: Spelling, field: BitsFieldModel): string[] {
  const low = number(spelling, BigInt(field.low), true);
  const bits = field.single ? low : `${low}..${number(spelling, BigInt(field.high), true)}`;
  const type = field.type === null ? "" : ` : ${typeText(spelling, field.type)}`;
  return [...doc(spelling, "  "), `  ${field.name} = ${bits}${type}${attributeText(spelling, lifetime(field))};`];
}

function memberLines(spelling: Spelling, declaration: DeclarationModel, member: MemberModel): string[] {
  const attributes = [
    ...(member.default === null || member.default.kind === "zero" ? [] : [`= ${defaultText(spelling, member)}`]),
    ...numberAttributes(spelling, member.range, member.unit, member.hex),
    ...(member.key ? ["key"] : []),
    ...(member.sorted ? ["sorted"] : []),
    ...(member.handle ? ["handle"] : []),
    ...(member.ignorable ? ["ignorable"] : []),
    ...(member.reference === null
      ? []
      : [`-> ${nameText(spelling, stateOf(member.reference))}.${member.reference.member}`]),
    ...(member.from === null
      ? []
      : [`from ${expressionText({ spelling, declaration, elements: [] }, member.from, 0)}`]),
    ...lifetime(member),
  ];
  const text = `${member.name} @${number(spelling, BigInt(member.id))} : ${typeText(spelling, member.type)}`;
  return [...doc(spelling, "  "), `  ${text}${attributeText(spelling, attributes)};`];
}

function stateOf(reference: { module: string; state: string }): NamedType {
  return { kind: "named", module: reference.module, name: reference.state };
}

function alternativeLines(spelling: Spelling, alternative: AlternativeModel): string[] {
  const { range, unit, hex } = alternative;
  const attributes = [...numberAttributes(spelling, range, unit, hex), ...lifetime(alternative)];
  const type = alternative.type === null ? "none" : typeText(spelling, alternative.type);
  const id = number(spelling, BigInt(alternative.id));
  return [...doc(spelling, "  "), `  ${alternative.name} @${id} : ${type}${attributeText(spelling, attributes)};`];
}

function checks(spelling: Spelling, declaration: Extract<DeclarationModel, { checks: unknown }>): string[] {
  return declaration.checks.map((check) => {
    const expression = expressionText({ spelling, declaration, elements: [] }, check.expression, 0);
    const life = attributeText(spelling, lifetime({ since: check.since, until: check.until, deprecated: null }));
    return `  check ${expression} : ${quote(check.message)}${life};`;
  });
}

function reserved(
  spelling: Spelling,
  entries: readonly { min: bigint | null; max: bigint | null; name: string | null }[],
  sign: string,
): string[] {
  return entries.map(({ min, max, name }) => {
    const label = name === null ? "" : quote(name);
    if (min === null) return `  reserved ${label};`;
    const low = sign + number(spelling, min);
    const numbers = max === null || max === min ? low : `${low}..${sign}${number(spelling, max)}`;
    return `  reserved ${numbers}${label === "" ? "" : ` ${label}`};`;
  });
}

/** A declared name: bare where only one declaration can be meant, else behind its module's last segment or its whole name. */
function nameText({ model, module, random }: Spelling, type: NamedType): string {
  if (type.module === module.name) return type.name;
  const declares = (name: string): boolean => findDeclaration(model, { ...type, module: name }) !== undefined;
  const bare = !declares(module.name) && module.imports.filter(declares).length === 1;
  const last = type.module.slice(type.module.lastIndexOf(".") + 1);
  const lastIsUnique =
    module.imports.filter((name) => name.slice(name.lastIndexOf(".") + 1) === last).length === 1 &&
    last !== module.name;
  const choices = [
    ...(bare ? [type.name] : []),
    ...(lastIsUnique ? [`${last}.${type.name}`] : []),
    `${type.module}.${type.name}`,
  ];
  return random === null ? (choices[0] ?? type.name) : random.pick(choices);
}

function bounds(spelling: Spelling, min: number, max: number | null): string {
  if (max === null) return min === 0 ? "" : `[${number(spelling, BigInt(min), true)}..]`;
  const high = number(spelling, BigInt(max), true);
  if (min === max) return `[${high}]`;
  return min === 0 ? `[..${high}]` : `[${number(spelling, BigInt(min), true)}..${high}]`;
}

export function typeText(spelling: Spelling, type: Type): string {
  switch (type.kind) {
    case "int":
      return `${type.signed ? "i" : "u"}${type.width}`;
    case "bool":
    case "uuid":
      return type.kind;
    case "bytes":
    case "string":
      return `${type.kind}${bounds(spelling, type.min, type.max)}`;
    case "cstring":
      return `cstring[${number(spelling, BigInt(type.size), true)}]`;
    case "named":
      return nameText(spelling, type);
    case "list":
      // The first brackets after `string` and `bytes` are their own bounds.
      return `${typeText(spelling, type.element)}${isBare(type.element) ? "[]" : ""}${bounds(spelling, type.min, type.max) || "[]"}`;
    case "optional":
      return `${typeText(spelling, type.element)}?`;
  }
}

function isBare(type: Type): boolean {
  return (type.kind === "string" || type.kind === "bytes") && type.min === 0 && type.max === null;
}

function defaultText(spelling: Spelling, member: MemberModel): string {
  const value = member.default;
  switch (value?.kind) {
    case undefined:
    case "zero":
      throw new Error(`${member.name} has no default to print`);
    case "bool":
      return String(value.value);
    case "string":
      return quote(value.value);
    case "bytes":
      return quote(
        innermost(member.type).kind === "uuid"
          ? value.hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
          : value.hex,
      );
    case "empty":
      return "[]";
    case "int":
      return numberDefault(spelling, member, value.value);
  }
}

/** Enum values by name, bits as names joined by `|`, other numbers as numbers. */
function numberDefault(spelling: Spelling, member: MemberModel, value: bigint): string {
  const inner = innermost(member.type);
  const declaration = inner.kind === "named" ? findDeclaration(spelling.model, inner) : undefined;
  if (declaration?.kind === "enum") {
    const name = declaration.values.find(
      (candidate) => candidate.value === value && candidate.since === null && candidate.until === null,
    );
    return (
      name?.name ?? declaration.values.find((candidate) => candidate.value === value)?.name ?? number(spelling, value)
    );
  }
  if (declaration?.kind === "bits" && value !== 0n) {
    const names = declaration.fields.filter((field) => field.single && (value >> BigInt(field.low)) & 1n);
    const covered = names.reduce((sum, field) => sum | (1n << BigInt(field.low)), 0n);
    if (covered === value) return names.map((field) => field.name).join(" | ");
  }
  return number(spelling, value, declaration?.kind !== "bits");
}

interface ExpressionPlace {
  readonly spelling: Spelling;
  readonly declaration: DeclarationModel;
  /** Types of the elements that enclosing walks stand on, innermost last. */
  readonly elements: readonly Type[];
}

/** How tightly operators bind, loosest first, as the grammar has it. */
const tightness: Record<string, number> = {
  "?": 1,
  "||": 2,
  "&&": 3,
  "==": 4,
  "!=": 4,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  is: 4,
  "|": 5,
  "^": 6,
  "&": 7,
  "<<": 8,
  ">>": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  "/": 10,
  "%": 10,
  unary: 11,
};

const notAssociative = 4;

/** The text of an expression where an operator of tightness `outer` or tighter need not be put in parentheses. */
function expressionText(place: ExpressionPlace, expression: Expr, outer: number): string {
  const { spelling } = place;
  const wrap = (level: number, text: string): string =>
    level < outer || spelling.random?.chance(5) ? `(${text})` : text;
  switch (expression.kind) {
    case "int":
      return expression.value < 0n
        ? wrap(11, number(spelling, expression.value))
        : number(spelling, expression.value, true);
    case "bool":
      return String(expression.value);
    case "string":
      return quote(expression.value);
    case "path":
      return pathText(place, expression);
    case "len":
    case "has":
      return `${expression.kind}(${expressionText(place, expression.of, 0)})`;
    case "is":
      return wrap(4, `${expressionText(place, expression.of, 5)} is ${expression.alternative.name}`);
    case "any":
    case "all": {
      const type = typeOfPath(spelling.model, place.declaration, place.elements, expression.list);
      // After an edit it may be no list any more; the compiler says so.
      const element: Type = type?.kind === "list" ? type.element : { kind: "bool" };
      const each = expressionText({ ...place, elements: [...place.elements, element] }, expression.each, 0);
      return `${expression.kind}(${expressionText(place, expression.list, 0)}, ${each})`;
    }
    case "unary":
      return wrap(11, `${expression.operator}${expressionText(place, expression.operand, 11)}`);
    case "binary": {
      const level = tightness[expression.operator] ?? 0;
      // Only a comparison tells what the name of a value stands against.
      const operand =
        level === notAssociative
          ? operandText
          : (_: ExpressionPlace, one: Expr, __: Expr, outer: number) => expressionText(place, one, outer);
      const left = operand(place, expression.left, expression.right, level === notAssociative ? level + 1 : level);
      return wrap(
        level,
        `${left} ${expression.operator} ${operand(place, expression.right, expression.left, level + 1)}`,
      );
    }
    case "conditional": {
      const condition = expressionText(place, expression.condition, 2);
      return wrap(
        1,
        `${condition} ? ${expressionText(place, expression.then, 1)} : ${expressionText(place, expression.else, 1)}`,
      );
    }
  }
}

/** Members bare; the element of a walk is `it`, which its members may be spelled behind. */
function pathText({ spelling }: ExpressionPlace, { depth, steps }: Extract<Expr, { kind: "path" }>): string {
  const names = steps.map((step) => step.name);
  const behindIt = depth === 1 && (steps[0]?.kind !== "member" || spelling.random?.chance(10));
  return (behindIt ? ["it", ...names] : names).join(".");
}

/** An operand of a binary operator; a number that stands against an enum is spelled by name now and then. */
function operandText(place: ExpressionPlace, expression: Expr, other: Expr, outer: number): string {
  const { spelling, declaration, elements } = place;
  if (expression.kind === "int" && other.kind === "path" && spelling.random?.chance(60)) {
    const type = typeOfPath(spelling.model, declaration, elements, other);
    const named = type?.kind === "named" ? findDeclaration(spelling.model, type) : undefined;
    // A member with the name of a value of its own enum does not stand beside the name of another one.
    if (named?.kind === "enum" && !named.values.some(({ name }) => name === other.steps[0]?.name)) {
      const value = named.values.find(
        (candidate) => candidate.value === expression.value && candidate.since === null && candidate.until === null,
      );
      if (value !== undefined && type?.kind === "named" && spelling.random.chance(20))
        return `${nameText(spelling, type)}.${value.name}`;
      if (value !== undefined && !reservedInExpressions.has(value.name) && !hidden(place, value.name))
        return value.name;
    }
  }
  return expressionText(place, expression, outer);
}

/** Names that mean something else where an expression begins. */
export const reservedInExpressions: ReadonlySet<string> = new Set([
  "true",
  "false",
  "len",
  "has",
  "any",
  "all",
  "is",
  "it",
]);

/** Whether a bare name would mean a member here. */
function hidden({ spelling, declaration, elements }: ExpressionPlace, name: string): boolean {
  const scopes = [
    declaration,
    ...elements.flatMap((type) => (type.kind === "named" ? (findDeclaration(spelling.model, type) ?? []) : [])),
  ];
  return scopes.some((scope) => "members" in scope && scope.members.some((member) => member.name === name));
}
