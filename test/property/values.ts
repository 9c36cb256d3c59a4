/** Random values of a World's types, in the value model that generated codecs and dump tools share. */
import type {
  Bits,
  Check,
  Declaration,
  Enum,
  Member,
  NamedType,
  Range,
  Struct,
  Type,
  World,
} from "../../compiler/schema/ir.ts";
import { evaluate, Undetermined } from "./evaluate.ts";
import { integerRange, intersect } from "./model.ts";
import type { Random } from "./random.ts";

/** A value and whether every `check` of it and of what it holds is satisfied. */
export interface DrawnValue {
  readonly value: Record<string, unknown>;
  readonly satisfies: boolean;
}

export function declarationIn(world: World, type: NamedType): Declaration {
  const found = world.get(type.module)?.declarations.find((declaration) => declaration.name === type.name);
  if (found === undefined) throw new Error(`${type.module}.${type.name} is not in the world`);
  return found;
}

const maxSafe = (1n << 53n) - 1n;

/** A number in the value model: a big integer only where the type's range does not fit 2^53. */
export function numberIn(value: bigint, range: Range): number | bigint {
  return range.min >= -maxSafe && range.max <= maxSafe ? Number(value) : value;
}

const texts = [
  "a",
  "Z",
  "0",
  " ",
  "\0",
  "\n",
  '"',
  "\\",
  "é",
  "ÿ",
  "€",
  "\ufeff",
  "\u202e",
  "𐍈",
  "😀",
  "\ud7ff",
  "\uffff",
];

export class Values {
  readonly #random: Random;
  readonly #world: World;
  readonly #heights = new Map<string, number>();

  constructor(random: Random, world: World) {
    this.#random = random;
    this.#world = world;
  }

