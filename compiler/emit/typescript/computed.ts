import type { Check, Expr, Member, State, Struct, World } from "../../schema/ir.ts";
import { mentionedMembers, pathsIn } from "../../schema/expression-members.ts";
import { intervalOfType, typeOfExpression } from "../../schema/expression-type.ts";
import { memberById } from "../../schema/lookup.ts";
import { isWhole } from "../../schema/expression-pieces.ts";
import { asBig, type Code, type Surroundings } from "./code.ts";
import { shapeOfMember, type IntegerElement } from "./element.ts";
import { expressionCode } from "./expressions.ts";
import { givenFor, type Given } from "./given.ts";
import { membership } from "./integers.ts";
import { plainType } from "./memberships.ts";
import { isGone } from "./paths.ts";
import type { Context } from "./program.ts";
import { typeOfMember } from "./types.ts";

/** A generated function that evaluates an expression over some members of a state or struct, which are its parameters. */
export interface Computation {
  readonly name: string;
  readonly members: readonly Member[];
  /** Whether it can throw because a step of the expression has no value. */
  readonly mayFail: boolean;
}

/** The checks and computed members of a declaration, at one version: each as a function. */
export class Computations {
  private readonly c: Context;
  private readonly world: World;
  private readonly owner: State | Struct;
  private readonly made = new Map<Expr, Computation>();
  private readonly pending: (() => void)[] = [];
  private readonly suffix: string;
  private readonly values: State | Struct;

  /** `suffix` tells functions for different versions apart; `values` is what the arguments are members of, if that is another version's. */
  constructor(c: Context, world: World, owner: State | Struct, suffix: string, values: State | Struct = owner) {
    this.c = c;
    this.world = world;
    this.owner = owner;
    this.suffix = suffix;
    this.values = values;
  }

  /** The function of a check: whether it holds. */
  check(check: Check, index: number): Computation {
    return this.make(check.expression, `check${this.owner.name}${index}${this.suffix}`, "boolean", null);
  }

  /** The function of a check of another version, and what is given to it; null where it cannot be asked of values of this one. */
  checkAt(check: Check, index: number): { readonly computation: Computation; readonly given: readonly Given[] } | null {
    const { c, owner, values, world } = this;
    if (!isWhole(world, c.name, owner, check.expression)) return null;
    const given = new Map<number, Given>();
    for (const id of mentionedMembers(check.expression)) {
      const theirs = memberById(owner, id);
      const one = theirs === undefined ? null : givenFor(c, values, world, theirs);
      if (one === null) return null;
      given.set(id, one);
    }
    const name = `check${owner.name}${index}${this.suffix}`;
    const computation = this.make(check.expression, name, "boolean", null, given);
    return computation === null ? null : { computation, given: [...given.values()] };
  }

  /** The function of a member that is computed: its value. */
  from(member: Member): Computation {
    if (member.from === null) throw new Error(`${member.name} is not computed`);
    const type = typeOfMember(this.c, member, "value");
    return this.make(member.from, `compute${this.owner.name}_${member.name}${this.suffix}`, type, member);
  }

  /**
   * The same for a version that declares the member as other integers, which are the result. Whether they are values of that version's enum or
   * bits is asked where they are written.
   */
  fromFor(member: Member, element: IntegerElement, suffix: string): Computation {
    if (member.from === null) throw new Error(`${member.name} is not computed`);
    const again = new Computations(this.c, this.world, this.owner, suffix);
    again.answer = { ...element, named: null };
    const wish = `compute${this.owner.name}_${member.name}${suffix}`;
    const computation = again.make(member.from, wish, plainType(element), member);
    this.pending.push(() => again.flush());
    return computation;
  }

  /** The same over what another version gives back of members: what it lacks inside them is at its default. */
  fromKept(
    member: Member,
    kept: { readonly world: World; readonly owner: State | Struct },
    suffix: string,
  ): Computation {
    const isDeep = pathsIn(member.from ?? { kind: "bool", value: false }).some(
      ({ depth, steps }) => depth > 0 || steps.length > 1,
    );
    const mentioned = member.from === null ? [] : mentionedMembers(member.from);
    if (!isDeep && !mentioned.some((id) => isGone(memberById(this.owner, id), kept.owner))) return this.from(member);
    const again = new Computations(this.c, this.world, this.owner, `${suffix}Again`);
    again.kept = kept;
    const computation = again.from(member);
    this.pending.push(() => again.flush());
    return computation;
  }

