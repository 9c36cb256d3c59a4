import type { WireBits, WireBitsField, WireInteger, WireType } from "../../dump/wire-type.ts";
import type { IntType, Range } from "../../schema/ir.ts";
import { rangeOfInt } from "../../schema/lookup.ts";
import type { Bounds } from "../change.ts";
import { isConstant } from "../condition.ts";
import { domainOf, isNumeric, lengthsIn, lengthsOf, misnamed, outside, refusalsOf } from "../domain.ts";
import { holdsSome, isComposite, type Hazard } from "../graph.ts";
import { integersIn, intersectionOf, shifted, within, without } from "../integers.ts";
import { garbled, misread, refused, type Use } from "../site.ts";

const none: readonly Hazard[] = [];

/** Everything that may happen to a value where one type stands for another, whatever they are. */
export function replaced(use: Use): readonly Hazard[] {
  if (!use.inPlace || !use.alike) return none;
  const broken = brokenForm(use);
  if (broken !== null) return broken;
  const { writer, reader } = use.element;
  if (isNumeric(writer) && isNumeric(reader)) {
    return [...reinterpreted(use), ...refusalsOf(reader).flatMap((test) => refused(use.where(test))), ...renamed(use)];
  }
  const [held, taken] = [lengthsOf(writer), lengthsOf(reader)];
  if (held !== null && taken !== null && writer.kind !== "cstring") {
    const ill =
      reader.kind === "string" && writer.kind !== "string" ? refused(use.where({ kind: "ill-formed" })) : none;
    return [...refused(use.where({ kind: "length", among: outside(taken) })), ...ill];
  }
  return none;
}

/** What happens to every value there is, because its bytes are laid out otherwise; null if they are not. */
export function brokenForm(use: Use): readonly Hazard[] | null {
  const { container, element, placement, direction } = use;
  if (direction === "rollback")
    return isWritable(element.writer, element.reader) ? null : refused(use.where({ kind: "any" }));
  const [from, to] = [container.writer, container.reader];
  if (from.kind === "list" && to.kind === "list" && use.node.writer.kind !== "struct") {
    if ((from.row === null) !== (to.row === null)) return refused(use.written);
    if (from.row !== to.row && !(isStruct(element.writer) && isStruct(element.reader)))
      return refusedRows(use, element);
  }
  if (placement === "row") {
    // A member of a struct was found to be in its place, whatever its width.
    const isMember = use.node.writer.kind === "struct" && container.writer.kind !== "list";
    if (use.bits === null && !isMember && rowWidth(element.writer) !== rowWidth(element.reader))
      return garbled(use.where({ kind: "any" }));
    return isSameInRow(element.writer, element.reader) ? null : garbled(use.where({ kind: "any" }));
  }
  if (isSameForm(element.writer, element.reader)) return null;
  return placement === "item" ? garbled(use.where({ kind: "any" })) : refused(use.written);
}

/** Rows of another size: a scalar's must be exact, a struct may take them for rows of an older or newer self. */
function refusedRows(use: Use, element: Use["element"]): readonly Hazard[] {
  const when = use.where({ kind: "any" });
  return isStruct(element.reader) ? garbled(when) : refused(when);
}

function isStruct(type: WireType): boolean {
  return type.kind === "struct";
}

function rowWidth(type: WireType): number | null {
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits":
      return type.width / 8;
    case "bool":
      return 1;
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "struct":
    case "state":
    case "union":
    case "list":
    case "optional":
      return null;
  }
}

/** Whether a writer for an older version passes a value of the one type to the encoder of the other, which then judges it by its own bounds. */
export function isWritable(writer: WireType, reader: WireType): boolean {
  if (isNumeric(writer) && isNumeric(reader)) return (writer.kind === "bool") === (reader.kind === "bool");
  if (isComposite(writer) || isComposite(reader)) return writer.kind === reader.kind;
  const isText = (type: WireType): boolean => type.kind === "string" || type.kind === "cstring";
  const isBytes = (type: WireType): boolean => type.kind === "bytes" || type.kind === "uuid";
  return (isText(writer) && isText(reader)) || (isBytes(writer) && isBytes(reader));
}

