import { mentionedMembers } from "../../schema/expression-members.ts";
import type { Member, Struct, Version, World } from "../../schema/ir.ts";
import { layoutOf, type Layout, type MemberLayout } from "../../schema/layout.ts";
import { formatVersion } from "../../schema/version.ts";
import { property, stringLiteral } from "../names.ts";
import { memberText } from "../schema-text.ts";
import { argumentsOf } from "./arguments.ts";
import { byteOf, cellOf, gapCells, mayRepeat, readCell, readField, writeField } from "./cells.ts";
import { Computations, meansTheSame } from "./computed.ts";
import { defaultLiteral, differsFromDefault, isZeroFilled } from "./defaults.ts";
import { canBecome, shapeOfMember, type Shape } from "./element.ts";
import { otherLayouts } from "./foreign-rows.ts";
import { identifiersIn } from "./identifiers.ts";
import { cannotWrite, failedCheck, leaveOut, misfitOf, versionToName } from "./misfits.ts";
import type { Context } from "./program.ts";
import { headerLiteral } from "./reading.ts";
import { suffixOf } from "./targets.ts";
import { typeOfColumn, typeOfField } from "./types.ts";
import { writeVariables } from "./variables.ts";
import type { Nested } from "./writing.ts";

/** Writes how rows of a struct are read: one, and those of a table. */
export function writeStructReader(c: Context, struct: Struct, computations: Computations): void {
  const { writer } = c;
  const named = { module: c.name, name: struct.name };
  const layout = layoutOf(c.world, struct);
  const type = c.symbol(named, "type");
  const describe = c.symbol(named, "describe");
  const repeating = layout.members.filter(({ member }) => mayRepeat(c, member)).map(({ member }) => member.id);
  const locals = c.locals(["input", "at", "bytes", "halves", "words", "longs", "repeats"]);
  const variables = new Map(layout.members.map(({ member }) => [member.id, locals.take(member.name)]));
  const nameOf = (id: number): string => variables.get(id) ?? "";
  writer.doc(["@internal"]);
  const parameters = [`input: ${c.runtime("Input")}`, "at: number"];
  if (repeating.length > 0) parameters.push(`repeats: ${c.runtime("Repeats")} | null = null`);
  writer.block(`export function ${c.symbol(named, "read")}(${parameters.join(", ")}): ${type} {`, () => {
    const body = writer.capture(() => {
      let end = 0;
      for (const { member, offset, size } of layout.members) {
        checkGap(c, end, offset);
        writer.comment(memberText(c, struct.name, member));
        const column = repeating.indexOf(member.id);
        const place = { row: "at", offset };
        for (const line of readField(c, member, nameOf(member.id), place, column === -1 ? null : column)) {
          writer.line(line);
        }
        end = offset + size;
      }
      checkGap(c, end, layout.stride);
      for (const [index, check] of struct.checks.entries()) {
        const computation = computations.check(check, index);
        const call = `${computation.name}(${argumentsOf(computation, nameOf)})`;
        const failed = `if (!${call}) throw ${c.runtime("failedRow")}(input, at, ${describe}, ${stringLiteral(check.message)});`;
        if (computation.mayFail) {
          writer.attempt(
            [failed],
            `throw ${c.runtime("unevaluatedRow")}(error, input, at, ${describe}, ${stringLiteral(check.message)});`,
          );
        } else writer.line(failed);
      }
      const properties = struct.members.map((member) => property(member.name, nameOf(member.id)));
      writer.line(`return { ${properties.join(", ")} };`);
    });
    writeArrays(c, body, "input");
    writer.put(body);
  });
  writer.blank();
  const shapes = shapesOf(layout);
  writer.doc(["@internal"]);
  writer.block(
    `export function ${c.symbol(named, "readTable")}(input: ${c.runtime("Input")}, o: number): ${type}[] {`,
    () => {
      writer.line("const shape = input.words[o + 3]!;");
      const known = shapes.map((shape) => `shape === ${headerLiteral(shape)}`).join(" || ");
      writer.line(`const own = ${known};`);
      writer.line(`const source = own || input.words[o + 2] === 0 ? input : input.conform(o, ${describe});`);
      writer.line(`const rows = new Array<${type}>(input.words[o + 2]!);`);
      if (repeating.length > 0) {
        writer.line(`const repeats = ${c.runtime("repeatsOf")}(source, rows.length, ${repeating.length});`);
      }
      writer.line("let at = source === input ? (o + 4) * 4 : 16;");
      writer.block("for (let i = 0; i < rows.length; i++) {", () => {
        const rest = repeating.length > 0 ? ", repeats" : "";
        writer.line(`rows[i] = ${c.symbol(named, "read")}(source, at${rest});`);
        writer.line(`at += ${layout.stride};`);
      });
      writer.line("return rows;");
    },
  );
  writer.blank();
}

