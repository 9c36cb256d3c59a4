/**
 * The one rule of the language, on values alone and without bytes: what a writer at one view makes of a value for another view, and what a reader at a
 * third makes of that. Both implementations are held against it.
 */
import type { Declaration, Member, NamedType, State, Struct, Type, Union, World } from "../../compiler/schema/ir.ts";
import { evaluate, Undetermined } from "./evaluate.ts";
import { integerRange } from "./model.ts";
import { same } from "./same.ts";
import { declarationIn, defaultValue, memberOf, numberOf, rangeIn, satisfiesChecks, zeroValue } from "./values.ts";

/** What cannot be written or is not taken, and why, for people. */
export class Refused extends Error {}

type Objected = Record<string, unknown>;

/** How values move from one view to another. */
interface Move {
  readonly from: World;
  readonly to: World;
  /** A writer drops nothing but `ignorable` members; a reader reports what it drops, and takes up retired members. */
  readonly reads: boolean;
  readonly dropped: number[];
}

/** What is written for `target` of a value of `working`: the value as that version has it. Throws `Refused`. */
export function writtenFor(working: World, target: World, type: NamedType, value: Objected): Objected {
  const written = moveNamed({ from: working, to: target, reads: false, dropped: [] }, type, value) as Objected;
  if (!satisfiesChecks(target, type, written)) throw new Refused("a check of the target version");
  return written;
}

/** What a reader makes of a value written at `writer`, and the ids of the members that it drops. Throws `Refused`. */
export function readAs(
  writer: World,
  reader: World,
  type: NamedType,
  value: Objected,
): { value: Objected; dropped: number[] } {
  const dropped: number[] = [];
  const read = moveNamed({ from: writer, to: reader, reads: true, dropped }, type, value) as Objected;
  if (!satisfiesChecks(reader, type, read)) throw new Refused("a check of the reader");
  return { value: read, dropped };
}

function move(on: Move, from: Type, to: Type, value: unknown): unknown {
  if (from.kind === "optional" && to.kind === "optional")
    return value === undefined ? undefined : move(on, from.element, to.element, value);
  if (from.kind === "list" && to.kind === "list") {
    const struct = from.element.kind === "named" ? declarationIn(on.from, from.element) : null;
    // A struct's rows are judged together: one drop for the table.
    if (struct?.kind === "struct") return moveTable(on, from.element as NamedType, value as Objected[]);
    return (value as unknown[]).map((element) => move(on, from.element, to.element, element));
  }
  if (from.kind === "named" && to.kind === "named") return moveNamed(on, from, value);
  return value;
}

function moveNamed(on: Move, type: NamedType, value: unknown): unknown {
  const before = declarationIn(on.from, type);
  const after: Declaration | undefined = on.to
    .get(type.module)
    ?.declarations.find((declaration) => declaration.name === type.name);
  if (after === undefined) throw new Error(`${type.module}.${type.name} is not in the other world`);
  switch (after.kind) {
    case "const":
      throw new Error("a constant is no type");
    case "type":
      return before.kind === "type" ? move(on, before.type, after.type, value) : value;
    case "enum": {
      const number = BigInt(value as number | bigint);
      if (!after.open && !after.values.some((one) => one.value === number))
        throw new Refused(`${after.name} has no ${number}`);
      return value;
    }
    case "bits": {
      const number = BigInt(value as number | bigint);
      const named = after.fields.reduce(
        (mask, { low, high }) => mask | (((1n << BigInt(high - low + 1)) - 1n) << BigInt(low)),
        0n,
      );
      if (!after.open && (number & ~named) !== 0n)
        throw new Refused(`${after.name} has no name for a bit of ${number}`);
      for (const { low, high, type: held } of after.fields) {
        if (held !== null) fits(on.to, held, (number >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n));
      }
      return value;
    }
    case "struct":
      return moveTable(on, type, [value as Objected])[0];
    case "state":
      return moveState(on, before as State, after, value as Objected);
    case "union":
      return moveUnion(on, before as Union, after, value as { kind: string; value: unknown });
  }
}

function fits(world: World, type: NamedType, number: bigint): void {
  const declaration = declarationIn(world, type);
  if (declaration.kind === "enum" && !declaration.open && !declaration.values.some(({ value }) => value === number)) {
    throw new Refused(`${declaration.name} has no ${number}`);
  }
  const range = rangeIn(world, type) ?? (declaration.kind === "enum" ? integerRange(declaration.base) : null);
  if (range !== null && (number < range.min || number > range.max)) throw new Refused(`${number} is out of range`);
}

function moveUnion(on: Move, before: Union, after: Union, value: { kind: string; value: unknown }): unknown {
  const held = before.alternatives.find(({ name }) => name === value.kind);
  const known = after.alternatives.find(({ id }) => id === held?.id);
  if (held === undefined || known === undefined) throw new Refused(`${after.name} does not know ${value.kind}`);
  const moved = held.type === null || known.type === null ? null : move(on, held.type, known.type, value.value);
  return { kind: known.name, value: moved };
}

/** Whether a value is what leaving the member out stands for. */
function isLeftOut(world: World, member: Member, value: unknown): boolean {
  if (member.type.kind === "optional") return value === undefined;
  return member.default !== null && same(value, defaultValue(world, member));
}