  /** A value of a state or struct; tried again a few times where a `check` does not hold. */
  draw(type: NamedType): DrawnValue {
    // Of what always holds itself there is no value.
    if (this.#height(type) === Infinity) return { value: {}, satisfies: false };
    for (let attempt = 0; ; attempt++) {
      // A named state or struct draws an object.
      const value = this.value(type, null, 0) as Record<string, unknown>;
      const satisfies = satisfiesChecks(this.#world, type, value);
      if (satisfies || attempt === 4 || this.#random.chance(10)) return { value, satisfies };
    }
  }

  value(type: Type, range: Range | null, depth: number): unknown {
    const random = this.#random;
    switch (type.kind) {
      case "int": {
        const whole = range === null ? integerRange(type) : intersect(integerRange(type), range);
        return numberIn(this.#number(whole), whole);
      }
      case "bool":
        return random.chance(50);
      case "uuid":
        return this.#bytes(16);
      case "bytes":
        return this.#bytes(this.#length(type.min, type.max, 40));
      case "string":
        return this.#text(type.min, this.#length(type.min, type.max, 40), true);
      case "cstring":
        return this.#text(0, this.#length(0, type.size - 1, 40), false);
      case "list":
        return this.#list(type, range, depth);
      case "optional":
        return this.#height(type.element) + depth > 5 || random.chance(40)
          ? undefined
          : this.value(type.element, range, depth);
      case "named":
        return this.#named(type, range, depth);
    }
  }

  #named(type: NamedType, range: Range | null, depth: number): unknown {
    const random = this.#random;
    const declaration = declarationIn(this.#world, type);
    switch (declaration.kind) {
      case "const":
        throw new Error("a constant is no type");
      case "type": {
        const both =
          declaration.range === null ? range : range === null ? declaration.range : intersect(declaration.range, range);
        return this.value(declaration.type, both, depth);
      }
      case "enum":
        return inBase(declaration, this.#enum(declaration));
      case "bits":
        return inBase(declaration, this.#bits(declaration));
      case "struct":
      case "state": {
        const object: Record<string, unknown> = {};
        for (const member of declaration.members) {
          // Not a plain assignment: a member may be called __proto__.
          Object.defineProperty(object, member.name, {
            value: this.#member(member, depth + 1),
            enumerable: true,
            writable: true,
            configurable: true,
          });
        }
        return object;
      }
      case "union": {
        const low = Math.min(
          ...declaration.alternatives.map((alternative) =>
            alternative.type === null ? 0 : this.#height(alternative.type),
          ),
        );
        const usable = declaration.alternatives.filter(({ type: held }) => {
          const height = held === null ? 0 : this.#height(held);
          return height === low || depth + height < 5;
        });
        const alternative = random.pick(usable);
        return {
          kind: alternative.name,
          value: alternative.type === null ? null : this.value(alternative.type, alternative.range, depth + 1),
        };
      }
    }
  }

  /** A member's value: its default often, so that what is left out and what is written meet in one value. */
  #member(member: Member, depth: number): unknown {
    if (member.default !== null && this.#random.chance(35)) return defaultValue(this.#world, member);
    return this.value(member.type, member.range, depth);
  }

  #number(range: Range): bigint {
    const random = this.#random;
    const edges = [
      0n,
      1n,
      -1n,
      127n,
      128n,
      255n,
      256n,
      -128n,
      -129n,
      0x7fff_ffffn,
      0x8000_0000n,
      0xffff_ffffn,
      0x1_0000_0000n,
      -0x8000_0000n,
      -0x8000_0001n,
      maxSafe,
      maxSafe + 1n,
      maxSafe + 2n,
      -maxSafe,
      -maxSafe - 1n,
      (1n << 63n) - 1n,
      1n << 63n,
      (1n << 64n) - 1n,
      -(1n << 63n),
      0x1234_5678_9abc_def0n,
    ].filter((edge) => edge >= range.min && edge <= range.max);
    return random.weighted<() => bigint>([
      [3, () => range.min],
      [3, () => range.max],
      [edges.length === 0 ? 0 : 6, () => random.pick(edges)],
      [2, () => random.bigBetween(range.min, range.max)],
      [2, () => random.bigBetween(range.min, range.min + 300n < range.max ? range.min + 300n : range.max)],
    ])();
  }

  #enum(declaration: Enum): bigint {
    const random = this.#random;
    if (declaration.values.length === 0 || (declaration.open && random.chance(30)))
      return this.#number(integerRange(declaration.base));
    return random.pick(declaration.values).value;
  }

  #bits(declaration: Bits): bigint {
    const random = this.#random;
    const { width } = declaration.base;
    let value = declaration.open && random.chance(50) ? this.#number(integerRange(declaration.base)) : 0n;
    if (declaration.open && random.chance(20)) value = (1n << BigInt(width)) - 1n;
    const density = random.pick([0, 20, 60, 100]);
    for (const { low, high, type } of declaration.fields) {
      const mask = (1n << BigInt(high - low + 1)) - 1n;
      let field = random.chance(density)
        ? random.weighted([
            [1, mask],
            [1, random.bigBetween(0n, mask)],
          ])
        : 0n;
      if (type !== null) {
        // A type of numbers is drawn as one.
        const drawn = BigInt(this.value(type, { min: 0n, max: mask }, 0) as number | bigint);
        // Bits have no sign, and in a wide range a negative number would become one that its type has not.
        field = (drawn < 0n ? -drawn - 1n : drawn) & mask;
      }
      value = (value & ~(mask << BigInt(low))) | (field << BigInt(low));
    }
    return value;
  }

  #length(min: number, max: number | null, most: number): number {
    const random = this.#random;
    const top = max === null ? min + 12 : max;
    return random.weighted<() => number>([
      [3, () => min],
      [2, () => Math.min(min + 1, top)],
      [top <= most || random.chance(2) ? 3 : 0, () => Math.min(top, 5000)],
      [4, () => random.between(min, Math.min(top, min + 12))],
    ])();
  }

  #bytes(length: number): Uint8Array {
    const fill = this.#random.pick([null, 0, 255]);
    return Uint8Array.from({ length }, () => fill ?? this.#random.below(256));
  }

  /** Well-formed UTF-8 of `min` to `most` bytes. */
  #text(min: number, most: number, nul: boolean): string {
    const random = this.#random;
    const ascii = random.chance(40);
    let text = "";
    let left = most;
    while (left > 0) {
      const piece = ascii ? ("abc xyz"[random.below(7)] ?? "a") : random.pick(texts);
      const size = new TextEncoder().encode(piece).length;
      if (size > left || (piece === "\0" && !nul)) {
        if (most - left >= min && random.chance(30)) break;
        continue;
      }
      text += piece;
      left -= size;
    }
    return text;
  }

  #list(type: Extract<Type, { kind: "list" }>, range: Range | null, depth: number): unknown[] {
    const deep = this.#height(type.element) + depth > 4;
    const length = deep ? type.min : this.#length(type.min, type.max, 6);
    const seen = new Set<string>();
    const list: unknown[] = [];
    for (let tries = 0; list.length < length && tries < length + 30; tries++) {
      const element = this.value(type.element, range, depth + 1);
      const key = this.#key(type.element, element);
      if (key !== null && seen.has(key) && tries < length + 20) continue;
      if (key !== null) seen.add(key);
      list.push(element);
    }
    return list;
  }

