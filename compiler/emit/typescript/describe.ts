import type { Bits, Enum, Member, State, Struct, Union } from "../../schema/ir.ts";
import { layoutOf } from "../../schema/layout.ts";
import { findDeclaration, rangeOfInt } from "../../schema/lookup.ts";
import { integerLiteral, stringLiteral } from "../names.ts";
import type { Computation, Computations } from "./computed.ts";
import { defaultLiteral } from "./defaults.ts";
import { shapeOfMember, type Element, type IntegerElement, type Shape } from "./element.ts";
import type { Context } from "./program.ts";
import { bytesOfDefaults } from "./pattern.ts";

/** Writes what the slow paths of the runtime know of an enum or bits. */
export function describeIntegral(c: Context, declaration: Enum | Bits): void {
  const named = { module: c.name, name: declaration.name };
  const name = stringLiteral(`${c.name}.${declaration.name}`);
  const base = c.runtime(`${declaration.base.signed ? "i" : "u"}${declaration.base.width}`);
  const { writer } = c;
  writer.doc(["@internal"]);
  const kind = declaration.kind === "enum" ? "EnumDescription" : "BitsDescription";
  writer.block(`export function ${c.symbol(named, "describe")}(): ${c.runtime(kind)} {`, () => {
    if (declaration.kind === "enum") {
      const values = c.symbol(named, "type");
      writer.line(
        `return { kind: "enum", name: ${name}, base: ${base}, open: ${declaration.open}, values: ${values} };`,
      );
    } else {
      const named = declaration.fields.reduce((mask, { low, high }) => mask | bitsMask(low, high), 0n);
      writer.block(
        "return {",
        () => {
          writer.line(`kind: "bits",`);
          writer.line(`name: ${name},`);
          writer.line(`base: ${base},`);
          writer.line(`open: ${declaration.open},`);
          writer.line(`named: ${integerLiteral(named, { hex: true, big: true })},`);
          const fields = declaration.fields.flatMap(({ name: field, low, high, type }) => {
            if (type === null) return [];
            const { element } = shapeOfMember(c.world, { type, range: null });
            const described = elementText(c, element);
            return [`{ name: ${stringLiteral(field)}, low: ${low}, high: ${high}, type: ${described} }`];
          });
          writeEntries(c, "fields", fields);
        },
        "};",
      );
    }
  });
  writer.blank();
}

/** Writes what the slow paths of the runtime know of a state. */
export function describeState(c: Context, state: State, computations: Computations): void {
  describeBody(c, state, "StateDescription", () => {
    const { writer } = c;
    writeEntries(
      c,
      "members",
      state.members.map((member) => memberEntry(c, member, computations, [])),
    );
    if (state.retired.length > 0) {
      writeEntries(
        c,
        "retired",
        state.retired.map((member) => memberEntry(c, member, computations, [])),
      );
    }
    writeCheckEntries(c, state, computations);
    writer.line(`read: ${c.symbol({ module: c.name, name: state.name }, "read")},`);
  });
}

/** Writes what the slow paths of the runtime know of a struct. */
export function describeStruct(c: Context, struct: Struct, computations: Computations): void {
  const layout = layoutOf(c.world, struct);
  const named = { module: c.name, name: struct.name };
  describeBody(c, struct, "StructDescription", () => {
    const { writer } = c;
    writer.line(`stride: ${layout.stride},`);
    writer.line(`align: ${layout.align},`);
    const entries = layout.members.map(({ member, offset, size }) =>
      memberEntry(c, member, computations, [`offset: ${offset}`, `size: ${size}`]),
    );
    writeEntries(c, "members", entries);
    writeCheckEntries(c, struct, computations);
    const pattern = bytesOfDefaults(c.world, struct);
    if (pattern.some((byte) => byte !== 0)) {
      const hex = Array.from(pattern, (byte) => byte.toString(16).padStart(2, "0")).join("");
      writer.comment("a row whose members are all at their defaults");
      writer.line(`pattern: ${c.runtime("fromHex")}("${hex}"),`);
    }
    writer.line(`row: (cursor) => new ${c.symbol(named, "row")}(cursor),`);
    writer.line(`read: ${c.symbol(named, "read")},`);
  });
}

/** Writes what the slow paths of the runtime know of a union. */
export function describeUnion(c: Context, union: Union): void {
  describeBody(c, union, "UnionDescription", () => {
    const entries = union.alternatives.map(({ id, name, type, range }) => {
      const text = type === null ? "null" : typeText(c, shapeOfMember(c.world, { type, range }));
      return `{ id: ${id}, name: ${stringLiteral(name)}, type: ${text} }`;
    });
    writeEntries(c, "alternatives", entries);
    c.writer.line(`read: ${c.symbol({ module: c.name, name: union.name }, "read")},`);
  });
}

