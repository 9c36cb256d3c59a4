import type { Place, ValueType } from "../expression-type.ts";
import type { Enum, Expr, Member, State, Struct, World } from "../ir.ts";
import type { Problems } from "../problems.ts";
import type { Constants } from "./constants.ts";
import type { Site } from "./scope.ts";

/** A resolved expression with what it gives. `place` is where a path leads, before an optional is looked through. */
export interface Typed {
  readonly expr: Expr;
  readonly type: ValueType;
  readonly place: Place | null;
}

/** What an expression can see. */
export interface ExpressionContext {
  readonly world: World;
  readonly owner: State | Struct;
  /** The owner's members by name. */
  readonly members: ReadonlyMap<string, Member>;
  readonly site: Site;
  readonly constants: Constants;
  readonly problems: Problems;
  /** Whether a name may be of something that could not be read: that it is not known is not reported. */
  readonly isUnread: (name: string) => boolean;
  /** Whether the type of what lies there is known; if not, that was reported, and nothing that follows from it is. */
  readonly isSound: (place: Place) => boolean;
}

/** The type of a condition. */
export const bool: ValueType = { kind: "bool" };

/** A part of an expression that is no path. */
export function computed(expr: Expr, type: ValueType): Typed {
  return { expr, type, place: null };
}

/** A number that is known; of an enum if it is written as the name of a value. */
export function knownNumber(value: bigint, of: Enum | null): Typed {
  return computed({ kind: "int", value }, { kind: "int", interval: { min: value, max: value }, enum: of });
}

/** The enum that an expression gives a value of. */
export function enumOf(typed: Typed): Enum | null {
  return typed.type.kind === "int" ? typed.type.enum : null;
}
