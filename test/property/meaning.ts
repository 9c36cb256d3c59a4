/**
 * Whether what a reader took means what the writer meant: the decoded value differs, two units differ, or a name that both sides know stands for
 * another number, bit or member. Written apart from the gate's own comparison, over the schema and not over wire types, so that each checks the other.
 */
import type {
  Bits,
  Declaration,
  Enum,
  Member,
  NamedType,
  State,
  Struct,
  Type,
  Union,
  World,
} from "../../compiler/schema/ir.ts";
import { same, shown } from "./same.ts";
import { declarationIn, defaultValue, memberOf, zeroValue } from "./values.ts";

/** A value as one side has it. */
interface Side {
  readonly world: World;
  readonly type: Type;
  readonly value: unknown;
  /** The unit that the member or the nearest alias states. */
  readonly unit: string | null;
  /** Ids that stand for something else on the one side than on the other, whatever they are called. */
  readonly reused: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();

/** Where a record that was taken means something else, or null. */
export function recordMeaning(
  writer: { readonly world: World; readonly type: NamedType },
  value: unknown,
  reader: { readonly world: World; readonly type: NamedType },
  read: unknown,
  reused: ReadonlySet<string> = none,
): string | null {
  const from = { ...writer, value, unit: null, reused };
  return otherMeaning(from, { ...reader, value: read, unit: null, reused }, writer.type.name);
}

function otherMeaning(writer: Side, reader: Side, path: string): string | null {
  const [from, to] = [opened(writer), opened(reader)];
  if (from.value === undefined || to.value === undefined) {
    return from.value === to.value ? null : `${path}: ${shown(from.value)} became ${shown(to.value)}`;
  }
  if (from.type.kind === "list" && to.type.kind === "list") return ofLists(from, to, path);
  const [a, b] = [declared(from), declared(to)];
  if (a !== null && b !== null && isComposite(a) && isComposite(b)) return ofComposites(from, a, to, b, path);
  const differs = `${path}: ${shown(from.value)} became ${shown(to.value)}`;
  if (!isSame(from.value, to.value)) return differs;
  const number = numberOf(from.value);
  if (number === null) return null;
  if (from.unit !== null && to.unit !== null && from.unit !== to.unit) return `${path}: ${from.unit} became ${to.unit}`;
  if (a?.kind === "enum" && b?.kind === "enum") return ofEnums(a, b, number, path);
  return a?.kind === "bits" && b?.kind === "bits" ? ofBits(from.world, a, to.world, b, number, path) : null;
}

/** Optionals and aliases looked through; the nearest unit counts. */
function opened(side: Side): Side {
  if (side.type.kind === "optional") return opened({ ...side, type: side.type.element });
  if (side.type.kind !== "named") return side;
  const declaration = declarationIn(side.world, side.type);
  if (declaration.kind !== "type") return side;
  return opened({ ...side, type: declaration.type, unit: side.unit ?? declaration.unit });
}

function declared({ world, type }: Side): Declaration | null {
  return type.kind === "named" ? declarationIn(world, type) : null;
}

function isComposite(declaration: Declaration): declaration is State | Struct | Union {
  return declaration.kind === "state" || declaration.kind === "struct" || declaration.kind === "union";
}

/** Numbers and truth values are numbers, texts and bytes are bytes, whatever the types are called. */
function isSame(a: unknown, b: unknown): boolean {
  const [one, other] = [numberOf(a), numberOf(b)];
  if (one !== null && other !== null) return one === other;
  const [bytes, others] = [bytesOf(a), bytesOf(b)];
  return bytes !== null && others !== null ? same(bytes, others) : same(a, b);
}

function numberOf(value: unknown): bigint | null {
  if (typeof value === "boolean") return value ? 1n : 0n;
  return typeof value === "number" || typeof value === "bigint" ? BigInt(value) : null;
}

function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  return typeof value === "string" ? new TextEncoder().encode(value) : null;
}

function ofLists(from: Side, to: Side, path: string): string | null {
  const [a, b] = [from.value, to.value] as [readonly unknown[], readonly unknown[]];
  if (a.length !== b.length) return `${path}: ${a.length} elements became ${b.length}`;
  const [one, other] = [elementType(from.type), elementType(to.type)];
  for (const [i, value] of a.entries()) {
    const differs = otherMeaning({ ...from, type: one, value }, { ...to, type: other, value: b[i] }, `${path}[${i}]`);
    if (differs !== null) return differs;
  }
  return null;
}

function elementType(type: Type): Type {
  return type.kind === "list" ? type.element : type;
}