  private kept: Surroundings["kept"];
  private answer: IntegerElement | undefined;

  private make(e: Expr, wish: string, type: string, member: Member | null): Computation;
  private make(
    e: Expr,
    wish: string,
    type: string,
    member: null,
    given: ReadonlyMap<number, Given>,
  ): Computation | null;
  private make(
    e: Expr,
    wish: string,
    type: string,
    member: Member | null,
    given?: ReadonlyMap<number, Given>,
  ): Computation | null {
    const known = this.made.get(e);
    if (known !== undefined) return known;
    const { c, owner } = this;
    const locals = c.locals();
    const members = mentionedMembers(e).flatMap((id) => memberById(owner, id) ?? []);
    const variables = new Map(members.map((one) => [one.id, locals.take(one.name)]));
    const kept = this.kept === undefined ? {} : { kept: this.kept };
    const surroundings = { world: this.world, owner, members: variables, locals, ...kept };
    const code = expressionCode(c, e, given === undefined ? surroundings : { ...surroundings, values: given });
    if (given !== undefined && code.isLost) return null;
    const name = c.names.scope.take(wish);
    const computation = { name, members, mayFail: code.mayFail || member !== null };
    this.made.set(e, computation);
    const parameters = members.map(
      (one) => `${variables.get(one.id)}: ${given?.get(one.id)?.type ?? this.parameterType(one)}`,
    );
    const result = member === null ? code.text : this.result(member, e, code);
    this.pending.push(() => {
      c.writer.block(`function ${name}(${parameters.join(", ")}): ${type} {`, () => c.writer.line(`return ${result};`));
      c.writer.blank();
    });
    return computation;
  }

  /** Plain numbers for enums: comparing one with a number that is no value of it must be false, not a mistake. */
  private parameterType(member: Member): string {
    const { owner } = this;
    const { element, list, optional } = shapeOfMember(this.world, member);
    const retired = owner.kind === "state" && owner.retired.includes(member) && member.default === null;
    const isAbsent = optional || retired || (this.kept !== undefined && isGone(member, this.kept.owner));
    const absent = isAbsent ? " | undefined" : "";
    if (element.kind === "integer" && list === null) return `${element.big ? "bigint" : "number"}${absent}`;
    return `${typeOfMember(this.c, member, "init")}${absent}`;
  }

  /** The result of a `from`, held against the member's type. */
  private result(member: Member, e: Expr, code: Code): string {
    const { c, owner, world } = this;
    const { element: declared, list } = shapeOfMember(world, member);
    const element = this.answer ?? declared;
    // A list or an object that is taken over whole is of a type that the input type of the member holds.
    if (list !== null || element.kind === "struct" || element.kind === "state" || element.kind === "union") {
      return `${code.text} as ${typeOfMember(c, member, "value")}`;
    }
    if (element.kind !== "integer") return code.text;
    const { min, max } = element.range;
    const interval = intervalOfType(typeOfExpression(world, owner, e));
    const fits = interval.min >= min && interval.max <= max;
    let text = code.text;
    if (!fits) {
      const limits = `${c.numerals.literal(min, { big: element.big })}, ${c.numerals.literal(max, { big: element.big })}`;
      text = `${c.runtime(element.big ? "asBigInt" : "asNumber")}(${code.text}, ${limits})`;
    } else if ((code.kind === "bigint") !== element.big) text = element.big ? asBig(code) : `Number(${code.text})`;
    const is = element.named === null ? null : membership(c, element, "");
    if (is === null || element.named === null) return text;
    const code8 = element.named.declaration.kind === "bits" ? "B8203" : "B8202";
    return `${c.runtime("computed")}(${text}, ${c.symbol(element.named, "is")}, "${code8}")`;
  }

  /** Writes the functions that were asked for. */
  flush(): void {
    for (const write of this.pending.splice(0)) write();
  }
}

/** Whether an expression over one version of a declaration says of its values what an expression over another says. */
export function meansTheSame(a: State | Struct, ofA: Expr, b: State | Struct, ofB: Expr): boolean {
  if (a === b) return ofA === ofB;
  return (
    textOf(ofA) === textOf(ofB) &&
    mentionedMembers(ofB).every((id) => {
      const [own, theirs] = [memberById(a, id), memberById(b, id)];
      if (own === undefined || theirs === undefined) return false;
      return textOf([own.type, own.range]) === textOf([theirs.type, theirs.range]);
    })
  );
}

/** Plain data of a schema as text, to be compared. */
function textOf(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}
