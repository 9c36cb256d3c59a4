import { nameOfInt } from "../schema/builtin.ts";
import { mentionedMembers } from "../schema/expression-members.ts";
import type {
  Alternative,
  Bits,
  Declaration,
  Enum,
  IntType,
  Member,
  Module,
  NamedType,
  Range,
  State,
  Struct,
  Type,
  TypeAlias,
  Union,
  World,
} from "../schema/ir.ts";
import { layoutOf } from "../schema/layout.ts";
import { declarationOf, exactRange, findDeclaration, intersect, namedIn, rangeOfInt } from "../schema/lookup.ts";
import { sizeText } from "../schema/type-text.ts";
import {
  alignOf,
  fieldMask,
  rowSize,
  type WireAlternative,
  type WireBits,
  type WireBitsField,
  type WireEnum,
  type WireField,
  type WireInt,
  type WireMember,
  type WireState,
  type WireStruct,
  type WireType,
  type WireUnion,
} from "./wire-type.ts";

/**
 * The declarations of a world as wire types, made when first asked for. States and unions are registered before they are complete, since they may
 * hold themselves, and completed one after the other: a chain of them can be as long as a schema.
 */
class Made {
  readonly types = new Map<Declaration, WireType>();
  #waiting: (() => void)[] | null = null;

  /** Completes a type that is registered, and all that this asks for, before the outermost call returns. */
  complete(fill: () => void): void {
    if (this.#waiting !== null) {
      this.#waiting.push(fill);
      return;
    }
    const waiting = [fill];
    this.#waiting = waiting;
    try {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) next();
    } finally {
      this.#waiting = null;
    }
  }
}

const madeOf = new WeakMap<World, Made>();

/** The type of a declared name. */
export function namedWireType(world: World, type: Omit<NamedType, "kind">): WireType {
  return declaredType(world, moduleOf(world, type.module), declarationOf(world, type), plain);
}

/** A state of the world. */
export function wireState(world: World, module: string, state: State): WireState {
  const type = declaredType(world, moduleOf(world, module), state, plain);
  if (type.kind !== "state") throw new Error(`${module}.${state.name} is no state`);
  return type;
}

