/** Edits of types: of members and alternatives, and of the aliases, enums and bits that they name. */
import { anyType, defaultFor } from "./build-members.ts";
import { integerTypes, rangeWithin, units } from "./build-types.ts";
import { forget } from "./edit-place.ts";
import type { Edit, EditPlace } from "./edit-place.ts";
import { findDeclaration, innermost, integerRange, rangeOf } from "./model.ts";
import type { AlternativeModel, MemberModel, NamedType, Range, Type } from "./model.ts";

/** What a type edit changes: a member of a state, or an alternative that is not `none`. */
type Typed = MemberModel | (AlternativeModel & { type: Type });

function retyped(kind: string, change: (type: Type, at: EditPlace) => Type | null): Edit {
  return {
    kind,
    apply(at) {
      const members: Typed[] = at.declarations("state").flatMap((state) => state.members);
      const alternatives = at.declarations("union").flatMap((union) =>
        // The filter leaves those that have a type.
        union.alternatives.filter(
          (alternative): alternative is AlternativeModel & { type: Type } => alternative.type !== null,
        ),
      );
      for (const target of at.random.shuffled([...members, ...alternatives])) {
        const type = change(target.type, at);
        if (type === null) continue;
        target.type = type;
        fit(target, at);
        return true;
      }
      return false;
    },
  };
}

/** Makes what stands behind the type agree with it again. */
function fit(target: Typed, at: EditPlace): void {
  const whole = rangeOf(at.model, innermost(target.type));
  if (whole === null) {
    target.range = null;
    target.unit = null;
    target.hex = false;
  } else if (target.range !== null) {
    const { min, max } = target.range;
    target.range =
      min > whole.max || max < whole.min
        ? null
        : { min: min < whole.min ? whole.min : min, max: max > whole.max ? whole.max : max };
  }
  if (!("default" in target)) return;
  if (target.type.kind !== "int") target.handle = false;
  if (target.type.kind !== "list") target.sorted = false;
  target.reference = null;
  if (target.default === null) return;
  const range: Range | null = target.range ?? whole;
  const keeps =
    target.default.kind === "int" &&
    range !== null &&
    target.default.value >= range.min &&
    target.default.value <= range.max;
  if (!keeps) target.default = defaultFor(at.random, at.model, target);
}

/** Applies a change to the integer inside `?` and lists. */
function inside(type: Type, change: (inner: Type) => Type | null): Type | null {
  if (type.kind === "optional" || type.kind === "list") {
    const inner = inside(type.element, change);
    // An integer type stays one, so it may stand where it stood.
    return inner === null ? null : ({ ...type, element: inner } as Type);
  }
  return change(type);
}

function namedOf(at: EditPlace, ...kinds: string[]): NamedType | null {
  const found = at.module.declarations.filter(
    ({ kind, since, until }) => kinds.includes(kind) && since === null && until === null,
  );
  return found.length === 0 ? null : { kind: "named", module: at.module.name, name: at.random.pick(found).name };
}

function resized(
  kind: string,
  change: (min: number, max: number | null, at: EditPlace) => { min: number; max: number | null } | null,
): Edit {
  return retyped(kind, (type, at) => {
    if (type.kind === "list" && at.random.chance(60)) {
      const bounds = change(type.min, type.max, at);
      return bounds === null ? null : { ...type, ...bounds };
    }
    return inside(type, (inner) => {
      if (inner.kind !== "bytes" && inner.kind !== "string") return null;
      const bounds = change(inner.min, inner.max, at);
      return bounds === null ? null : { ...inner, ...bounds };
    });
  });
}