function describeBody(
  c: Context,
  declaration: State | Struct | Union,
  type: "StateDescription" | "StructDescription" | "UnionDescription",
  body: () => void,
): void {
  const { writer } = c;
  const named = { module: c.name, name: declaration.name };
  writer.doc(["@internal"]);
  writer.block(`export function ${c.symbol(named, "describe")}(): ${c.runtime(type)} {`, () => {
    writer.block(
      "return {",
      () => {
        writer.line(`kind: "${declaration.kind}",`);
        writer.line(`name: ${stringLiteral(`${c.name}.${declaration.name}`)},`);
        body();
      },
      "};",
    );
  });
  writer.blank();
}

/** An array of objects: one that is alone stays on its line if it fits, as Prettier has it. */
export function writeEntries(c: Context, name: string, entries: readonly string[]): void {
  const { writer } = c;
  const [only] = entries;
  if (only === undefined) return writer.line(`${name}: [],`);
  if (entries.length === 1 && writer.fits(`${name}: [${only}],`)) return writer.line(`${name}: [${only}],`);
  writer.block(
    `${name}: [`,
    () => {
      for (const entry of entries) writer.line(`${entry},`);
    },
    "],",
  );
}

function bitsMask(low: number, high: number): bigint {
  return ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
}

function memberEntry(c: Context, member: Member, computations: Computations, more: readonly string[]): string {
  const shape = shapeOfMember(c.world, member);
  const parts = [`id: ${member.id}`, `name: ${stringLiteral(member.name)}`, ...more, `type: ${typeText(c, shape)}`];
  if (shape.optional) parts.push("optional: true");
  if (member.default !== null) parts.push(`default: ${defaultLiteral(c, member)}`);
  if (member.from !== null) {
    const computation = computations.from(member);
    parts.push(`from: ${computationText(computation)}`);
  }
  if (member.ignorable) parts.push("ignorable: true");
  if (member.key) parts.push("key: true");
  if (member.sorted) parts.push("sorted: true");
  if (member.reference !== null) {
    const { module, state, member: key } = member.reference;
    const target = findDeclaration(c.world, { module, name: state });
    const record = target?.kind === "state" && target.id !== null;
    const name = stringLiteral(`${module}.${state}`);
    parts.push(`reference: { state: ${name}, member: ${stringLiteral(key)}, record: ${record} }`);
  }
  return `{ ${parts.join(", ")} }`;
}

function writeCheckEntries(c: Context, owner: State | Struct, computations: Computations): void {
  if (owner.checks.length === 0) return;
  const entries = owner.checks.map((check, index) => {
    const computation = computationText(computations.check(check, index)).slice(2);
    return `{ message: ${stringLiteral(check.message)}, ${computation}`;
  });
  writeEntries(c, "checks", entries);
}

/** A computation as the runtime takes it: the names of its arguments, and the function. */
function computationText({ name, members }: Computation): string {
  return `{ of: [${members.map((one) => stringLiteral(one.name)).join(", ")}], compute: ${name} }`;
}

function typeText(c: Context, { element, list }: Shape): string {
  const text = elementText(c, element);
  if (list === null) return text;
  const max = list.max === null ? "" : `, ${list.max}`;
  return `${c.runtime(list.row === null ? "listOf" : "tableOf")}(${text}, ${list.min}${max})`;
}

function elementText(c: Context, element: Element): string {
  switch (element.kind) {
    case "integer":
      return element.named === null ? intText(c, element) : c.symbol(element.named, "describe");
    case "bool":
    case "uuid":
      return c.runtime(element.kind);
    case "bytes":
    case "string": {
      const max = element.max === null ? "" : `, ${element.max}`;
      return `${c.runtime(element.kind === "bytes" ? "bytesOf" : "stringOf")}(${element.min}${max})`;
    }
    case "cstring":
      return `${c.runtime("cstringOf")}(${element.size})`;
    case "struct":
    case "state":
    case "union":
      return c.symbol(element, "describe");
  }
}

function intText(c: Context, { width, signed, range, big }: IntegerElement): string {
  const base = c.runtime(`${signed ? "i" : "u"}${width}`);
  const whole = rangeOfInt({ kind: "int", width, signed });
  if (range.min === whole.min && range.max === whole.max) return base;
  return `${c.runtime("intOf")}(${base}, ${c.numerals.literal(range.min, { big })}, ${c.numerals.literal(range.max, { big })})`;
}