function isSameForm(writer: WireType, reader: WireType): boolean {
  if (isNumeric(writer)) return isNumeric(reader);
  if (isComposite(writer) || isComposite(reader)) return writer.kind === reader.kind;
  return lengthsOf(writer) !== null && lengthsOf(reader) !== null;
}

function isSameInRow(writer: WireType, reader: WireType): boolean {
  if (writer.kind === "cstring" || reader.kind === "cstring") return writer.kind === reader.kind;
  return isSameForm(writer, reader);
}

/** In rows a number has no sign of its own: the same bytes are another number to a type of the other sign. */
function reinterpreted(use: Use): readonly Hazard[] {
  const { writer, reader } = use.element;
  if (use.placement !== "row" || use.direction === "rollback" || use.bits !== null) return none;
  const [from, to] = [signOf(writer), signOf(reader)];
  if (from === null || to === null || from.signed === to.signed || from.width !== to.width) return none;
  const full = 1n << BigInt(from.width);
  const wrong = from.signed
    ? intersectionOf(domainOf(writer), integersIn(-full, -1n))
    : intersectionOf(domainOf(writer), integersIn(full / 2n, full));
  const by = from.signed ? full : -full;
  const taken = shifted(intersectionOf(shifted(wrong, by), domainOf(reader)), -by);
  return misread(use.where({ kind: "integers", among: taken }));
}

function signOf(type: WireType): { readonly signed: boolean; readonly width: number } | null {
  return type.kind === "int" || type.kind === "enum" || type.kind === "bits" ? type : null;
}

/** The names of the same numbers or bits, where they stand for others now. */
function renamed(use: Use): readonly Hazard[] {
  const { writer, reader } = use.element;
  if (writer.kind === "enum" && reader.kind === "enum") {
    return misread(use.whereNamed({ kind: "integers", among: accepted(use, misnamed(writer, reader)) }));
  }
  if (writer.kind !== "bits" || reader.kind !== "bits") return none;
  return movedBits(use, writer, reader, () => true);
}

/** What the reader takes of some numbers. */
export function accepted(use: Use, numbers: ReturnType<typeof domainOf>): ReturnType<typeof domainOf> {
  const { reader } = use.element;
  return isNumeric(reader) ? intersectionOf(numbers, domainOf(reader)) : numbers;
}

/** Bits whose name stands for other bits on the other side. */
export function movedBits(
  use: Use,
  writer: WireBits,
  reader: WireBits,
  isMeant: (name: string) => boolean,
): readonly Hazard[] {
  return writer.fields.flatMap((field) => {
    const same = reader.fields.find(({ name }) => name === field.name);
    if (same === undefined || !isMeant(field.name) || (same.low === field.low && same.high === field.high)) return [];
    const [first, second] = [field, same]
      .map(({ low, high }) => ({ low, high }))
      .sort((a, b) => a.low - b.low || a.high - b.high);
    if (first === undefined || second === undefined) return [];
    return misread(use.whereNamed({ kind: "ranges differ", first, second }));
  });
}

/** The values of an integer type that another integer type cannot hold; in a table, every row if the width is another one. */
export function integerChanged(use: Use, reader: IntType): readonly Hazard[] {
  if (!use.inPlace || !use.alike) return none;
  const broken = brokenForm(use);
  if (broken !== null) return broken;
  if (!isNumeric(use.element.writer) || !isNumeric(use.element.reader)) return none;
  const { min, max } = rangeOfInt(reader);
  const wrong = reinterpreted(use);
  const test = { kind: "integers", among: outside(integersIn(min, max)) } as const;
  return wrong.length > 0 ? [...wrong, ...refused(use.where(test))] : refused(use.where(test));
}

/** The numbers of the writer that are outside the reader's range. */
export function rangeChanged(use: Use, reader: Range | null): readonly Hazard[] {
  if (reader === null || !use.inPlace || !use.alike || !isNumeric(use.element.writer) || brokenForm(use) !== null)
    return none;
  return refused(use.where({ kind: "integers", among: outside(integersIn(reader.min, reader.max)) }));
}