export const typeEdits: readonly Edit[] = [
  retyped("integer widened", (type) =>
    inside(type, (inner) =>
      inner.kind === "int" && inner.width < 64 ? { ...inner, width: wider(inner.width) } : null,
    ),
  ),
  retyped("integer narrowed", (type) =>
    inside(type, (inner) =>
      inner.kind === "int" && inner.width > 8 ? { ...inner, width: narrower(inner.width) } : null,
    ),
  ),
  retyped("sign changed", (type) =>
    inside(type, (inner) => (inner.kind === "int" ? { ...inner, signed: !inner.signed } : null)),
  ),
  retyped("integer to enum or bits", (type, at) =>
    inside(type, (inner) => (inner.kind === "int" ? namedOf(at, "enum", "bits") : null)),
  ),
  retyped("enum, bits or alias to integer", (type, at) =>
    inside(type, (inner) => {
      if (inner.kind !== "named") return null;
      const kind = findDeclaration(at.model, inner)?.kind;
      return kind === "enum" || kind === "bits" || kind === "type" ? at.random.pick(integerTypes) : null;
    }),
  ),
  retyped("integer to alias", (type, at) =>
    inside(type, (inner) => (inner.kind === "int" ? namedOf(at, "type") : null)),
  ),
  retyped("alias to alias", (type, at) =>
    inside(type, (inner) =>
      inner.kind === "named" && findDeclaration(at.model, inner)?.kind === "type" ? namedOf(at, "type") : null,
    ),
  ),
  retyped("named type to another", (type, at) =>
    inside(type, (inner) => (inner.kind === "named" ? namedOf(at, "enum", "bits", "struct", "union", "type") : null)),
  ),
  retyped("to optional", (type) => (type.kind === "optional" ? null : { kind: "optional", element: type })),
  retyped("from optional", (type) => (type.kind === "optional" ? type.element : null)),
  retyped("to list", (type) =>
    type.kind === "optional" || type.kind === "list" ? null : { kind: "list", element: type, min: 0, max: 4 },
  ),
  retyped("from list", (type) => (type.kind === "list" ? type.element : null)),
  retyped("type replaced", (_, at) => anyType(at.random, [])),
  retyped("string and bytes swapped", (type) =>
    inside(type, (inner) =>
      inner.kind === "string"
        ? { ...inner, kind: "bytes" }
        : inner.kind === "bytes"
          ? { ...inner, kind: "string" }
          : inner.kind === "uuid"
            ? { kind: "bytes", min: 16, max: 16 }
            : null,
    ),
  ),
  resized("bounds grown", (min, max, { random }) =>
    max === null ? null : { min: random.chance(30) ? 0 : min, max: max + random.between(1, 4) },
  ),
  resized("bounds shrunk", (min, max, { random }) =>
    max === null || max - 1 < Math.max(min, 1) ? null : { min, max: random.between(Math.max(min, 1), max - 1) },
  ),
  resized("lower bound raised", (min, max) => (max !== null && min + 1 > max ? null : { min: min + 1, max })),
  resized("bounds removed", (min, max) => (max === null ? null : { min, max: null })),
  resized("exact size changed", (min, max) => (min !== max || max === null ? null : { min: min + 1, max: max + 1 })),
  {
    kind: "range of a type changed",
    apply(at) {
      const alias = at.one("type");
      const whole = alias === null ? null : rangeOf(at.model, alias.type);
      if (alias === null || whole === null) return false;
      alias.range = at.random.chance(20) ? null : rangeWithin(at.random, whole);
      return true;
    },
  },
  {
    kind: "unit of a type changed",
    apply(at) {
      const alias = at.one("type");
      if (alias === null || rangeOf(at.model, alias.type) === null) return false;
      alias.unit = at.random.chance(30) ? null : at.random.pick(units);
      return true;
    },
  },
  {
    kind: "base of a type changed",
    apply(at) {
      const alias = at.one("type");
      if (alias?.type.kind !== "int") return false;
      alias.type = at.random.pick(integerTypes);
      const whole = integerRange(alias.type);
      if (alias.range !== null && (alias.range.min < whole.min || alias.range.max > whole.max)) alias.range = null;
      return true;
    },
  },
  {
    kind: "enum value added",
    apply(at) {
      const one = at.one("enum");
      if (one === null) return false;
      const taken = new Set(one.values.map(({ value }) => value));
      let value = BigInt(at.random.below(20));
      while (taken.has(value)) value++;
      one.values.push({ name: at.freshName(one.values), value, ...at.newLife() });
      return true;
    },
  },
  {
    kind: "enum value retired or removed",
    apply(at) {
      const one = at.one("enum");
      const value = one === null || one.values.length < 2 ? null : at.random.pick(one.values);
      if (one === null || value === null) return false;
      if (at.retire(value)) return true;
      one.values.splice(one.values.indexOf(value), 1);
      return true;
    },
  },
  {
    kind: "enum value renumbered",
    apply(at) {
      const one = at.one("enum");
      if (one === null || one.values.length === 0) return false;
      const taken = new Set(one.values.map(({ value }) => value));
      let number = BigInt(at.random.below(20));
      while (taken.has(number)) number++;
      at.random.pick(one.values).value = number;
      return true;
    },
  },
  {
    kind: "enum value renamed",
    apply(at) {
      const one = at.one("enum");
      if (one === null || one.values.length === 0) return false;
      at.random.pick(one.values).name = at.freshName(one.values);
      return true;
    },
  },
  {
    kind: "enum names swapped",
    apply(at) {
      const one = at.one("enum");
      const [a, b] = one === null ? [] : at.random.shuffled(one.values);
      if (a === undefined || b === undefined) return false;
      [a.name, b.name] = [b.name, a.name];
      return true;
    },
  },
  {
    kind: "enum opened or closed",
    apply(at) {
      const one = at.one("enum");
      if (one === null) return false;
      one.open = !one.open;
      return true;
    },
  },
  {
    kind: "enum base changed",
    apply(at) {
      const one = at.one("enum");
      if (one === null) return false;
      const fitting = integerTypes.filter((type) => {
        const { min, max } = integerRange(type);
        return one.values.every(({ value }) => value >= min && value <= max);
      });
      one.base = at.random.pick(fitting);
      return true;
    },
  },
  {
    kind: "bits named",
    apply(at) {
      const one = at.one("bits");
      if (one === null) return false;
      const free = Array.from({ length: one.base.width }, (_, i) => i).filter((i) =>
        one.fields.every(({ low, high }) => i < low || i > high),
      );
      if (free.length === 0) return false;
      const low = at.random.pick(free);
      const high = at.random.chance(30) && free.includes(low + 1) ? low + 1 : low;
      one.fields.push({ name: at.freshName(one.fields), low, high, single: low === high, type: null, ...at.newLife() });
      return true;
    },
  },
  {
    kind: "bits retired or removed",
    apply(at) {
      const one = at.one("bits");
      const field = one === null || one.fields.length < 2 ? null : at.random.pick(one.fields);
      if (one === null || field === null) return false;
      if (at.retire(field)) return true;
      if (!forget(at.model, field.name)) return false;
      one.fields.splice(one.fields.indexOf(field), 1);
      return true;
    },
  },
  {
    kind: "bits moved",
    apply(at) {
      const one = at.one("bits");
      if (one === null || one.fields.length === 0) return false;
      const field = at.random.pick(one.fields);
      const others = one.fields.filter((other) => other !== field);
      const size = field.high - field.low;
      const low = at.random.below(one.base.width - size);
      if (others.some((other) => low <= other.high && other.low <= low + size)) return false;
      Object.assign(field, { low, high: low + size });
      return true;
    },
  },
  {
    kind: "bits resized",
    apply(at) {
      const one = at.one("bits");
      const field = one === null ? null : (one.fields.find(({ single }) => !single) ?? null);
      if (one === null || field === null) return false;
      const high = field.high + at.random.pick([-1, 1]);
      if (
        high < field.low ||
        high >= one.base.width ||
        one.fields.some((other) => other !== field && other.low <= high && field.low <= other.high)
      )
        return false;
      field.high = high;
      return true;
    },
  },
  {
    kind: "bits renamed",
    apply(at) {
      const one = at.one("bits");
      if (one === null || one.fields.length === 0) return false;
      const field = at.random.pick(one.fields);
      if (!forget(at.model, field.name)) return false;
      field.name = at.freshName(one.fields);
      return true;
    },
  },
  {
    kind: "bit names swapped",
    apply(at) {
      const one = at.one("bits");
      const [a, b] = one === null ? [] : at.random.shuffled(one.fields);
      if (a === undefined || b === undefined || !forget(at.model, a.name) || !forget(at.model, b.name)) return false;
      [a.name, b.name] = [b.name, a.name];
      return true;
    },
  },
  {
    kind: "bits opened or closed",
    apply(at) {
      const one = at.one("bits");
      if (one === null) return false;
      one.open = !one.open;
      return true;
    },
  },
  {
    kind: "bits base changed",
    apply(at) {
      const one = at.one("bits");
      if (one === null) return false;
      const top = Math.max(0, ...one.fields.map(({ high }) => high));
      one.base = {
        kind: "int",
        width: at.random.pick(([8, 16, 32, 64] as const).filter((width) => width > top)),
        signed: false,
      };
      return true;
    },
  },
];

function wider(width: 8 | 16 | 32 | 64): 8 | 16 | 32 | 64 {
  return width === 8 ? 16 : width === 16 ? 32 : 64;
}

function narrower(width: 8 | 16 | 32 | 64): 8 | 16 | 32 | 64 {
  return width === 64 ? 32 : width === 32 ? 16 : 8;
}
