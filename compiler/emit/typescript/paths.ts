import type { Expr, Member, State, Step, Struct, Type } from "../../schema/ir.ts";
import type { Place } from "../../schema/expression-type.ts";
import { elementOf, isNumber, memberById, shapeOf } from "../../schema/lookup.ts";
import { integerLiteral, stringLiteral } from "../names.ts";
import type { Code, Held, Surroundings } from "./code.ts";
import { defaultLiteral } from "./defaults.ts";
import { canBecome, shapeOfMember } from "./element.ts";
import type { Context } from "./program.ts";
import { access } from "./types.ts";

type Path = Extract<Expr, { kind: "path" }>;

/** A variable of an enclosing `any` or `all`, and what it holds. */
export interface ElementVariable extends Place {
  readonly name: string;
  readonly held: Held | null;
  readonly kept: Held | null;
}

/** A place on the way of a path: what the expression takes it for, and what the program has there. */
interface Stop {
  readonly text: string;
  readonly place: Place;
  /** null where only what is absent or empty can be. */
  readonly held: Held | null;
  /** What the version has there that gives the value back; null where that does not matter. */
  readonly kept: Held | null;
  /** Whether nothing may be there. */
  readonly absent: boolean;
  readonly walked: readonly string[];
}

type Arrival = Omit<Stop, "walked" | "kept">;

/**
 * The paths of an expression as code. The values may be those of another version than the expression's: then a step is taken by its id, under the
 * name that the value has, to what the version of the expression would get.
 */
export class Paths {
  mayFail = false;
  /** Whether some path needs what is computed for the other version, deep inside a value. */
  isLost = false;
  private readonly c: Context;
  private readonly s: Surroundings;

  constructor(c: Context, s: Surroundings) {
    this.c = c;
    this.s = s;
  }

  /** The value at the end of a path; what is absent or not held on the way is an error, and at the end too unless it is asked for. */
  code(path: Path, elements: readonly ElementVariable[], mayBeAbsent: boolean): Code {
    const last = path.steps.at(-1);
    if (last?.kind === "bits") {
      const stop = this.follow({ ...path, steps: path.steps.slice(0, -1) }, elements);
      return this.bits(this.value(stop, path.depth).text, stop.place, last);
    }
    const stop = this.follow(path, elements);
    if (mayBeAbsent) return { text: stop.text, kind: "other", operator: null };
    return this.value(stop, path.depth);
  }

  /** Whether a union holds an alternative. */
  is(
    path: Path,
    alternative: { readonly id: number; readonly name: string },
    elements: readonly ElementVariable[],
  ): Code {
    const stop = this.follow(path, elements);
    const text = this.value(stop, path.depth).text;
    const shape = stop.held === null ? null : shapeOf(stop.held.world, within(stop.held.type));
    const found =
      shape?.kind === "union" ? shape.declaration.alternatives.find(({ id }) => id === alternative.id) : null;
    if (found == null) return { text: `(${text} && false)`, kind: "boolean", operator: null };
    return {
      text: `${this.c.runtime("isHeld")}(${text}, ${stringLiteral(found.name)})`,
      kind: "boolean",
      operator: null,
    };
  }

  /** What the elements of a list hold; null where they are of another sort. */
  elementOf(
    list: Expr,
    of: Place,
    elements: readonly ElementVariable[],
  ): { readonly held: Held | null; readonly kept: Held | null } {
    if (list.kind !== "path") {
      this.isLost = true;
      return { held: { world: this.s.world, type: elementOf(of.type), range: of.range }, kept: null };
    }
    const { held, kept } = this.follow(list, elements);
    const inside = (one: Held | null): Held | null => (one === null ? null : { ...one, type: elementOf(one.type) });
    return { held: inside(held), kept: inside(kept) };
  }

  private follow({ depth, steps }: Path, elements: readonly ElementVariable[]): Stop {
    const variable = depth === 0 ? undefined : elements[elements.length - depth];
    let stop: Stop =
      variable === undefined
        ? this.root(steps[0])
        : { text: variable.name, place: variable, held: variable.held, kept: variable.kept, absent: false, walked: [] };
    for (const step of steps.slice(stop.walked.length)) {
      if (step.kind === "bits") throw new Error("a step beyond a bit");
      const from = stop.absent ? this.present(stop.text, stop.walked) : stop.text;
      const kept = stop.kept === null ? null : stepInto(stop.kept, step.id);
      const next = kept === undefined ? this.lost(from, stop, step) : this.step(from, stop, step);
      stop = { ...next, kept: kept ?? null, walked: [...stop.walked, step.name] };
    }
    return stop;
  }