function ofComposites(
  from: Side,
  a: State | Struct | Union,
  to: Side,
  b: State | Struct | Union,
  path: string,
): string | null {
  if (a.kind === "union" || b.kind === "union") {
    return a.kind === "union" && b.kind === "union" ? ofUnions(from, a, to, b, path) : `${path}: another kind of type`;
  }
  if (a.kind !== b.kind) return `${path}: another kind of type`;
  for (const reader of b.members) {
    const byName = a.members.find(({ name }) => name === reader.name);
    const byId = a.members.find(({ id }) => id === reader.id);
    const read = memberOf(to.value, reader.name);
    // A name that both know must mean the same; an id stands for a member that was renamed only if its old name is gone.
    const partners = new Set([
      byName,
      byId !== undefined && !b.members.some(({ name }) => name === byId.name) ? byId : undefined,
    ]);
    for (const writer of partners) {
      if (writer === undefined) continue;
      if (isReused(from, writer.id, reader.id) && memberOf(from.value, writer.name) !== undefined)
        return `${path}.${writer.name}: @${writer.id} is reused`;
      const differs = ofMember(from, writer, to, reader, read, `${path}.${writer.name}`);
      if (differs !== null) return differs;
    }
    // A writer for an older version computes what ended since.
    const isComputed = a.kind === "state" && a.retired.some(({ id, from: gone }) => id === reader.id && gone !== null);
    if (byName === undefined && byId === undefined && !isComputed && isInvented(to.world, b, reader, read))
      return `${path}.${reader.name}: ${shown(read)} out of nothing`;
  }
  return a.kind === "state" && b.kind === "state" ? ofEnded(from, a, b, path) : null;
}

/** A member that ended is dropped at its default, which must be what its writer leaves out. */
function ofEnded(from: Side, a: State, b: State, path: string): string | null {
  for (const ended of b.retired) {
    const writer = a.members.find(({ id }) => id === ended.id);
    if (writer === undefined || ended.from !== null || writer.ignorable || ended.ignorable) continue;
    const value = memberOf(from.value, writer.name);
    const isLeftOut = writer.type.kind === "optional" || writer.default !== null;
    const leftOut = writer.type.kind === "optional" ? undefined : defaultValue(from.world, writer);
    if (isLeftOut && !same(value, leftOut)) return `${path}.${writer.name}: ${shown(value)} was lost`;
  }
  return null;
}

/** Whether an id of a declaration was gone in a release between the two sides. */
function isReused({ type, reused }: Side, writer: number, reader: number): boolean {
  return type.kind === "named" && writer === reader && reused.has(`${type.module}.${type.name}@${writer}`);
}

function ofMember(from: Side, writer: Member, to: Side, reader: Member, read: unknown, path: string): string | null {
  return otherMeaning(
    { ...from, type: writer.type, value: memberOf(from.value, writer.name), unit: writer.unit },
    { ...to, type: reader.type, value: read, unit: reader.unit },
    path,
  );
}

/** A member that the writer does not have at all must be what leaving it out stands for. */
function isInvented(world: World, owner: State | Struct, member: Member, read: unknown): boolean {
  if (member.from !== null || member.type.kind === "optional") return member.from === null && read !== undefined;
  if (member.default !== null) return !same(read, defaultValue(world, member));
  return owner.kind === "struct" && !same(read, zeroValue(world, member.type, member.range));
}

function ofUnions(from: Side, a: Union, to: Side, b: Union, path: string): string | null {
  const [held, taken] = [from.value, to.value] as { kind: string; value: unknown }[];
  const one = a.alternatives.find(({ name }) => name === held?.kind);
  const other = b.alternatives.find(({ name }) => name === taken?.kind);
  if (one === undefined || other === undefined || held === undefined || taken === undefined)
    return `${path}: no alternative`;
  if (isReused(from, one.id, other.id)) return `${path}.${one.name}: @${one.id} is reused`;
  if (one.id !== other.id) return `${path}: ${one.name} became ${other.name}`;
  const moved =
    one.name !== other.name &&
    (b.alternatives.some(({ name }) => name === one.name) || a.alternatives.some(({ name }) => name === other.name));
  if (moved) return `${path}: ${one.name} became ${other.name}, though both sides know the name`;
  if (one.type === null || other.type === null)
    return one.type === other.type ? null : `${path}: nothing became something`;
  return otherMeaning(
    { ...from, type: one.type, value: held.value, unit: one.unit },
    { ...to, type: other.type, value: taken.value, unit: other.unit },
    `${path}.${one.name}`,
  );
}

function ofEnums(a: Enum, b: Enum, value: bigint, path: string): string | null {
  const name = a.values.find((one) => one.value === value)?.name;
  const otherName = b.values.find((one) => one.value === value)?.name;
  if (name === otherName) return null;
  const moved = b.values.some((one) => one.name === name) || a.values.some((one) => one.name === otherName);
  return moved ? `${path}: ${name ?? value} became ${otherName ?? value}` : null;
}

function ofBits(from: World, a: Bits, to: World, b: Bits, value: bigint, path: string): string | null {
  for (const field of a.fields) {
    const other = b.fields.find(({ name }) => name === field.name);
    if (other === undefined) continue;
    const [mine, theirs] = [bitsOf(field, value), bitsOf(other, value)];
    if (mine !== theirs) return `${path}.${field.name}: ${mine} became ${theirs}`;
    if (field.type === null || other.type === null) continue;
    const differs = otherMeaning(
      { world: from, type: field.type, value: mine, unit: null, reused: none },
      { world: to, type: other.type, value: theirs, unit: null, reused: none },
      `${path}.${field.name}`,
    );
    if (differs !== null) return differs;
  }
  return null;
}

function bitsOf({ low, high }: { readonly low: number; readonly high: number }, value: bigint): bigint {
  return (value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
}
