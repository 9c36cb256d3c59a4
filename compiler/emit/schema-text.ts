import type { Alternative, Default, Lifetime, Member, Range, Type, World } from "../schema/ir.ts";
import { displayOf, findDeclaration, namedIn, shapeOf } from "../schema/lookup.ts";
import { typeText } from "../schema/type-text.ts";
import { formatVersion } from "../schema/version.ts";
import type { Numerals } from "./numerals.ts";

export { typeText };

/** What a member or alternative stands in. */
interface Surroundings {
  readonly world: World;
  readonly numerals: Numerals;
}

/** A member or alternative of a declaration as its schema has it, on one line: what generated documentation quotes. */
export function memberText(around: Surroundings, owner: string, member: Member | Alternative): string {
  const { world } = around;
  const key = dependsOnWorld(member) ? world : anyWorld;
  let known = texts.get(key);
  if (known === undefined) texts.set(key, (known = new Map()));
  let text = known.get(member);
  if (text === undefined) {
    // It is asked for again while its declaration is written, and never after.
    if (known.size > 200) known.clear();
    known.set(member, (text = textOf(around, owner, member)));
  }
  return text;
}

/** Where builtin types are the same. */
const anyWorld: World = new Map();

/** Whether what a member is, is said by other declarations, too. */
function dependsOnWorld({ type }: Member | Alternative): boolean {
  return type !== null && namedIn(type) !== null;
}

const texts = new WeakMap<World, Map<Member | Alternative, string>>();

function textOf({ world, numerals }: Surroundings, owner: string, member: Member | Alternative): string {
  const { type } = member;
  const at = `${owner}.${member.name}`;
  const parts = [`${member.name} @${member.id} : ${type === null ? "none" : typeText(type)}`];
  const hex = member.hex || (type !== null && isShownHex(world, type));
  const write = (value: bigint): string => numerals.text(value, { at, hex });
  if ("default" in member && member.default !== null) parts.push(...defaultText(world, member, member.default, write));
  parts.push(...lifetimeText(member));
  if (member.range !== null) parts.push(`in ${rangeText(member.range, write)}`);
  if (member.unit !== null) parts.push(`unit ${JSON.stringify(member.unit)}`);
  if (member.hex) parts.push("hex");
  if (!("key" in member)) return parts.join(" ");
  if (member.key) parts.push("key");
  if (member.sorted) parts.push("sorted");
  if (member.reference !== null) parts.push(`-> ${member.reference.state}.${member.reference.member}`);
  if (member.handle) parts.push("handle");
  if (member.ignorable) parts.push("ignorable");
  if (member.from !== null) parts.push("from …");
  return parts.join(" ");
}

/** `since 2`, `until 3`; a lifetime that covers everything says nothing. */
export function lifetimeText({ since, until }: Lifetime): readonly string[] {
  const parts = since > firstVersion ? [`since ${formatVersion(since)}`] : [];
  return until === null ? parts : [...parts, `until ${formatVersion(until)}`];
}

const firstVersion = 0x1_0000;

/** Whether what a type is an alias of is shown in hexadecimal. */
function isShownHex(world: World, type: Type): boolean {
  if (namedIn(type) === null || !isKnown(world, type)) return false;
  return displayOf(world, { type, unit: null, hex: false }).hex;
}

/** Whether a type is there: a member that has ended may be of one that has, too. */
function isKnown(world: World, type: Type): boolean {
  const named = namedIn(type);
  return named === null || findDeclaration(world, named) !== undefined;
}

function defaultText(
  world: World,
  member: Member,
  value: Default,
  write: (value: bigint) => string,
): readonly string[] {
  switch (value.kind) {
    case "int":
      return [`= ${namesOf(world, member.type, value.value) ?? write(value.value)}`];
    case "bool":
      return [`= ${value.value}`];
    case "string":
      return [`= ${JSON.stringify(value.value)}`];
    case "bytes":
      return [`= "${value.hex}"`];
    case "empty":
      return ["= []"];
    case "zero":
      return [];
  }
}

/** An enum's name of a value, or those of the bits that are set; null where it has none. */
function namesOf(world: World, type: Type, value: bigint): string | null {
  if (!isKnown(world, type)) return null;
  const shape = shapeOf(world, type);
  if (shape.kind === "enum") return shape.declaration.values.find((one) => one.value === value)?.name ?? null;
  if (shape.kind !== "bits") return null;
  const bits = shape.declaration.fields.filter(({ low, single }) => single && ((value >> BigInt(low)) & 1n) !== 0n);
  const named = bits.reduce((sum, { low }) => sum | (1n << BigInt(low)), 0n);
  return bits.length > 0 && named === BigInt.asUintN(64, value) ? bits.map(({ name }) => name).join(" | ") : null;
}

/** `0..0xfffff`. */
export function rangeText({ min, max }: Range, write: (value: bigint) => string): string {
  return `${write(min)}..${write(max)}`;
}