/** The typed arrays that some lines use. */
function writeArrays(c: Context, body: readonly string[], from: string): void {
  const names = identifiersIn(body);
  const used = ["bytes", "halves", "words", "longs"].filter((array) => names.has(array));
  if (used.length > 0) c.writer.line(`const { ${used.join(", ")} } = ${from};`);
}

function checkGap(c: Context, start: number, end: number): void {
  if (start === end) return;
  const cells = gapCells("at", start, end);
  const condition = cells.map((cell) => `${cell} !== 0`).join(" || ");
  c.writer.line(`if (${condition}) throw input.refuseAt("B8108", ${byteOf({ row: "at", offset: start })});`);
}

/** The end of the last member that counts in every row, and the ends of those after it that count where they are not at their default. */
function requiredEnds(layout: Layout): { readonly always: number; readonly maybe: readonly MemberLayout[] } {
  let always = 0;
  for (const { member, offset, size } of layout.members) {
    if (member.default === null && !member.ignorable) always = offset + size;
  }
  const maybe = layout.members.filter(
    ({ member, offset }) => offset >= always && member.default !== null && !member.ignorable,
  );
  return { always, maybe };
}

/** Stride and required as one word, for each `required` that a row of this version can have; the first few. */
function shapesOf(layout: Layout): readonly number[] {
  const { always, maybe } = requiredEnds(layout);
  const ends = [always, ...maybe.map(({ offset, size }) => offset + size)].slice(0, 3);
  return ends.map((end) => layout.stride + end * 0x1_0000);
}

/** What a writer of a struct is generated for. */
export interface StructTarget {
  readonly row: string;
  readonly table: string;
  readonly struct: Struct;
  readonly world: World;
  readonly nested: Nested;
  /** null for the working version. */
  readonly version: Version | null;
  /** The module of the type that values have, where that is another one. */
  readonly module?: string;
  readonly exported: boolean;
}

/** Writes how rows of a struct are written for one version: one, and those of a table. */
export function writeStructWriter(c: Context, working: Struct, target: StructTarget, computations: Computations): void {
  writeRowWriter(c, working, target, computations);
  writeTableWriter(c, working, target);
}

/** What a function that writes rows begins with. */
function headOf(working: Struct, { exported, version }: StructTarget): { readonly head: string; readonly doc: string } {
  const doc =
    version === null ? "@internal" : `Writes what version ${formatVersion(version)} has of a \`${working.name}\`.`;
  return { head: exported ? "export " : "", doc };
}

function initOf(c: Context, { name }: Struct, { module = c.name }: StructTarget): string {
  return c.symbol({ module, name }, "init");
}

/** Writes how one row is written. */
export function writeRowWriter(c: Context, working: Struct, target: StructTarget, computations: Computations): void {
  const { writer } = c;
  const layout = layoutOf(target.world, target.struct);
  const { maybe } = requiredEnds(layout);
  const atTarget =
    target.version === null
      ? computations
      : new Computations(c, target.world, target.struct, suffixOf(target.version), working);
  const { head, doc } = headOf(working, target);
  writer.doc([doc]);
  const parameters = `out: ${c.runtime("Output")}, value: ${initOf(c, working, target)}, at: number`;
  const result = maybe.length === 0 ? "void" : "number";
  writer.block(`${head}function ${target.row}(${parameters}): ${result} {`, () => {
    writeRow(c, working, target, layout, computations, atTarget);
  });
  writer.blank();
  if (atTarget !== computations) atTarget.flush();
}