function moveTable(on: Move, type: NamedType, rows: readonly Objected[]): Objected[] {
  const before = declarationIn(on.from, type) as Struct;
  const after = declarationIn(on.to, type) as Struct;
  const ids = new Set(after.members.map(({ id }) => id));
  const lost = before.members.filter(({ id }) => !ids.has(id));
  let drops = false;
  for (const row of rows) {
    for (const member of lost) {
      const value = memberOf(row, member.name);
      if (!member.ignorable && !isLeftOut(on.from, member, value))
        throw new Refused(`${after.name} does not know ${member.name}`);
      // Reported by its bytes: what is not zero there is lost.
      if (!same(value, zeroValue(on.from, member.type, member.range))) drops = true;
    }
  }
  if (drops) on.dropped.push(0);
  return rows.map((row) => {
    const moved: Objected = {};
    for (const member of after.members) {
      const old = before.members.find(({ id }) => id === member.id);
      put(
        moved,
        member.name,
        old === undefined ? defaultValue(on.to, member) : move(on, old.type, member.type, memberOf(row, old.name)),
      );
    }
    return moved;
  });
}

function put(object: Objected, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}

function moveState(on: Move, before: State, after: State, value: Objected): Objected {
  return on.reads ? readState(on, before, after, value) : writeState(on, before, after, value);
}

/** The value of a `from`, or why there is none. */
function computed(world: World, member: Member, root: Objected): unknown {
  if (member.from === null) throw new Error("nothing to compute");
  try {
    const result = evaluate(member.from, { root, elements: [] });
    if (typeof result !== "bigint") return result;
    const number = numberOf(world, member, result);
    if (number === null) throw new Refused(`${member.name} would be ${result}`);
    return number;
  } catch (error) {
    if (error instanceof Undetermined) throw new Refused(`${member.name} cannot be computed: ${error.message}`);
    throw error;
  }
}

function writeState(on: Move, before: State, after: State, value: Objected): Objected {
  const written: Objected = {};
  for (const member of after.members) {
    const mine = before.members.find(({ id }) => id === member.id);
    const retired = before.retired.find(({ id }) => id === member.id);
    if (mine !== undefined) put(written, member.name, move(on, mine.type, member.type, memberOf(value, mine.name)));
    else if (retired?.from != null)
      put(written, member.name, computed(on.to, { ...member, from: retired.from }, value));
    else if (member.default !== null || member.type.kind === "optional")
      put(written, member.name, defaultValue(on.to, member));
    else throw new Refused(`${member.name} is required at the older version`);
  }
  for (const member of before.members) {
    if (after.members.some(({ id }) => id === member.id)) continue;
    const mine = memberOf(value, member.name);
    if (isLeftOut(on.from, member, mine) || member.ignorable) continue;
    if (member.from === null) throw new Refused(`${member.name} would be lost`);
    if (!same(computed(on.from, member, written), mine)) throw new Refused(`${member.name} would not come back`);
  }
  return written;
}

function readState(on: Move, before: State, after: State, value: Objected): Objected {
  const read: Objected = {};
  const retired: { member: Member; value: unknown; optional: boolean }[] = [];
  for (const member of before.members) {
    const given = memberOf(value, member.name);
    const known = after.members.find(({ id }) => id === member.id);
    if (known !== undefined) {
      put(read, known.name, move(on, member.type, known.type, given));
      continue;
    }
    if (isLeftOut(on.from, member, given)) continue;
    const ended = after.retired.find(({ id }) => id === member.id);
    if (ended !== undefined)
      retired.push({ member: ended, value: move(on, member.type, ended.type, given), optional: member.ignorable });
    else if (member.ignorable) on.dropped.push(member.id);
    else throw new Refused(`${member.name} is not known to the reader`);
  }
  // Computed members see what was read, retired members included, at their defaults where they were left out.
  const seen: Objected = {};
  for (const member of after.retired) put(seen, member.name, defaultValue(on.to, member));
  for (const { member, value: given } of retired) put(seen, member.name, given);
  for (const { id, name } of before.members)
    if (after.members.some((member) => member.id === id)) put(seen, name, memberOf(read, name));
  const missing = after.members.filter(({ id }) => !before.members.some((member) => member.id === id));
  for (const member of missing) {
    if (member.from !== null) continue;
    if (member.default === null && member.type.kind !== "optional") throw new Refused(`${member.name} is required`);
    put(read, member.name, defaultValue(on.to, member));
    put(seen, member.name, defaultValue(on.to, member));
  }
  for (const member of missing) {
    if (member.from === null) continue;
    const result = computed(on.to, member, seen);
    put(read, member.name, result);
    put(seen, member.name, result);
  }
  for (const { member, value: given, optional } of retired) {
    if (isLeftOut(on.to, member, given)) continue;
    if (member.from !== null && reproduces(on.to, member, seen, given)) continue;
    if (!member.ignorable && !optional) throw new Refused(`${member.name} is retired`);
    on.dropped.push(member.id);
  }
  const ordered: Objected = {};
  for (const { name } of after.members) put(ordered, name, memberOf(read, name));
  return ordered;
}

function reproduces(world: World, member: Member, seen: Objected, given: unknown): boolean {
  try {
    return same(computed(world, member, seen), given);
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}