/** A state by `module.Name`, or by a bare name that only one module has; null if there is none. */
export function findState(world: World, name: string): WireState | null {
  const dot = name.lastIndexOf(".");
  const wanted = [...world.values()].filter((module) => dot < 0 || module.name === name.slice(0, dot));
  const found = wanted.flatMap((module) =>
    module.declarations.flatMap((one) =>
      one.kind === "state" && one.name === name.slice(dot + 1) ? [wireState(world, module.name, one)] : [],
    ),
  );
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** The states of a world that are records of their own, by their id. */
export function recordStates(world: World): ReadonlyMap<number, WireState> {
  const states = new Map<number, WireState>();
  for (const module of world.values()) {
    for (const one of module.declarations) {
      if (one.kind === "state" && one.id !== null) states.set(one.id, wireState(world, module.name, one));
    }
  }
  return states;
}

/** A state of a world that is a record of its own, by its id; null where there is none. */
export function recordState(world: World, id: number): WireState | null {
  for (const module of world.values()) {
    for (const one of module.declarations) {
      if (one.kind === "state" && one.id === id) return wireState(world, module.name, one);
    }
  }
  return null;
}

/** What a member says about its type: its own range, and how tools show it. */
interface Context {
  readonly range: Range | null;
  readonly hex: boolean;
  readonly unit: string | null;
}

const plain: Context = { range: null, hex: false, unit: null };

function moduleOf(world: World, name: string): Module {
  const module = world.get(name);
  if (module === undefined) throw new Error(`no module ${name} in this world`);
  return module;
}

function wireType(world: World, type: Type, context: Context): WireType {
  switch (type.kind) {
    case "int":
      return wireInt(type, context);
    case "bool":
    case "uuid":
      return { kind: type.kind, text: type.kind };
    case "bytes":
    case "string":
      return { ...type, text: `${type.kind}${sizeText(type.min, type.max)}` };
    case "cstring":
      return { ...type, text: `cstring[${type.size}]` };
    case "named":
      return declaredType(world, moduleOf(world, type.module), declarationOf(world, type), context);
    case "list": {
      const { min, max } = type;
      const element = wireType(world, type.element, context);
      return {
        kind: "list",
        element,
        min,
        max,
        row: rowSize(element),
        text: `${element.text}${sizeText(min, max) || "[]"}`,
      };
    }
    case "optional": {
      const element = wireType(world, type.element, context);
      return { kind: "optional", element, text: `${element.text}?` };
    }
  }
}

function declaredType(world: World, module: Module, declaration: Declaration, context: Context): WireType {
  switch (declaration.kind) {
    case "const":
      throw new Error(`${module.name}.${declaration.name} is a constant, not a type`);
    case "type":
      return wireAlias(world, declaration, context);
    case "enum":
      return named(world, declaration, context, () => wireEnum(module, declaration, context));
    case "bits":
      return named(world, declaration, context, () => wireBits(world, module, declaration, context));
    case "struct":
    case "state":
    case "union": {
      const made = madeIn(world);
      return made.types.get(declaration) ?? composite(world, module, declaration, made);
    }
  }
}

function madeIn(world: World): Made {
  let made = madeOf.get(world);
  if (made === undefined) madeOf.set(world, (made = new Made()));
  return made;
}

/** One type for all members that say nothing about an enum or bits themselves, which are nearly all. */
function named(world: World, declaration: Enum | Bits, { range, hex, unit }: Context, make: () => WireType): WireType {
  if (range !== null || hex || unit !== null) return make();
  const { types } = madeIn(world);
  let type = types.get(declaration);
  if (type === undefined) types.set(declaration, (type = make()));
  return type;
}

function composite(world: World, module: Module, declaration: Struct | State | Union, made: Made): WireType {
  switch (declaration.kind) {
    case "struct":
      return wireStruct(world, module, declaration, made);
    case "state":
      return makeState(world, module, declaration, made);
    case "union":
      return wireUnion(world, module, declaration, made);
  }
}

function wireAlias(world: World, alias: TypeAlias, context: Context): WireType {
  const range =
    alias.range !== null && context.range !== null
      ? intersect(alias.range, context.range)
      : (alias.range ?? context.range);
  const inner = wireType(world, alias.type, {
    range,
    hex: context.hex || alias.hex,
    unit: context.unit ?? alias.unit,
  });
  return { ...inner, text: alias.name };
}

function narrowed(type: IntType, context: Context): Range & { readonly low: number; readonly high: number } {
  const { min, max } = context.range === null ? rangeOfInt(type) : intersect(rangeOfInt(type), context.range);
  return { min, max, low: Number(min), high: Number(max) };
}

function wireInt(type: IntType, context: Context): WireInt {
  const range = narrowed(type, context);
  const { width, signed } = type;
  const exact = range.min >= exactRange.min && range.max <= exactRange.max;
  return { kind: "int", width, signed, ...range, exact, hex: context.hex, unit: context.unit, text: nameOfInt(type) };
}

function wireEnum(module: Module, declaration: Enum, context: Context): WireEnum {
  const { width, signed } = declaration.base;
  return {
    kind: "enum",
    name: `${module.name}.${declaration.name}`,
    width,
    signed,
    ...narrowed(declaration.base, context),
    // By the base's width alone: a value that is added must not change the type.
    exact: width < 64,
    open: declaration.open,
    names: new Map(declaration.values.map((one) => [one.value, one.name])),
    values: new Map(declaration.values.map((one) => [one.name, one.value])),
    text: declaration.name,
  };
}

function wireBits(world: World, module: Module, declaration: Bits, context: Context): WireBits {
  const { width, signed } = declaration.base;
  const fields = declaration.fields.map((field): WireBitsField => {
    const type = field.type === null ? null : wireType(world, field.type, plain);
    const { name, low, high, single } = field;
    return { name, low, high, single, type: type?.kind === "int" || type?.kind === "enum" ? type : null };
  });
  return {
    kind: "bits",
    name: `${module.name}.${declaration.name}`,
    width,
    signed,
    ...narrowed(declaration.base, context),
    exact: width < 64,
    open: declaration.open,
    fields,
    named: fields.reduce((mask, field) => mask | fieldMask(field), 0n),
    text: declaration.name,
  };
}

function wireStruct(world: World, module: Module, struct: Struct, made: Made): WireStruct {
  const layout = layoutOf(world, struct);
  const type: WireStruct = {
    kind: "struct",
    module: module.name,
    name: struct.name,
    text: struct.name,
    version: module.version,
    members: layout.members.map(({ member, offset, size }): WireField => {
      const one = wireMember(world, member, false);
      return { ...one, offset, size, align: alignOf(one.type) };
    }),
    checks: struct.checks,
    stride: layout.stride,
    end: layout.end,
    align: layout.align,
  };
  made.types.set(struct, type);
  return type;
}

function makeState(world: World, module: Module, state: State, made: Made): WireState {
  const members: WireMember[] = [];
  const retired: WireMember[] = [];
  const byId = new Map<number, WireMember>();
  const computed: WireMember[] = [];
  const { name, id, ignorable, single, checks } = state;
  const { version } = module;
  const type: WireState = {
    ...{ kind: "state", module: module.name, name, text: name, id, version, ignorable, single, checks },
    ...{ members, retired, byId, computed },
  };
  made.types.set(state, type);
  made.complete(() => {
    for (const member of state.members) members.push(wireMember(world, member, false));
    for (const member of state.retired) {
      // Of a type that its own module has not kept, nothing is known: its members are unknown ones.
      const named = namedIn(member.type);
      if (named === null || findDeclaration(world, named) !== undefined) retired.push(wireMember(world, member, true));
    }
    for (const member of [...retired, ...members]) byId.set(member.id, member);
    computed.push(...inDependencyOrder(members));
  });
  return type;
}

function wireUnion(world: World, module: Module, union: Union, made: Made): WireUnion {
  const alternatives: WireAlternative[] = [];
  const byId = new Map<number, WireAlternative>();
  const { name } = union;
  const { version } = module;
  const type: WireUnion = { kind: "union", module: module.name, name, text: name, version, alternatives, byId };
  made.types.set(union, type);
  made.complete(() => {
    for (const one of union.alternatives) alternatives.push(wireAlternative(world, one));
    for (const one of alternatives) byId.set(one.id, one);
  });
  return type;
}

function wireAlternative(world: World, alternative: Alternative): WireAlternative {
  const { id, name, hex, unit } = alternative;
  return {
    id,
    name,
    hex,
    unit,
    type: alternative.type === null ? null : wireType(world, alternative.type, alternative),
  };
}

/** Members of builtin types, which are the same in every world. */
const builtinMembers = new WeakMap<Member, WireMember>();

function wireMember(world: World, member: Member, retired: boolean): WireMember {
  if (retired || namedIn(member.type) !== null) return makeMember(world, member, retired);
  let made = builtinMembers.get(member);
  if (made === undefined) builtinMembers.set(member, (made = makeMember(world, member, retired)));
  return made;
}

function makeMember(world: World, member: Member, retired: boolean): WireMember {
  const { id, name, from, ignorable, hex, unit } = member;
  return {
    ...{ member, id, name, from, ignorable, hex, unit, retired },
    type: wireType(world, member.type, member),
    required: member.default === null && member.type.kind !== "optional" && from === null,
  };
}

/** The members that have a `from`, each after those that its expression names. The checker has refused cycles. */
export function inDependencyOrder(members: readonly WireMember[]): readonly WireMember[] {
  const waiting = new Map(members.map((member) => [member.id, member]));
  const ordered: WireMember[] = [];
  const place = (member: WireMember): void => {
    if (!waiting.delete(member.id) || member.from === null) return;
    for (const id of mentionedMembers(member.from)) {
      const other = waiting.get(id);
      if (other !== undefined) place(other);
    }
    ordered.push(member);
  };
  for (const member of members) place(member);
  return ordered;
}