/** Writes how the rows of a table are written, by the function for one. */
export function writeTableWriter(c: Context, working: Struct, target: StructTarget): void {
  const { writer } = c;
  const layout = layoutOf(target.world, target.struct);
  const { always, maybe } = requiredEnds(layout);
  const { head, doc } = headOf(working, target);
  const init = initOf(c, working, target);
  const view = c.symbol({ module: target.module ?? c.name, name: working.name }, "rows");
  const given = target.version === null ? "rows" : "given";
  const parameters = `out: ${c.runtime("Output")}, o: number, head: number, ${given}: readonly ${init}[] | ${view}`;
  writer.doc([doc]);
  writer.block(`${head}function ${target.table}(${parameters}): number {`, () => {
    if (target.version !== null) writer.line(`const rows = ${c.runtime("rowsOf")}(given);`);
    else {
      const describe = c.symbol({ module: c.name, name: working.name }, "describe");
      const rest = `out, o, head, rows, ${describe}, ${target.table}`;
      writer.line(`if (rows instanceof ${c.runtime("Table")}) return ${c.runtime("writeView")}(${rest});`);
    }
    for (const { module, versions } of target.version === null ? [] : otherLayouts(c, target.world, target.struct)) {
      const at = `out.targetOf(${stringLiteral(module)})`;
      const conditions = versions.map((version) => `${at} === 0x${version.toString(16)}`);
      const condition = conditions.length === 1 ? conditions.join("") : `(${conditions.join(" || ")})`;
      const [version = 0] = versions;
      const text = stringLiteral(formatVersion(version));
      const place = `rows[0]!, "", 0, \`\${out.versionOf(${stringLiteral(module)}, ${text})} of ${module}\``;
      writer.line(`if (rows.length !== 0 && ${condition}) throw ${c.runtime("cannotWrite")}(${place}, rows[0]);`);
    }
    writer.line(`const next = out.table(o, head, rows.length, ${layout.stride}, ${always});`);
    if (maybe.length > 0) writer.line(`let required = ${always};`);
    writer.line("let at = (o + 4) * 4;");
    writer.block("for (let i = 0; i < rows.length; i++) {", () => {
      const call = `${target.row}(out, rows[i]!, at)`;
      writer.line(maybe.length === 0 ? `${call};` : `required = Math.max(required, ${call});`);
      writer.line(`at += ${layout.stride};`);
    });
    if (maybe.length > 0) writer.line("out.require(o, required);");
    writer.line("return next;");
  });
  writer.blank();
}

function writeRow(
  c: Context,
  working: Struct,
  target: StructTarget,
  layout: Layout,
  computations: Computations,
  atTarget: Computations,
): void {
  const { writer } = c;
  const locals = c.locals(["out", "value", "at", "bytes", "halves", "words", "longs", "required"]);
  const variables = new Map(working.members.map((member) => [member.id, locals.take(member.name)]));
  const nameOf = (id: number): string => variables.get(id) ?? "";
  const body = writer.capture(() => {
    writeLost(c, working, target, nameOf);
    let end = 0;
    for (const { member, offset, size } of layout.members) {
      clearGap(c, end, offset);
      writer.comment(memberText({ world: target.world, numerals: c.numerals }, working.name, member));
      writeOne(c, working, target, { member, offset, size }, nameOf(member.id));
      end = offset + size;
    }
    clearGap(c, end, layout.stride);
    writeRowChecks(c, working, target, computations, atTarget, nameOf);
    writeRequired(c, working, target, layout, nameOf);
  });
  writeVariables(c, working.members, variables, identifiersIn(body));
  writeArrays(c, body, "out");
  writer.put(body);
}