  private root(step: Step | undefined): Stop {
    const { owner, world } = this.s;
    const member = step?.kind === "member" ? memberById(owner, step.id) : undefined;
    const text = member === undefined ? undefined : this.s.members.get(member.id);
    if (member === undefined || text === undefined) throw new Error(`${owner.name}: no variable for a path`);
    const holding = this.s.values?.get(member.id);
    if (holding !== undefined) return { text, place: member, ...holding, kept: null, walked: [member.name] };
    const there = this.s.kept === undefined ? undefined : memberById(this.s.kept.owner, member.id);
    const kept = this.s.kept === undefined || there === undefined ? null : { ...there, world: this.s.kept.world };
    // A retired member without a default is absent from most dumps.
    const retired = owner.kind === "state" && owner.retired.includes(member) && member.default === null;
    const held = { world, type: member.type, range: member.range };
    const isLost = this.s.kept !== undefined && isGone(member, this.s.kept.owner);
    const absent = retired || isLost || member.type.kind === "optional";
    return { text, place: member, held, kept, absent, walked: [member.name] };
  }

  private present(text: string, walked: readonly string[]): string {
    this.mayFail = true;
    return `${this.c.runtime("present")}(${text}, ${stringLiteral(walked.join("."))})`;
  }

  /** What a value is, as the expression computes with it. */
  private value({ text: found, place, held, absent, walked }: Stop, depth: number): Code {
    let text = absent ? this.present(found, walked) : found;
    const type = within(place.type);
    const shape = shapeOf(this.s.world, type);
    if (shape.kind !== "int" && shape.kind !== "enum" && shape.kind !== "bits") {
      return { text, kind: shape.kind === "bool" ? "boolean" : "other", operator: null };
    }
    const kind = isNumber(this.s.world, type, place.range) ? "number" : "bigint";
    if (held === null) return { text, kind, operator: null };
    const own = shapeOf(held.world, within(held.type));
    if (own.kind === "enum" && !own.declaration.open && (walked.length > 1 || depth > 0)) {
      // Comparing it with a number that is no value of it is a mistake for TypeScript, and just false for the language.
      text = `(${text} as ${own.declaration.base.width === 64 ? "bigint" : "number"})`;
    }
    const isSame = isNumber(held.world, within(held.type), held.range) === (kind === "number");
    return { text: isSame ? text : `${kind === "number" ? "Number" : "BigInt"}(${text})`, kind, operator: null };
  }

  private step(text: string, from: Stop, step: Exclude<Step, { kind: "bits" }>): Arrival {
    const shape = shapeOf(this.s.world, within(from.place.type));
    const own = from.held === null ? null : shapeOf(from.held.world, within(from.held.type));
    if (shape.kind === "union") {
      const alternative = shape.declaration.alternatives.find((one) => one.id === step.id);
      if (alternative === undefined || alternative.type === null)
        throw new Error(`${shape.declaration.name} has no @${step.id}`);
      const place = { type: alternative.type, range: alternative.range };
      const held = own?.kind === "union" ? own.declaration.alternatives.find((one) => one.id === step.id) : undefined;
      if (held === undefined || held.type === null || from.held === null) return this.nothing(place, from.walked);
      this.mayFail = true;
      const what = `${stringLiteral(held.name)}, ${stringLiteral(from.walked.join("."))}`;
      return {
        text: `${this.c.runtime("held")}(${text}, ${what})`,
        place,
        held: { world: from.held.world, type: held.type, range: held.range },
        absent: false,
      };
    }
    if (shape.kind !== "state" && shape.kind !== "struct") throw new Error(`a step into ${shape.kind}`);
    const member = memberById(shape.declaration, step.id);
    if (member === undefined) throw new Error(`${shape.declaration.name} has no @${step.id}`);
    if (from.held === null || (own?.kind !== "state" && own?.kind !== "struct"))
      return this.nothing(member, from.walked);
    const held = memberById(own.declaration, step.id);
    if (held === undefined) return this.missing(text, member);
    if (
      from.held.world !== this.s.world &&
      own.declaration.kind === "state" &&
      own.declaration.retired.includes(held)
    ) {
      if (held.from !== null) this.isLost = true;
      return this.missing(text, member);
    }
    return this.memberOf(text, member, { ...held, world: from.held.world });
  }

