import { checkInteger } from "../../dump/integers.ts";
import type { WireField, WireStruct, WireType } from "../../dump/wire-type.ts";
import { allOf, always, anyOf, never, type Condition } from "../condition.ts";
import { isNumeric } from "../domain.ts";
import { containerOf, isSamePlace, subjectOf, type Composite, type Hazard, type Node } from "../graph.ts";
import { garbled, misread, notAtDefault, refused, valueIs, type Site } from "../site.ts";

const none: readonly Hazard[] = [];

function structOf(type: Composite): WireStruct {
  if (type.kind !== "struct") throw new Error(`${type.text} is no struct`);
  return type;
}

/** A member of a struct that the writer does not have. */
export function readerOnlyField(site: Site, id: number): readonly Hazard[] {
  const [writer, reader] = [structOf(site.node.writer), structOf(site.node.reader)];
  const field = reader.members.find((one) => one.id === id);
  if (field === undefined) return none;
  if (site.direction === "rollback") return field.required ? refused(always) : none;
  const stride = site.node.inline ? reader.stride : writer.stride;
  const end = field.offset + field.size;
  if (field.offset >= stride) return field.required ? refused(always) : none;
  if (end > stride || stride % field.align !== 0) return refused(always);
  const under = writer.members.filter((one) => one.offset < end && field.offset < one.offset + one.size);
  if (under.length > 0) return overWritten(site.node, field, under);
  // Padding of the writer: zeros.
  if (!takesZero(field.type)) return refused(always);
  const { default: stated } = field.member;
  const isZero =
    stated === null ||
    (stated.kind === "int" && stated.value === 0n) ||
    stated.kind === "zero" ||
    (stated.kind === "bool" && !stated.value) ||
    (stated.kind === "string" && stated.value === "") ||
    (stated.kind === "bytes" && /^0*$/.test(stated.hex));
  return isZero ? none : misread(always);
}

/** A member that lies where the writer has others: it takes their bytes for its own. */
function overWritten(node: Node, field: WireField, under: readonly WireField[]): readonly Hazard[] {
  const [only] = under;
  const isWhole = under.length === 1 && only?.offset === field.offset && only.size === field.size;
  if (only === undefined || !isWhole || !isNumeric(only.type) || !isNumeric(field.type)) return garbled(always);
  // A zero that the reader refuses is no more harmless than other bytes.
  if (field.member.default === null && !takesZero(field.type)) return garbled(always);
  const stated = field.member.default ?? { kind: "zero" as const };
  const when = valueIs(subjectOf(node, only), only.type, stated, false);
  return misread(when, "refused", true).map((hazard) => ({ ...hazard, garbled: true }));
}

/** A member of a struct that the reader does not have. */
export function writerOnlyField(site: Site, id: number): readonly Hazard[] {
  const [writer, reader] = [structOf(site.node.writer), structOf(site.node.reader)];
  const field = writer.members.find((one) => one.id === id);
  if (field === undefined) return none;
  const subject = subjectOf(site.node, field);
  const used = notAtDefault(site.node, field, subject);
  if (site.direction === "rollback") return field.ignorable ? none : refused(used);
  const end = field.offset + field.size;
  const isBeyond = !site.node.inline && !field.ignorable && end > reader.end;
  // Bytes within the reader's own rows that are no member of it are padding, and must be zero.
  const isPadding = field.offset < reader.stride;
  const filled = isPadding ? hasBytes(site.node, field) : never;
  // Of what lies beyond the reader's row as well, the bytes in the padding may be zero where others are not.
  const isCut = end > reader.stride;
  return [
    ...refused(anyOf([isBeyond ? used : never, isCut ? never : filled])),
    ...refused(isCut ? filled : never, true),
  ];
}

/** When a member has a byte that is not zero. */
function hasBytes(node: Node, field: WireField): Condition {
  return allOf([valueIs(subjectOf(node, field), containerOf(field.type), { kind: "zero" }, false)]);
}

/** Members that lie elsewhere for the reader: it takes other bytes for them. */
export function movedFields(site: Site): readonly Hazard[] {
  if (site.direction === "rollback") return none;
  const [writer, reader] = [structOf(site.node.writer), structOf(site.node.reader)];
  const isMoved = writer.members.some((field) => {
    const same = reader.members.find(({ id }) => id === field.id);
    if (same === undefined) return false;
    return !isSamePlace(site.node, field, same) || (!site.node.inline && writer.stride % same.align !== 0);
  });
  return isMoved ? garbled(always) : none;
}

/** Whether all bytes zero are a value of a type. */
export function takesZero(type: WireType): boolean {
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits":
      return checkInteger(type, 0n) === null;
    case "bool":
    case "uuid":
    case "bytes":
    case "cstring":
      return true;
    case "struct":
      return type.members.every((member) => takesZero(member.type));
    case "list":
      return takesZero(type.element);
    case "string":
    case "state":
    case "union":
    case "optional":
      return false;
  }
}
