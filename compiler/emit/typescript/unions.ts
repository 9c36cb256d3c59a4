import type { Alternative, Union, Version, World } from "../../schema/ir.ts";
import { formatVersion } from "../../schema/version.ts";
import { stringLiteral } from "../names.ts";
import { memberText } from "../schema-text.ts";
import { canBecome, shapeAt, shapeOfMember, type Shape } from "./element.ts";
import { identifiersIn } from "./identifiers.ts";
import { cannotWrite, misfitOf, versionToName } from "./misfits.ts";
import type { Context } from "./program.ts";
import { formOfShape, headerMatches, needsNext, readMember } from "./reading.ts";
import { MemberWriter, type Nested } from "./writing.ts";

/** Writes the decoder of a union: a body of exactly one alternative. */
export function writeUnionReader(c: Context, union: Union): void {
  const { writer } = c;
  const named = { module: c.name, name: union.name };
  const describe = c.symbol(named, "describe");
  const shapes = union.alternatives.map((one) =>
    one.type === null ? null : shapeOfMember(c.world, { ...one, type: one.type }),
  );
  const parameters = `input: ${c.runtime("Input")}, start: number, end: number`;
  writer.doc(["@internal"]);
  writer.block(`export function ${c.symbol(named, "read")}(${parameters}): ${c.symbol(named, "type")} {`, () => {
    writer.line("const { words } = input;");
    if (shapes.some((shape) => shape !== null)) writer.line("let o = start;");
    else writer.line("const o = start;");
    if (shapes.some((shape) => shape !== null && needsNext(shape))) writer.line("let next: number;");
    writer.block("switch (o < end ? words[o]! & 0xffff : 0) {", () => {
      for (const alternative of union.alternatives) writeCase(c, union, alternative, describe);
      writer.line("default:");
      writer.indent(1);
      writer.line(`return ${c.runtime("readUnknown")}(input, start, end, ${describe});`);
      writer.indent(-1);
    });
  });
  writer.blank();
}

function writeCase(c: Context, union: Union, alternative: Alternative, describe: string): void {
  const { writer } = c;
  const { id, name, type, range } = alternative;
  writer.comment(memberText(c, union.name, alternative));
  writer.block(`case ${id}: {`, () => {
    if (type === null) {
      const header = `(words[o]! | 0x1000000) !== 0x${(id | 0x100_0000).toString(16)}`;
      writer.line(`if (${header} || words[o + 1] !== 0) throw input.misshapen(start, ${describe});`);
      writer.line("if (o + 2 !== end) throw input.crowded(start);");
      writer.line(`return { kind: ${stringLiteral(name)}, value: null };`);
      return;
    }
    const shape = shapeOfMember(c.world, { type, range });
    writer.line(`if (${headerMatches(shape, id, "!==")}) throw input.misshapen(start, ${describe});`);
    const into = { name: "held", declare: true, found: "found" };
    for (const line of readMember(c, { type, range }, into)) writer.line(line);
    writer.line("if (o !== end) throw input.crowded(start);");
    writer.line(`return { kind: ${stringLiteral(name)}, value: held };`);
  });
}

/** What a writer of a union is generated for. */
export interface UnionTarget {
  readonly name: string;
  readonly union: Union;
  readonly world: World;
  readonly nested: Nested;
  /** null for the working version. */
  readonly version: Version | null;
  /** The module of the type that values have, where that is another one. */
  readonly module?: string;
  readonly exported: boolean;
}

/** Writes the encoder of a union for one version. */
export function writeUnionWriter(c: Context, working: Union, target: UnionTarget): void {
  const { writer } = c;
  const init = c.symbol({ module: target.module ?? c.name, name: working.name }, "init");
  if (target.exported) writer.doc(["@internal"]);
  else if (target.version !== null) {
    writer.doc([`Writes what version ${formatVersion(target.version)} has of a \`${working.name}\`.`]);
  }
  const parameters = `out: ${c.runtime("Output")}, value: ${init}, start: number`;
  writer.block(`${target.exported ? "export " : ""}function ${target.name}(${parameters}): number {`, () => {
    const body = writer.capture(() => {
      writer.block("switch (value.kind) {", () => {
        for (const alternative of working.alternatives) writeAlternative(c, alternative, target);
        writer.line("default:");
        writer.indent(1);
        writer.line(`return ${c.runtime("writeUnknown")}(out, value, start);`);
        writer.indent(-1);
      });
    });
    if (identifiersIn(body).has("words")) writer.line("const { words } = out;");
    writer.put(body);
  });
  writer.blank();
}

function writeAlternative(c: Context, from: Alternative, target: UnionTarget): void {
  const { writer } = c;
  const to = target.union.alternatives.find((one) => one.id === from.id);
  writer.comment(memberText(c, target.union.name, from));
  writer.block(`case ${stringLiteral(from.name)}: {`, () => {
    if (to === undefined) {
      writer.line(`throw ${cannotWrite(c, from, target.version, stringLiteral(`alternative \`${from.name}\``))};`);
      return;
    }
    if (from.type === null && to.type === null) {
      const unfit = `${c.runtime("unfit")}(value)`;
      writer.line(`if (value.value !== null && value.value !== undefined) throw ${unfit};`);
      writer.line(`words[start] = 0x${(to.id | 0x100_0000).toString(16)};`);
      writer.line("words[start + 1] = 0;");
      writer.line("return start + 2;");
      return;
    }
    const fromShape = from.type === null ? null : shapeOfMember(c.world, { type: from.type, range: from.range });
    const toShape = to.type === null ? null : shapeAt(target.world, { type: to.type, range: to.range });
    if (fromShape === null || toShape === null || !canBecome(fromShape, toShape)) {
      // Lists of another sort are the same where they are empty.
      if (fromShape?.list != null && toShape?.list?.min === 0) {
        writer.line(`if (value.value.length === 0) return out.empty(start, ${headOf(to.id, toShape)});`);
      }
      writer.line(`throw ${cannotWrite(c, from, target.version, stringLiteral(`alternative \`${from.name}\``))};`);
      return;
    }
    writer.line("const held = value.value;");
    writer.line("let o = start;");
    const members = new MemberWriter(c, target.nested);
    members.write({
      value: "held",
      from: fromShape,
      to: toShape,
      id: to.id,
      ignorable: false,
      misfit: misfitOf(c, from, "held", versionToName(c, fromShape, toShape, target.version)),
    });
    members.flush();
    writer.line("return o;");
  });
}

function headOf(id: number, shape: Shape): string {
  return `0x${(id | (formOfShape(shape) << 16) | 0x100_0000).toString(16)}`;
}