  /** A step to what the version does not give back: a member is at its default. */
  private lost(text: string, from: Stop, step: Exclude<Step, { kind: "bits" }>): Arrival {
    const shape = shapeOf(this.s.world, within(from.place.type));
    const member =
      shape.kind === "state" || shape.kind === "struct" ? memberById(shape.declaration, step.id) : undefined;
    return member === undefined ? this.step(text, from, step) : this.missing(text, member);
  }

  /** What no value of the program leads to: evaluating it fails. */
  private nothing(place: Place, walked: readonly string[]): Arrival {
    this.mayFail = true;
    const text = `${this.c.runtime("present")}<never>(undefined, ${stringLiteral(walked.join("."))})`;
    return { text, place, held: null, absent: false };
  }

  /** A member that the value does not have: at its default, or absent. What it would be of may still be absent itself. */
  private missing(text: string, member: Member): Arrival {
    const { world } = this.s;
    const guard = text.includes("(") ? `${text} && ` : "";
    if (member.default === null) return { text: `(${guard}undefined)`, place: member, held: null, absent: true };
    const literal = defaultLiteral(this.c, member, shapeOfMember(world, member));
    return {
      text: guard === "" ? literal : `(${guard}${literal})`,
      place: member,
      held: { ...member, world },
      absent: false,
    };
  }

  private memberOf(text: string, member: Member, held: Member & Held): Arrival {
    const { c, s } = this;
    const read = access(c, text, held.name);
    // Values to encode may lack what has a default.
    const found =
      held.default === null ? read : `(${read} ?? ${defaultLiteral(c, held, shapeOfMember(held.world, held))})`;
    const absent = held.type.kind === "optional";
    if (held.world === s.world) return { text: found, place: member, held, absent };
    const [own, theirs] = [shapeOfMember(held.world, held), shapeOfMember(s.world, member)];
    const alike = canBecome(own, theirs);
    if (absent && member.default !== null) {
      // What may be absent here is at its default there.
      if (!alike && theirs.list === null) return this.missing(text, member);
      const whole = `(${found} ?? ${defaultLiteral(c, member, own)})`;
      return { text: whole, place: member, held: alike ? { ...held, type: within(held.type) } : null, absent: false };
    }
    return { text: found, place: member, held: alike ? held : null, absent };
  }

  private bits(text: string, place: Place, step: Extract<Step, { kind: "bits" }>): Code {
    const mask = (1n << BigInt(step.high - step.low + 1)) - 1n;
    if (!isNumber(this.s.world, within(place.type), place.range)) {
      const moved = step.low === 0 ? text : `(${text} >> ${step.low}n)`;
      const masked = `${moved} & ${integerLiteral(mask, { big: true, hex: true })}`;
      if (step.single) return { text: `(${masked}) !== 0n`, kind: "boolean", operator: "!==" };
      return { text: masked, kind: "bigint", operator: "&" };
    }
    if (step.single) {
      const bit = integerLiteral(1n << BigInt(step.low), { hex: true });
      return { text: `(${text} & ${bit}) !== 0`, kind: "boolean", operator: "!==" };
    }
    const moved = step.low === 0 ? text : `${text} >>> ${step.low}`;
    if (step.high === 31)
      return { text: step.low === 0 ? moved : moved, kind: "number", operator: step.low === 0 ? null : ">>>" };
    const inner = step.low === 0 ? moved : `(${moved})`;
    return { text: `${inner} & ${integerLiteral(mask, { hex: true })}`, kind: "number", operator: "&" };
  }
}

/** Whether a member is absent once another version has lost it: it is left out, and nothing stands for it. */
export function isGone(member: Member | undefined, other: State | Struct): boolean {
  if (member === undefined || !member.ignorable || member.default !== null || member.type.kind === "optional")
    return false;
  return member.from === null && !other.members.some(({ id }) => id === member.id);
}

/** Where a step leads in a type; undefined where it has no such member, null where there is nothing more to know. */
function stepInto({ world, type }: Held, id: number): Held | null | undefined {
  const shape = shapeOf(world, within(type));
  if (shape.kind === "union") {
    const one = shape.declaration.alternatives.find((each) => each.id === id);
    return one?.type == null ? null : { world, type: one.type, range: one.range };
  }
  if (shape.kind !== "state" && shape.kind !== "struct") return null;
  const member = shape.declaration.members.find((each) => each.id === id);
  return member === undefined ? undefined : { world, type: member.type, range: member.range };
}

/** What is inside `?`. */
function within(type: Type): Type {
  return type.kind === "optional" ? type.element : type;
}
