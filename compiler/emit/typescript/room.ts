import type { Member, State, Union } from "../../schema/ir.ts";
import { inherited, stringLiteral } from "../names.ts";
import { isWide, shapeOfMember, type Element, type ListShape, type Shape } from "./element.ts";
import type { Context } from "./program.ts";

/** At least the bytes that something takes: a constant part, and terms that depend on a value. */
interface Room {
  readonly constant: number;
  /** Made when it is printed, since printing a name imports it. */
  readonly term: (() => string) | null;
}

/** Text and bytes up to this bound are counted as if they were as long as that; longer ones by the value. */
const countedBound = 64;

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** What a state or union takes wherever it stands; null where it depends on the value. */
export function constantRoom(
  c: Context,
  type: State | Union,
  open: ReadonlySet<State | Union> = new Set(),
): number | null {
  if (open.has(type)) return null;
  const known = constants.get(type);
  if (known !== undefined) return known;
  if (open.size >= deepest) {
    constants.set(type, null);
    return null;
  }
  const inside = new Set(open).add(type);
  const parts = entriesOf(type).map((entry) => roomOfShape(c, shapeOfEntry(c, entry), "", inside));
  const constant = parts.some((part) => part.term !== null)
    ? null
    : type.kind === "union"
      ? Math.max(16, ...parts.map((part) => part.constant))
      : parts.reduce((sum, part) => sum + part.constant, 0);
  // Inside an open circle another outcome is possible from another start, but only towards the same null.
  constants.set(type, constant);
  return constant;
}

/** What nests deeper is never written, and a chain can be as long as a schema. */
const deepest = 64;

const constants = new WeakMap<State | Union, number | null>();

type Entry = Pick<Member, "type" | "range" | "name">;

function entriesOf(type: State | Union): readonly Entry[] {
  if (type.kind === "state") return type.members;
  return type.alternatives.flatMap(({ name, type: of, range }) => (of === null ? [] : [{ name, type: of, range }]));
}

function shapeOfEntry(c: Context, entry: Entry): Shape {
  return shapeOfMember(c.world, entry);
}

function roomOfShape(c: Context, { element, list }: Shape, value: string, open: ReadonlySet<State | Union>): Room {
  return list === null ? roomOfOne(c, element, value, open) : roomOfList(c, element, list, value, open);
}

function roomOfOne(c: Context, element: Element, value: string, open: ReadonlySet<State | Union>): Room {
  switch (element.kind) {
    case "integer":
      return { constant: isWide(element) ? 16 : 8, term: null };
    case "bool":
      return { constant: 8, term: null };
    case "uuid":
      return { constant: 24, term: null };
    case "bytes":
      if (element.max !== null && element.max <= countedBound) return { constant: 8 + padded(element.max), term: null };
      return { constant: 16, term: () => `${value}.length` };
    case "string":
      if (element.max !== null && element.max <= countedBound)
        return { constant: 8 + padded(element.max * 3), term: null };
      return { constant: 16, term: () => `${value}.length * 3` };
    case "struct":
      return { constant: 24 + padded(element.stride), term: null };
    case "state":
    case "union": {
      const constant = constantRoom(c, element.declaration, open);
      if (constant !== null) return { constant: 8 + constant, term: null };
      return { constant: 8, term: () => `${c.symbol(element, "room")}(${value})` };
    }
    case "cstring":
      throw new Error("a cstring stands in structs only");
  }
}

function roomOfList(
  c: Context,
  element: Element,
  list: ListShape,
  value: string,
  open: ReadonlySet<State | Union>,
): Room {
  const times = (each: number): Room =>
    list.max !== null && list.max * each <= countedBound * 4
      ? { constant: 24 + list.max * each, term: null }
      : { constant: 24, term: () => `${value}.length * ${each}` };
  if (list.row !== null) return times(list.row);
  switch (element.kind) {
    case "string":
      return { constant: 16, term: () => `${c.runtime("roomForTexts")}(${value})` };
    case "bytes":
      return { constant: 16, term: () => `${c.runtime("roomForBytes")}(${value})` };
    case "state":
    case "union": {
      const constant = constantRoom(c, element.declaration, open);
      if (constant !== null) return times(8 + constant);
      return { constant: 16, term: () => `${c.list(element, "roomList")}(${value})` };
    }
    case "integer":
    case "bool":
    case "uuid":
    case "struct":
    case "cstring":
      throw new Error(`a list of ${element.kind} is a table`);
  }
}

/** Writes the function that says how much memory a value of a state or union takes at most. */
export function writeRoom(c: Context, type: State | Union): void {
  const { writer } = c;
  const named = { module: c.name, name: type.name };
  const name = c.symbol(named, "room");
  const constant = constantRoom(c, type);
  writer.doc(["@internal"]);
  if (constant !== null) {
    writer.block(`export function ${name}(): number {`, () => writer.line(`return ${constant};`));
    writer.blank();
    return;
  }
  writer.block(`export function ${name}(value: ${c.symbol(named, "init")}): number {`, () => {
    if (type.kind === "union") writeUnionRoom(c, type);
    else writeStateRoom(c, type);
  });
  writer.blank();
}

function writeStateRoom(c: Context, state: State): void {
  const { writer } = c;
  const locals = c.locals(["value", "room"]);
  const open = new Set([state]);
  let constant = 0;
  const terms: (() => void)[] = [];
  for (const member of state.members) {
    const shape = shapeOfMember(c.world, member);
    const probe = roomOfShape(c, shape, "", open);
    constant += probe.constant;
    if (probe.term === null) continue;
    const local = locals.take(member.name);
    const { term } = roomOfShape(c, shape, local, open);
    const own = inherited.has(member.name);
    const read = own ? `${c.runtime("own")}(value, ${stringLiteral(member.name)})` : `value.${member.name}`;
    terms.push(() => {
      const absent = shape.optional || member.default !== null;
      writer.line(`const ${local} = ${read};`);
      writer.line(`${absent ? `if (${local} !== undefined) ` : ""}room += ${term?.() ?? 0};`);
    });
  }
  writer.line(`let room = ${constant};`);
  for (const term of terms) term();
  writer.line("return room;");
}

function writeUnionRoom(c: Context, union: Union): void {
  const { writer } = c;
  const open = new Set([union]);
  writer.block("switch (value.kind) {", () => {
    for (const { name, type, range } of union.alternatives) {
      const room = type === null ? null : roomOfShape(c, shapeOfMember(c.world, { type, range }), "value.value", open);
      writer.line(`case ${stringLiteral(name)}:`);
      writer.indent(1);
      if (room === null) writer.line("return 8;");
      else writer.line(`return ${room.constant}${room.term === null ? "" : ` + ${room.term()}`};`);
      writer.indent(-1);
    }
    writer.line("default:");
    writer.indent(1);
    writer.line("return 0;");
    writer.indent(-1);
  });
}
