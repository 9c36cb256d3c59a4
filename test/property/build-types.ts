/** Random aliases, enums, bits and consts, and the types that members draw from. */
import { always, integerRange, presentAt } from "./model.ts";
import type {
  AliasModel,
  BitsFieldModel,
  BitsModel,
  ConstModel,
  EnumModel,
  EnumValueModel,
  IntType,
  LifetimeModel,
  NamedType,
  Range,
  Version,
} from "./model.ts";
import type { Names } from "./names.ts";
import type { Random } from "./random.ts";
import type { Reserved } from "../../compiler/schema/ir.ts";

export const integerTypes: readonly IntType[] = ([8, 16, 32, 64] as const).flatMap((width) => [
  { kind: "int", width, signed: false } as const,
  { kind: "int", width, signed: true } as const,
]);

/** Units, the odd one with characters that must be escaped. */
export const units = ["byte", "page", "ns", "ms", "kHz", "µs", 'a"b'];

/** A range within another, often at its ends. */
export function rangeWithin(random: Random, whole: Range): Range {
  const edge = (): bigint =>
    random.weighted([
      [3, whole.min],
      [3, whole.max],
      [2, clamp(0n, whole)],
      [2, clamp(random.bigBetween(1n, 300n), whole)],
      [2, clamp((1n << 53n) - 1n, whole)],
      [1, clamp(1n << 53n, whole)],
      [1, random.bigBetween(whole.min, whole.max)],
    ]);
  const [a, b] = [edge(), edge()];
  return a <= b ? { min: a, max: b } : { min: b, max: a };
}

export function clamp(value: bigint, { min, max }: Range): bigint {
  return value < min ? min : value > max ? max : value;
}

/** `since` and `until` within a declaration that itself exists from `from` on; mostly none. */
export function lifetimeAmong(
  random: Random,
  versions: readonly Version[],
  percent: number,
  since: Version | null = null,
  until: Version | null = null,
): LifetimeModel {
  const within = versions.filter((v) => presentAt({ since, until }, v));
  const deprecated = random.chance(3) ? random.pick(["", "use the other one", 'says "why"']) : null;
  const later = within.slice(1);
  // A backport only adds, so things end where a major version does.
  const earlier = within.filter((v, i) => {
    const next = within[i + 1];
    return next !== undefined && Math.floor(next / 0x10000) !== Math.floor(v / 0x10000);
  });
  if (later.length === 0 || !random.chance(percent)) return { since, until, deprecated };
  return random.weighted<() => LifetimeModel>([
    [6, () => ({ since: random.pick(later), until, deprecated })],
    [
      earlier.length === 0 ? 0 : 3,
      () => {
        const end = random.pick(earlier);
        // `until 2` covers the backports onto 2.
        const major = end - (end % 0x10000);
        const short = until === null && versions.includes(major) && random.chance(50);
        return { since, until: short ? major : end, deprecated };
      },
    ],
    [
      earlier.length === 0 ? 0 : 1,
      () => {
        const end = random.pick(earlier);
        return { since: random.pick(within.filter((v) => v <= end)), until: end, deprecated };
      },
    ],
  ])();
}

export function buildConst(random: Random, names: Names, used: Set<string>): ConstModel {
  const value = random.weighted([
    [6, BigInt(random.between(1, 8))],
    [2, BigInt(random.between(9, 70000))],
    [1, (1n << 64n) - 1n],
    [1, -BigInt(random.between(1, 300))],
    [1, 0n],
  ]);
  return { kind: "const", name: names.constant(used), value, ...always() };
}

/** An alias of an integer, a string, bytes or another alias. */
export function buildAlias(
  random: Random,
  name: string,
  aliases: readonly { readonly type: NamedType; readonly range: Range | null }[],
): AliasModel {
  const plain: AliasModel = {
    kind: "type",
    name,
    type: random.pick(integerTypes),
    range: null,
    unit: null,
    hex: false,
    ...always(),
  };
  const decorated = (type: AliasModel["type"], whole: Range | null): AliasModel => ({
    ...plain,
    type,
    range: whole !== null && random.chance(60) ? rangeWithin(random, whole) : null,
    unit: whole !== null && random.chance(30) ? random.pick(units) : null,
    hex: whole !== null && random.chance(30),
  });
  return random.weighted<() => AliasModel>([
    [
      8,
      () => {
        const type = random.pick(integerTypes);
        return decorated(type, integerRange(type));
      },
    ],
    [1, () => decorated({ kind: "string", min: 0, max: random.between(1, 40) }, null)],
    [1, () => decorated({ kind: "bytes", min: 0, max: random.between(1, 40) }, null)],
    [1, () => decorated({ kind: "bytes", ...exactly(random.pick([1, 6, 8, 16])) }, null)],
    [
      aliases.length === 0 ? 0 : 3,
      () => {
        const base = random.pick(aliases);
        return decorated(base.type, base.range);
      },
    ],
  ])();
}

