import type { Member, State, Struct, World } from "../../schema/ir.ts";
import type { Held } from "./code.ts";
import { defaultLiteral, isZeroFilled } from "./defaults.ts";
import { canBecome, shapeAt, shapeOfMember, type Shape } from "./element.ts";
import { converted } from "./integers.ts";
import type { Context } from "./program.ts";
import { plainType } from "./memberships.ts";
import { typeOfMember } from "./types.ts";

/** What stands for a member of another version where an expression of that version is asked of a value of the working one. */
export interface Given {
  /** The argument, by the variable of the value's own member; null where that has none or is not looked at. */
  readonly of: ((variable: string) => string) | null;
  /** The argument where `of` is null. */
  readonly literal: string;
  /** The type of the parameter. */
  readonly type: string;
  readonly held: Held | null;
  /** Whether nothing may be there. */
  readonly absent: boolean;
}

/** What is given for a member of a version, once the value was written for it; null where nothing can be. */
export function givenFor(c: Context, working: State | Struct, world: World, theirs: Member): Given | null {
  const to = shapeAt(world, theirs);
  if (to === null) return null;
  const own = ownOf(working, theirs.id);
  if (own === undefined) return fixed(c, world, theirs, to);
  const from = shapeOfMember(c.world, own);
  const isOptional = own.type.kind === "optional";
  const inner = own.type.kind === "optional" ? own.type.element : own.type;
  if (!canBecome(from, to)) {
    // Nothing else was written than what is absent or empty.
    if (theirs.default !== null || from.list === null || to.list === null) return fixed(c, world, theirs, to);
    const type = `${typeOfMember(c, own, "init")}${isOptional ? " | undefined" : ""}`;
    return { of: (variable) => variable, literal: "", type, held: null, absent: isOptional };
  }
  // What may be absent here is at its default there.
  const otherwise = isOptional && theirs.default !== null ? ` ?? ${defaultLiteral(c, theirs, from)}` : "";
  const absent = isOptional && otherwise === "";
  const suffix = absent ? " | undefined" : "";
  if (from.list === null && from.element.kind === "integer" && to.element.kind === "integer") {
    const [a, b] = [from.element, to.element];
    const turned = (variable: string): string => {
      const text = `${variable}${otherwise}`;
      const whole = converted(a, b, text);
      return absent && whole !== text ? `${variable} === undefined ? undefined : ${whole}` : whole;
    };
    const type = theirs.type.kind === "optional" ? theirs.type.element : theirs.type;
    const held = { world, type, range: theirs.range };
    return { of: turned, literal: "", type: `${b.big ? "bigint" : "number"}${suffix}`, held, absent };
  }
  const held = { world: c.world, type: inner, range: own.range };
  const type = `${typeOfMember(c, own, "init")}${suffix}`;
  return { of: (variable) => `${variable}${otherwise}`, literal: "", type, held, absent };
}

/** A member that the value has, or that is computed for the other version. */
function ownOf(working: State | Struct, id: number): Member | undefined {
  const retired = working.kind === "state" ? working.retired : [];
  return working.members.find((one) => one.id === id) ?? retired.find((one) => one.id === id && one.from !== null);
}

/** A member that is written as its default, or left out. */
function fixed(c: Context, world: World, theirs: Member, to: Shape): Given | null {
  const held = { world, type: theirs.type, range: theirs.range };
  if (theirs.default === null) return { of: null, literal: "undefined", type: "undefined", held: null, absent: true };
  const literal = defaultLiteral(c, theirs, to);
  if (to.list !== null && !isZeroFilled(theirs, to)) {
    return { of: null, literal, type: "readonly never[]", held: null, absent: false };
  }
  if (to.element.kind === "struct") return null;
  const one = plainType(to.element);
  return { of: null, literal, type: to.list === null ? one : `readonly ${one}[]`, held, absent: false };
}
