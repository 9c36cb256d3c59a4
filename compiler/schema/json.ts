import type { Alternative, BitsField, Declaration, EnumValue, Lifetime, Member, Module } from "./ir.ts";

/**
 * A module as plain JSON, as it stands in dumps: the fields of the IR, integers as decimal strings, packed versions as numbers. What is
 * null, false or empty where it mostly is, is left out. `module.schema.json` is its JSON Schema.
 */
export function moduleToJson(module: Module): unknown {
  const text = JSON.stringify(module, (key, value: unknown) => {
    if (typeof value === "bigint") return String(value);
    return isUnsaid(key, value) ? undefined : value;
  });
  return JSON.parse(text);
}

/** Whether JSON leaves a field out, since it says nothing. */
export function isUnsaid(key: string, value: unknown): boolean {
  if (value !== null && value !== false && !(Array.isArray(value) && value.length === 0)) return false;
  return Object.hasOwn(mostly, key);
}

/** What is left out where it says nothing, and what it then is. */
const mostly = {
  ...{ until: null, deprecated: null, label: null, reserved: [], checks: [], retired: [] },
  ...{ default: null, range: null, unit: null, reference: null, from: null },
  ...{ hex: false, key: false, sorted: false, handle: false, ignorable: false },
} as const;

const lifetime = { until: mostly.until, deprecated: mostly.deprecated };
const shown = { range: mostly.range, unit: mostly.unit, hex: mostly.hex };
const memberMostly = {
  ...lifetime,
  ...shown,
  ...{ default: null, reference: null, from: null, key: false, sorted: false, handle: false, ignorable: false },
};

/** A module from JSON that is valid by `module.schema.json`; whether its names stand for something is for `checkWorld` to say. */
export function moduleFromJson(json: unknown): Module {
  const text = JSON.stringify(json);
  // The JSON Schema says so, but for what was left out.
  const module = JSON.parse(text, revive) as Omit<Module, "versions" | "declarations"> & {
    readonly versions: readonly Partial<Module["versions"][number]>[];
    readonly declarations: readonly Declaration[];
  };
  return {
    ...module,
    versions: module.versions.map((one) => ({ version: 0, label: null, ...one })),
    declarations: module.declarations.map(wholeDeclaration),
  };
}

/** A declaration from JSON that is valid as one of a module. */
export function declarationFromJson(json: unknown): Declaration {
  // The JSON Schema says so, but for what was left out.
  return wholeDeclaration(JSON.parse(JSON.stringify(json), revive) as Declaration);
}

/** Decimal strings where the IR has bigints: bounds of ranges, and values but those of strings. */
function revive(this: unknown, key: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (key === "min" || key === "max") return BigInt(value);
  const holder: { readonly kind?: unknown } = Object(this);
  return key === "value" && holder.kind !== "string" ? BigInt(value) : value;
}

function wholeDeclaration(declaration: Declaration): Declaration {
  switch (declaration.kind) {
    case "const":
      return { ...lifetime, ...declaration };
    case "type":
      return { ...lifetime, ...shown, ...declaration };
    case "enum":
      return {
        ...lifetime,
        ...declaration,
        reserved: declaration.reserved ?? [],
        values: declaration.values.map(whole<EnumValue>),
      };
    case "bits":
      return {
        ...lifetime,
        ...declaration,
        reserved: declaration.reserved ?? [],
        fields: declaration.fields.map(whole<BitsField>),
      };
    case "struct": {
      const { checks, reserved } = { ...mostly, ...declaration };
      return {
        ...lifetime,
        ...declaration,
        checks: checks.map(wholeCheck),
        reserved,
        members: declaration.members.map(wholeMember),
      };
    }
    case "state": {
      const { checks, reserved, retired } = { ...mostly, ...declaration };
      return {
        ...{ ...lifetime, ...{ ignorable: false }, ...declaration },
        ...{ checks: checks.map(wholeCheck), reserved, retired: retired.map(wholeMember) },
        members: declaration.members.map(wholeMember),
      };
    }
    case "union":
      return {
        ...{ ...lifetime, ...declaration, reserved: declaration.reserved ?? [] },
        alternatives: declaration.alternatives.map((one): Alternative => ({ ...lifetime, ...shown, ...one })),
      };
  }
}

function whole<T extends Lifetime>(one: T): T {
  return { ...lifetime, ...one };
}

function wholeMember(member: Member): Member {
  return { ...memberMostly, ...member };
}

function wholeCheck<T extends { readonly until: number | null }>(check: T): T {
  return { ...{ until: null }, ...check };
}