function writeOne(
  c: Context,
  working: Struct,
  target: StructTarget,
  { member, offset }: MemberLayout,
  given: string,
): void {
  const { writer } = c;
  const to = shapeOfMember(target.world, member);
  const own = working.members.find((one) => one.id === member.id);
  const from = own === undefined ? null : shapeOfMember(c.world, own);
  if (from === null && member.default !== null) {
    // What this version does not have is at its default.
    const value = defaultLiteral(c, member, to);
    const options = {
      misfit: misfitOf(c, member, value, null),
      is: target.nested.is,
      fits: target.nested.fits,
      row: target.nested.row,
    };
    const literal = { from: to, to, value };
    for (const line of writeField(c, literal, { row: "at", offset }, options)) writer.line(line);
    return;
  }
  if (from === null || !canBecome(from, to)) {
    const found = from === null ? '"nothing"' : given;
    writer.line(`throw ${cannotWrite(c, member, target.version, found)};`);
    return;
  }
  const lines = writeField(
    c,
    { from, to, value: given },
    { row: "at", offset },
    {
      misfit: misfitOf(c, member, given, versionToName(c, from, to, target.version)),
      is: target.nested.is,
      fits: target.nested.fits,
      row: target.nested.row,
    },
  );
  for (const line of lines) writer.line(line);
}

function clearGap(c: Context, start: number, end: number): void {
  for (const cell of start === end ? [] : gapCells("at", start, end)) c.writer.line(`${cell} = 0;`);
}

/** The end of the last member of this row that must be understood. */
function writeRequired(
  c: Context,
  working: Struct,
  target: StructTarget,
  layout: Layout,
  nameOf: (id: number) => string,
): void {
  const { always, maybe } = requiredEnds(layout);
  const { writer } = c;
  if (maybe.length === 0) return;
  for (const { member, offset, size } of [...maybe].reverse()) {
    if (!working.members.some((one) => one.id === member.id)) continue;
    const shape = shapeOfMember(target.world, member);
    const condition = isZeroFilled(member, shape)
      ? `${c.runtime("isFilled")}(bytes, ${byteOf({ row: "at", offset })}, ${size})`
      : differsFromDefault(c, member, nameOf(member.id), valueShape(c, working, member, shape));
    writer.line(`if (${condition}) return ${offset + size};`);
  }
  writer.line(`return ${always};`);
}

/** The shape that a member's value has in the program. */
function valueShape(c: Context, working: Struct, member: Member, otherwise: Shape): Shape {
  const own = working.members.find((one) => one.id === member.id);
  return own === undefined ? otherwise : shapeOfMember(c.world, own);
}

/** Refuses members that the target's rows lack, unless losing them loses nothing; leaves out what is ignorable. */
function writeLost(c: Context, working: Struct, target: StructTarget, nameOf: (id: number) => string): void {
  if (target.version === null) return;
  const { writer } = c;
  for (const member of working.members) {
    if (target.struct.members.some((one) => one.id === member.id)) continue;
    const value = nameOf(member.id);
    const failure = member.ignorable
      ? leaveOut(c, member, target.version, value)
      : `throw ${misfitOf(c, member, value, target.version)()};`;
    writer.comment(`not in version ${formatVersion(target.version)}: ${memberText(c, working.name, member)}`);
    if (member.default === null) writer.line(failure);
    else writer.line(`if (${differsFromDefault(c, member, value)}) ${failure}`);
  }
}

/** The checks of the target, over the values that its rows get. */
function writeRowChecks(
  c: Context,
  working: Struct,
  target: StructTarget,
  computations: Computations,
  atTarget: Computations,
  nameOf: (id: number) => string,
): void {
  const { struct, version } = target;
  for (const [index, check] of struct.checks.entries()) {
    const shared = working.checks.find((one) => meansTheSame(working, one.expression, struct, check.expression));
    let call: string;
    if (shared !== undefined) {
      const computation = computations.check(shared, working.checks.indexOf(shared));
      call = `${computation.name}(${argumentsOf(computation, nameOf)})`;
    } else {
      const asked = atTarget.checkAt(check, index);
      if (asked === null) {
        const [id = 0] = mentionedMembers(check.expression);
        const member = struct.members.find((one) => one.id === id) ?? { name: "", id: 0 };
        c.writer.line(`throw ${cannotWrite(c, member, version, stringLiteral(check.message))};`);
        continue;
      }
      const { computation, given } = asked;
      const texts = given.map(({ of, literal }, i) =>
        of === null ? literal : of(nameOf(computation.members[i]?.id ?? 0)),
      );
      call = `${computation.name}(${texts.join(", ")})`;
    }
    c.writer.line(`if (!${call}) throw ${failedCheck(c, check, version)};`);
  }
}