/** The lengths of the writer that are outside the reader's bounds. */
export function lengthChanged(use: Use, reader: Bounds): readonly Hazard[] {
  if (!use.inPlace || !use.alike) return none;
  const broken = brokenForm(use);
  if (broken !== null) return broken;
  return refused(use.where({ kind: "length", among: outside(lengthsIn(reader)) }));
}

/** What happens to rows whose size is another one, whatever they hold. */
export function rowsBroken(use: Use): readonly Hazard[] {
  return use.inPlace && use.alike ? (brokenForm(use) ?? none) : none;
}

function isInRow({ node, direction }: Use): boolean {
  return node.writer.kind === "struct" && direction === "upgrade";
}

/** The counts of the writer's list that are outside the reader's bounds. */
export function countChanged(use: Use, reader: Bounds): readonly Hazard[] {
  if (!use.inPlace || !use.alike || (isInRow(use) && brokenForm(use) !== null)) return none;
  return refused(use.whereCount(outside(lengthsIn(reader))));
}

/** A list where the reader expects one value, or one value where it expects a list. */
export function listOrSingle(use: Use): readonly Hazard[] {
  if (!use.inPlace) return none;
  const { container, direction, subject } = use;
  if (direction === "rollback") return refused(subject.exists);
  const [from, to] = [container.writer, container.reader];
  if (use.node.writer.kind === "struct") return garbled(subject.exists);
  if (from.kind === "list") {
    // A struct that is no list is a table of one row.
    if (from.row === null || to.kind !== "struct") return refused(use.written);
    const one = integersIn(1n, 1n);
    return [...refused(use.whereCount(outside(one))), ...garbled(use.whereCount(one))];
  }
  if (to.kind !== "list" || to.row === null || from.kind !== "struct") return refused(use.written);
  return within(integersIn(1n, 1n), lengthsIn(to)) ? garbled(subject.exists) : refused(use.written);
}

/** Names and units of the same number, where a range of bits lies elsewhere or has another size: other numbers are misread anyway. */
export function rangeRenamed(use: Use, writer: WireBitsField, reader: WireBitsField): readonly Hazard[] {
  if (writer.type === null || reader.type === null) return none;
  const range = use.inBits(writer);
  const among = intersectionOf(misnamed(writer.type, reader.type), domainOf(reader.type));
  return [...misread(range.whereNamed({ kind: "integers", among })), ...unitChanged(range, writer.type, reader.type)];
}

/** The same number in another unit is another thing, zero included. */
export function unitChanged(
  use: Use,
  writer: WireType = use.element.writer,
  reader: WireType = use.element.reader,
): readonly Hazard[] {
  if (!use.alike || writer.kind !== "int" || reader.kind !== "int") return none;
  if (writer.unit === null || reader.unit === null || writer.unit === reader.unit) return none;
  const when = holdsSome(use.subject, use.container.writer);
  if (isConstant(when, false)) return none;
  const telling = use.where({ kind: "integers", among: without(domainOf(writer), [{ min: 0n, max: 0n }]) });
  return misread(when).map((hazard) => ({ ...hazard, telling }));
}

/** The numbers that a closed enum of the reader does not know, among some. */
export function unknownNumbers(use: Use, numbers: ReturnType<typeof domainOf>): readonly Hazard[] {
  const { reader } = use.element;
  if (!use.inPlace || !use.alike || !isNumeric(reader) || brokenForm(use) !== null) return none;
  return refused(use.where({ kind: "integers", among: without(numbers, domainOf(reader)) }));
}

/** The numbers that have a name which stands for another number on the other side, as far as they are taken. */
export function misnamedNumbers(use: Use, numbers: ReturnType<typeof domainOf>): readonly Hazard[] {
  const { writer, reader } = use.element;
  if (!use.inPlace || !use.alike || !isInteger(writer) || !isInteger(reader) || brokenForm(use) !== null) return none;
  const clashing = intersectionOf(numbers, misnamed(writer, reader));
  return [
    ...refused(use.where({ kind: "integers", among: without(clashing, domainOf(reader)) })),
    ...misread(use.whereNamed({ kind: "integers", among: accepted(use, clashing) })),
  ];
}

function isInteger(type: WireType): type is WireInteger {
  return type.kind === "int" || type.kind === "enum" || type.kind === "bits";
}