function exactly(size: number): { min: number; max: number } {
  return { min: size, max: size };
}

/** An enum whose first value lives for ever; the others may come and go. */
export function buildEnum(random: Random, names: Names, name: string, versions: readonly Version[]): EnumModel {
  const base = random.pick(integerTypes);
  const whole = integerRange(base);
  const values: EnumValueModel[] = [];
  const numbers = new Set<bigint>();
  const used = new Set<string>();
  const count = random.weighted([
    [1, 1],
    [6, random.between(2, 5)],
    [1, random.between(6, 20)],
  ]);
  for (let i = 0; i < count; i++) {
    const value = random.weighted([
      [8, BigInt(i)],
      [2, whole.max],
      [2, whole.min],
      [2, clamp(random.bigBetween(0n, 300n), whole)],
      [1, clamp(-random.bigBetween(1n, 300n), whole)],
      [1, random.bigBetween(whole.min, whole.max)],
    ]);
    if (numbers.has(value)) continue;
    numbers.add(value);
    const life = values.length === 0 ? always() : lifetimeAmong(random, versions, 30);
    values.push({ name: names.member(used), value, ...life });
  }
  const reserved: Reserved[] = [];
  if (random.chance(20)) {
    const free = [77n, 78n, 79n, 100n].filter((number) => !numbers.has(number));
    const min = free[0];
    if (min !== undefined) {
      const max = min === 77n && !numbers.has(78n) && !numbers.has(79n) && random.chance(50) ? 79n : null;
      reserved.push({ min, max: max ?? min, name: max === null && random.chance(50) ? freshName(used) : null });
    }
  }
  return { kind: "enum", name, open: random.chance(50), base, values, reserved, ...always() };
}

function freshName(used: Set<string>): string {
  let name = "old";
  while (used.has(name)) name += "_";
  used.add(name);
  return name;
}

/** Bits over an unsigned base; ranges may be of one of the enums or aliases offered, if it fits. */
export function buildBits(
  random: Random,
  names: Names,
  name: string,
  versions: readonly Version[],
  offered: readonly { readonly type: NamedType; readonly range: Range }[],
): BitsModel {
  const width = random.pick([8, 16, 32, 64] as const);
  const fields: BitsFieldModel[] = [];
  const used = new Set<string>();
  let position = random.below(3);
  while (position < width && fields.length < 12) {
    const life = fields.length === 0 ? always() : lifetimeAmong(random, versions, 25);
    if (random.chance(65)) {
      fields.push({ name: names.member(used), low: position, high: position, single: true, type: null, ...life });
      position += 1 + (random.chance(30) ? random.below(width) : 0);
      continue;
    }
    const room = width - position;
    const wide = random.weighted([
      [6, Math.min(room, random.between(1, 5))],
      [1, Math.min(room, random.between(1, 64))],
      [1, room],
    ]);
    const fitting = offered.filter(({ range }) => range.min >= 0n && range.max < 1n << BigInt(wide));
    const type = fitting.length > 0 && random.chance(60) ? random.pick(fitting).type : null;
    fields.push({ name: names.member(used), low: position, high: position + wide - 1, single: false, type, ...life });
    position += wide + (random.chance(30) ? random.below(6) : 0);
  }
  const reserved: Reserved[] = [];
  if (position < width && random.chance(20)) {
    const at = BigInt(width - 1);
    reserved.push({ min: at, max: at, name: random.chance(50) ? freshName(used) : null });
  }
  return {
    kind: "bits",
    name,
    open: random.chance(50),
    base: { kind: "int", width, signed: false },
    fields,
    reserved,
    ...always(),
  };
}