/** Writes the class of rows that are read in place, and the types of their table. */
export function writeRowClass(c: Context, struct: Struct): void {
  const { writer } = c;
  const named = { module: c.name, name: struct.name };
  const row = c.symbol(named, "row");
  const layout = layoutOf(c.world, struct);
  writer.doc([
    `A row of a table of \`${struct.name}\`, read where it lies: \`${c.symbol(named, "rows")}.at\` moves it on.`,
  ]);
  writer.block(`export class ${row} {`, () => {
    writer.doc(["@internal"]);
    writer.line(`readonly $: ${c.runtime("Cursor")};`);
    writer.blank();
    writer.block(`constructor(cursor: ${c.runtime("Cursor")}) {`, () => writer.line("this.$ = cursor;"));
    for (const { member, offset } of layout.members) {
      writer.blank();
      writeGetter(c, member.name, typeOfField(c, member), fieldInPlace(c, member, offset));
      const { element, list } = shapeOfMember(c.world, member);
      if (list !== null || element.kind !== "integer" || !element.big) continue;
      const place = { row: "this.$.at", offset };
      writer.blank();
      writer.doc([`Bits 0..31 of \`${member.name}\`.`]);
      writeGetter(c, `${member.name}$low`, "number", `${cellOf(place, 32, "this.$.input.")}!`);
      writer.blank();
      writer.doc([`Bits 32..63 of \`${member.name}\`.`]);
      const high = { row: "this.$.at", offset: offset + 4 };
      writeGetter(c, `${member.name}$high`, "number", `${cellOf(high, 32, "this.$.input.")}!`);
    }
  });
  writer.blank();
  writer.doc([`The columns of a table of \`${struct.name}\`.`]);
  writer.block(`export interface ${c.symbol(named, "columns")} {`, () => {
    for (const member of struct.members) writer.line(`readonly ${member.name}: ${typeOfColumn(c, member)};`);
  });
  writer.blank();
  const table = `${c.runtime("Table")}<${row}, ${c.symbol(named, "type")}, ${c.symbol(named, "columns")}>`;
  writer.line(`export type ${c.symbol(named, "rows")} = ${table};`);
  writer.blank();
}

function writeGetter(c: Context, name: string, type: string, value: string): void {
  const property = name === "constructor" ? '["constructor"]' : name;
  c.writer.block(`get ${property}(): ${type} {`, () => c.writer.line(`return ${value};`));
}

function fieldInPlace(c: Context, member: Struct["members"][number], offset: number): string {
  const { element, list } = shapeOfMember(c.world, member);
  const place = { row: "this.$.at", offset };
  const byte = byteOf(place);
  if (list === null && element.kind === "integer") {
    const read = readCell(element, place, "this.$.input.", "this.$.input");
    const declaration = element.named?.declaration;
    if (declaration?.kind !== "enum" || declaration.open) return read;
    // Signed cells of less than 64 bits are an operation on what was read.
    const operation = element.signed && element.width < 64;
    return `${operation ? `(${read})` : read} as ${typeOfField(c, member)}`;
  }
  if (list === null && element.kind === "bool") return `this.$.input.bytes[${byte}] !== 0`;
  if (list === null && (element.kind === "uuid" || element.kind === "bytes")) {
    return `this.$.input.slice(${byte}, ${element.kind === "uuid" ? 16 : element.min})`;
  }
  if (list === null && element.kind === "cstring") return `this.$.input.cstring(${byte}, ${element.size})`;
  const described = `${c.symbol({ module: c.name, name: ownerOf(c, member) }, "describe")}`;
  return `${c.runtime("fieldAt")}(this.$.input, ${byte}, ${described}, ${member.id})`;
}

/** The struct of this module that has a member. */
function ownerOf(c: Context, member: Struct["members"][number]): string {
  const owner = c.view.declarations.find((one) => one.kind === "struct" && one.members.includes(member));
  if (owner === undefined) throw new Error(`no struct has ${member.name}`);
  return owner.name;
}