  /** The key of a list element as text, null where its type has none. */
  #key(type: Type, element: unknown): string | null {
    if (type.kind !== "named") return null;
    const declaration = declarationIn(this.#world, type);
    if (declaration.kind !== "state" && declaration.kind !== "struct") return null;
    const keys = declaration.members.filter((member) => member.key);
    if (keys.length === 0) return null;
    return keys.map((member) => String(memberOf(element, member.name))).join("\0");
  }

  /** How deep the smallest value of a type nests. */
  #height(type: Type): number {
    if (type.kind === "list") return type.min === 0 ? 0 : this.#height(type.element) + 1;
    if (type.kind !== "named") return 0;
    if (this.#heights.size === 0) this.#measure();
    return this.#heights.get(`${type.module}.${type.name}`) ?? 0;
  }

  /** Grows all heights from below until they stand still: what only ends at itself keeps the infinite one it starts with. */
  #measure(): void {
    const declarations = [...this.#world.values()].flatMap((module) =>
      module.declarations.map((declaration) => ({ name: `${module.name}.${declaration.name}`, declaration })),
    );
    for (const { name, declaration } of declarations) {
      const nests = declaration.kind === "state" || declaration.kind === "struct" || declaration.kind === "union";
      this.#heights.set(name, nests ? Infinity : 0);
    }
    for (let changed = true; changed;) {
      changed = false;
      for (const { name, declaration } of declarations) {
        const parts =
          declaration.kind === "state" || declaration.kind === "struct"
            ? 1 + Math.max(0, ...declaration.members.map((member) => this.#height(member.type)))
            : declaration.kind === "union"
              ? 1 + Math.min(...declaration.alternatives.map(({ type }) => (type === null ? 0 : this.#height(type))))
              : 0;
        if (parts < (this.#heights.get(name) ?? 0)) {
          this.#heights.set(name, parts);
          changed = true;
        }
      }
    }
  }
}

function inBase(declaration: Enum | Bits, value: bigint): number | bigint {
  return declaration.base.width === 64 ? value : Number(value);
}

export function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}

/** The value that a member with a default takes where it is left out. */
export function defaultValue(world: World, member: Pick<Member, "default" | "type" | "range">): unknown {
  const value = member.default;
  switch (value?.kind) {
    case undefined:
      return undefined;
    case "bool":
    case "string":
      return value.value;
    case "bytes":
      return Uint8Array.from(value.hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
    case "empty":
      return [];
    case "int":
      return numberOfType(world, member.type, member.range, value.value);
    case "zero":
      return zeroValue(world, member.type, member.range);
  }
}

function numberOfType(world: World, type: Type, range: Range | null, value: bigint): number | bigint {
  if (type.kind === "int")
    return numberIn(value, range === null ? integerRange(type) : intersect(integerRange(type), range));
  if (type.kind !== "named") throw new Error("no number");
  const declaration = declarationIn(world, type);
  if (declaration.kind === "enum" || declaration.kind === "bits") return inBase(declaration, value);
  if (declaration.kind !== "type") throw new Error("no number");
  const both =
    declaration.range === null ? range : range === null ? declaration.range : intersect(declaration.range, range);
  return numberOfType(world, declaration.type, both, value);
}

/** The range of an integer type in a world, aliases looked through; null for anything else. */
export function rangeIn(world: World, type: Type): Range | null {
  if (type.kind === "int") return integerRange(type);
  if (type.kind !== "named") return null;
  const declaration = declarationIn(world, type);
  if (declaration.kind !== "type") return null;
  const inner = rangeIn(world, declaration.type);
  return inner === null ? null : mergeRanges(inner, declaration.range);
}

/** A number as a member's value, or null where it is none of the member's type. */
export function numberOf(world: World, member: Pick<Member, "type" | "range">, value: bigint): number | bigint | null {
  const range = rangeIn(world, member.type);
  if (range !== null) {
    const both = mergeRanges(range, member.range) ?? range;
    return value < both.min || value > both.max ? null : numberIn(value, both);
  }
  const declaration = member.type.kind === "named" ? declarationIn(world, member.type) : undefined;
  if (declaration?.kind !== "enum" && declaration?.kind !== "bits") throw new Error("no number");
  const whole = integerRange(declaration.base);
  if (value < whole.min || value > whole.max) return null;
  if (declaration.kind === "enum" && !declaration.open && !declaration.values.some((one) => one.value === value))
    return null;
  return inBase(declaration, value);
}

/** All bytes zero, as a value. */
export function zeroValue(world: World, type: Type, range: Range | null): unknown {
  switch (type.kind) {
    case "int":
      return numberOfType(world, type, range, 0n);
    case "bool":
      return false;
    case "uuid":
      return new Uint8Array(16);
    case "bytes":
      return new Uint8Array(type.min);
    case "string":
    case "cstring":
      return "";
    case "optional":
      return undefined;
    case "list":
      return Array.from({ length: type.min }, () => zeroValue(world, type.element, range));
    case "named": {
      const declaration = declarationIn(world, type);
      if (declaration.kind === "struct") return zeroStruct(world, declaration);
      if (declaration.kind === "type" && declaration.type.kind !== "int" && declaration.type.kind !== "named") {
        return zeroValue(world, declaration.type, null);
      }
      if (declaration.kind === "type") return zeroValue(world, declaration.type, mergeRanges(declaration.range, range));
      return numberOfType(world, type, range, 0n);
    }
  }
}

function mergeRanges(a: Range | null, b: Range | null): Range | null {
  return a === null ? b : b === null ? a : intersect(a, b);
}

function zeroStruct(world: World, struct: Struct): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const member of struct.members) {
    Object.defineProperty(object, member.name, {
      value: zeroValue(world, member.type, member.range),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return object;
}

/** Whether every check of a value and of what it holds is true; one that cannot be evaluated is not. */
export function satisfiesChecks(world: World, type: Type, value: unknown): boolean {
  switch (type.kind) {
    case "optional":
      return value === undefined || satisfiesChecks(world, type.element, value);
    case "list":
      return (value as readonly unknown[]).every((element) => satisfiesChecks(world, type.element, element));
    case "named": {
      const declaration = declarationIn(world, type);
      switch (declaration.kind) {
        case "state":
        case "struct":
          return (
            declaration.checks.every((check) => holds(check, value)) &&
            declaration.members.every((member) => satisfiesChecks(world, member.type, memberOf(value, member.name)))
          );
        case "union": {
          const held = value as { kind: string; value: unknown };
          const alternative = declaration.alternatives.find(({ name }) => name === held.kind);
          return (
            alternative?.type === null ||
            alternative === undefined ||
            satisfiesChecks(world, alternative.type, held.value)
          );
        }
        case "const":
        case "type":
        case "enum":
        case "bits":
          return true;
      }
    }
    // Falls here for the types that hold nothing.
    case "int":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
      return true;
  }
}

function holds(check: Check, value: unknown): boolean {
  try {
    return evaluate(check.expression, { root: value, elements: [] }) === true;
  } catch (error) {
    if (error instanceof Undetermined) return false;
    throw error;
  }
}
