import { inDependencyOrder, mentionedMembers } from "../../schema/expression-members.ts";
import type { Check, Member, State, Version, World } from "../../schema/ir.ts";
import { memberById } from "../../schema/lookup.ts";
import { formatVersion } from "../../schema/version.ts";
import { stringLiteral, type Scope } from "../names.ts";
import { memberText } from "../schema-text.ts";
import { argumentsOf, type Argument } from "./arguments.ts";
import { Computations, meansTheSame } from "./computed.ts";
import { defaultLiteral, differsFromDefault } from "./defaults.ts";
import { areOtherIntegers, canBecome, shapeAt, shapeOfMember, type Shape } from "./element.ts";
import { identifiersIn } from "./identifiers.ts";
import { converted } from "./integers.ts";
import { plainType } from "./memberships.ts";
import { cannotWrite, failedCheck, leaveOut, misfitOf, versionLiteral, versionToName } from "./misfits.ts";
import type { Context } from "./program.ts";
import { formOfShape } from "./reading.ts";
import { suffixOf } from "./targets.ts";
import { typeOfMember } from "./types.ts";
import { isAnything, writeVariables } from "./variables.ts";
import { isOneWord, MemberWriter, type Nested } from "./writing.ts";

/** What a writer of a state is generated for. */
export interface StateTarget {
  readonly name: string;
  /** The state as it is at the version that is written; the working one for the working version. */
  readonly state: State;
  readonly world: World;
  readonly nested: Nested;
  /** null for the working version. */
  readonly version: Version | null;
  /** The module of the type that values have, where that is another one. */
  readonly module?: string;
  readonly exported: boolean;
}

/** Writes the encoder of a state for one version. */
export function writeStateWriter(c: Context, working: State, target: StateTarget, computations: Computations): void {
  new StateWriter(c, working, target, computations).write();
}

class StateWriter {
  private readonly c: Context;
  private readonly working: State;
  private readonly target: StateTarget;
  private readonly computations: Computations;
  private readonly atTarget: Computations;
  private readonly locals: Scope;
  /** Variables of members, those of the working version and those that are computed for the target. */
  private readonly variables = new Map<number, string>();
  /** Those of them that a statement names. */
  private readonly mentioned = new Set<string>();

  constructor(c: Context, working: State, target: StateTarget, computations: Computations) {
    this.c = c;
    this.working = working;
    this.target = target;
    this.computations = computations;
    const suffix = target.version === null ? "" : `For${formatVersion(target.version).replace(".", "_")}`;
    this.atTarget =
      target.version === null ? computations : new Computations(c, target.world, target.state, suffix, working);
    this.locals = c.locals(["out", "value", "start", "o", "words"]);
  }

  write(): void {
    const { c, target, working } = this;
    const { writer } = c;
    const impossible = this.impossible();
    if (impossible !== null) return this.writeRefusal(impossible);
    const init = c.symbol({ module: target.module ?? c.name, name: working.name }, "init");
    if (target.exported) writer.doc(["@internal"]);
    else if (target.version !== null)
      writer.doc([`Writes what version ${formatVersion(target.version)} has of a \`${working.name}\`.`]);
    const body = this.captureBody();
    const { mentioned } = this;
    const words = body.some((line) => /^ *words\[/.test(line));
    // To look at every word takes long, and nearly all writers have a line that settles it.
    const writes = words || body.some((line) => /^ *o = (?:out\.|\w+\(out, )/.test(line));
    const taken = working.members.some((member) => mentioned.has(this.variableOf(member.id)));
    const all = writes && taken ? null : identifiersIn(body);
    const out = writes || all?.has("out") === true ? "out" : "_out";
    const value_ = taken || all?.has("value") === true || isAnything(working.members) ? "value" : "_value";
    const parameters = `${out}: ${c.runtime("Output")}, ${value_}: ${init}, start: number`;
    writer.block(`${target.exported ? "export " : ""}function ${target.name}(${parameters}): number {`, () => {
      if (words) writer.line("const { words } = out;");
      writeVariables(c, working.members, this.variables, mentioned);
      writer.put(body);
    });
    writer.blank();
    if (this.atTarget !== this.computations) this.atTarget.flush();
  }

  /** A member for which no value can be written for the target: what it must have, or what would be lost. */
  private impossible(): Member | null {
    const { target, working } = this;
    if (target.version === null) return null;
    const needsValue = (member: Member): boolean => member.default === null && member.type.kind !== "optional";
    const has = (members: readonly Member[], { id }: Member): boolean => members.some((one) => one.id === id);
    const computed = working.retired.filter((member) => member.from !== null);
    const missing = target.state.members.find(
      (member) => needsValue(member) && !has(working.members, member) && !has(computed, member),
    );
    const lost = working.members.find(
      (member) => needsValue(member) && member.from === null && !member.ignorable && !has(target.state.members, member),
    );
    return missing ?? lost ?? null;
  }

  /** A writer that refuses every value. */
  private writeRefusal(member: Member): void {
    const { c, target, working } = this;
    const init = c.symbol({ module: target.module ?? c.name, name: working.name }, "init");
    const version = formatVersion(target.version ?? 0);
    const found = working.members.includes(member) ? `\`${member.name}\`` : `nothing for \`${member.name}\``;
    const text = versionLiteral(c, target.version ?? 0);
    const out = text.startsWith("out.") ? "out" : "_out";
    const parameters = `${out}: ${c.runtime("Output")}, value: ${init}, _start: number`;
    c.writer.doc([`Version ${version} cannot have a \`${working.name}\` of this version: ${found}.`]);
    c.writer.block(`function ${target.name}(${parameters}): number {`, () => {
      const name = stringLiteral(member.name);
      c.writer.line(
        `throw ${c.runtime("cannotWrite")}(value, ${name}, ${member.id}, ${text}, ${stringLiteral(found)});`,
      );
    });
    c.writer.blank();
  }

  private variableOf(id: number): string {
    let name = this.variables.get(id);
    if (name === undefined) {
      const member = memberById(this.working, id) ?? memberById(this.target.state, id);
      if (member === undefined) throw new Error(`${this.working.name} has no @${id}`);
      this.variables.set(id, (name = this.locals.take(member.name)));
    }
    return name;
  }

  /** The same, to be named in a statement. */
  private mention(id: number): string {
    const name = this.variableOf(id);
    this.mentioned.add(name);
    return name;
  }

  /** The statements of the function, one level down. */
  private captureBody(): readonly string[] {
    const { writer } = this.c;
    return writer.capture(() => {
      writer.indent(1);
      this.body();
      writer.indent(-1);
    });
  }

  private body(): void {
    const { c, target, working } = this;
    const { writer } = c;
    for (const member of working.members) this.variableOf(member.id);
    this.revive();
    const written = [...target.state.members].sort((a, b) => a.id - b.id);
    if (target.version !== null) this.refuseLost();
    if (written.every((member) => this.valueOf(member) === null)) {
      this.writeChecks();
      writer.line("return start;");
      return;
    }
    writer.line("let o = start;");
    const members = new MemberWriter(c, target.nested);
    for (const member of written) this.writeMember(members, member);
    members.flush();
    this.writeChecks();
    writer.line("return o;");
  }

  /** The member whose value is written for one of the target: the working version's, or one that is computed; null if it is left out. */
  private valueOf(to: Member): Member | null {
    const { working } = this;
    const shared = working.members.find((one) => one.id === to.id);
    return shared ?? working.retired.find((one) => one.id === to.id && one.from !== null) ?? null;
  }

  private writeMember(members: MemberWriter, to: Member): void {
    const { c, target } = this;
    const { writer } = c;
    const from = this.valueOf(to);
    if (from === null) return;
    const value = this.mention(to.id);
    const toShape = shapeAt(target.world, to);
    const fromShape = this.otherAt(from) ?? shapeOfMember(c.world, from);
    const absent = from.type.kind === "optional";
    // What moves on past the members before stands with them, not under this one's comment.
    if (absent || to.default !== null || toShape === null || !isOneWord(toShape)) members.flush();
    writer.comment(memberText({ world: target.world, numerals: c.numerals }, this.working.name, to));
    if (toShape === null || !canBecome(fromShape, toShape)) {
      return this.writeOther(members, from, to, { fromShape, toShape });
    }
    const shared = this.working.members.includes(from);
    const version = versionToName(c, shared ? fromShape : null, toShape, target.version);
    const write = (): void =>
      members.write({
        value,
        from: fromShape,
        to: toShape,
        id: to.id,
        ignorable: to.ignorable,
        misfit: misfitOf(c, to, value, version),
      });
    const conditions: string[] = [];
    if (absent && to.type.kind !== "optional" && to.default === null) {
      writer.line(`if (${value} === undefined) throw ${cannotWrite(c, to, target.version, value)};`);
    } else if (absent) conditions.push(`${value} !== undefined`);
    if (to.default !== null) conditions.push(differsFromDefault(c, to, value, fromShape));
    if (conditions.length === 0) return write();
    members.flush();
    writer.block(`if (${conditions.join(" && ")}) {`, () => {
      write();
      members.flush();
    });
  }

  /** A member that had a type of another sort: only what is absent or empty is the same in both. */
  private writeOther(
    members: MemberWriter,
    from: Member,
    to: Member,
    { fromShape, toShape }: { readonly fromShape: Shape; readonly toShape: Shape | null },
  ): void {
    const { c, target } = this;
    const { writer } = c;
    const value = this.mention(to.id);
    const refusal = `throw ${cannotWrite(c, to, target.version, value)};`;
    const absent = from.type.kind === "optional";
    const list = fromShape.list === null ? null : (toShape?.list ?? null);
    if (list !== null && list.min === 0 && toShape !== null) {
      const filled = absent ? `${value} !== undefined && ${value}.length !== 0` : `${value}.length !== 0`;
      const isRequired = to.default === null && to.type.kind !== "optional";
      writer.line(
        `if (${absent && isRequired ? `${value} === undefined || ${value}.length !== 0` : filled}) ${refusal}`,
      );
      if (to.default !== null) return;
      members.flush();
      const head = `0x${(to.id | (formOfShape(toShape) << 16) | (to.ignorable ? 0 : 0x100_0000)).toString(16)}`;
      writer.line(`${absent && !isRequired ? `if (${value} !== undefined) ` : ""}o = out.empty(o, ${head});`);
      return;
    }
    const mayBeAbsent = absent && (to.type.kind === "optional" || to.default !== null);
    writer.line(mayBeAbsent ? `if (${value} !== undefined) ${refusal}` : refusal);
  }

  /** What stands for a member in an expression. What only the target has, and nothing computes, is at its default. */
  private argumentOf(id: number): Argument {
    const { c, target, working } = this;
    const ended = target.version === null ? undefined : working.retired.find((one) => one.id === id);
    const revived = ended?.from != null && target.state.members.some((one) => one.id === id);
    const other = revived ? this.otherAt(ended) : null;
    if (other !== null && ended !== undefined) return back(other, shapeOfMember(c.world, ended), this.mention(id));
    if (revived || working.members.some((one) => one.id === id)) return this.mention(id);
    const theirs = memberById(target.state, id);
    const member = ended ?? theirs;
    if (member === undefined || member.default === null) return "undefined";
    const shape = shapeAt(ended === undefined ? target.world : c.world, member) ?? undefined;
    // What is written is what the target says, whatever the member was declared to be since.
    const isSame = theirs?.default != null && theirs.default.kind === member.default.kind;
    return defaultLiteral(c, isSame ? theirs : member, shape);
  }

  /** Computes the members that the target has and the working version has not. */
  private revive(): void {
    const { c, target, working } = this;
    const { writer } = c;
    if (target.version === null) return;
    const gone = working.retired.filter(
      (member) => member.from !== null && target.state.members.some((one) => one.id === member.id),
    );
    for (const member of inDependencyOrder(gone)) {
      const name = this.mention(member.id);
      const other = this.otherAt(member);
      const computation =
        other?.element.kind === "integer"
          ? this.computations.fromFor(member, other.element, suffixOf(target.version))
          : this.computations.from(member);
      const call = `${computation.name}(${argumentsOf(computation, (id) => this.argumentOf(id))})`;
      const type = other === null ? typeOfMember(c, member, "value") : plainType(other.element);
      writer.line(`let ${name}: ${type};`);
      const failure = `throw ${c.runtime("cannotCompute")}(error, value, ${stringLiteral(member.name)}, ${member.id});`;
      writer.attempt([`${name} = ${call};`], failure);
    }
  }

  /** What a computed member is to the target, where that is another integer than the text says today: what was released stands. */
  private otherAt(member: Member): Shape | null {
    const { c, target, working } = this;
    if (target.version === null || !working.retired.includes(member)) return null;
    const to = target.state.members.find((one) => one.id === member.id);
    const shape = to === undefined ? null : shapeAt(target.world, to);
    return areOtherIntegers(shapeOfMember(c.world, member), shape) ? shape : null;
  }

  private writeChecks(): void {
    const { c, target } = this;
    for (const [index, check] of target.state.checks.entries()) {
      const call = this.checkCall(check, index);
      if (call === null) {
        const [id = 0] = mentionedMembers(check.expression);
        const member = memberById(target.state, id) ?? { name: "", id: 0 };
        c.writer.line(`throw ${cannotWrite(c, member, target.version, stringLiteral(check.message))};`);
      } else c.writer.line(`if (!${call}) throw ${failedCheck(c, check, target.version)};`);
    }
  }

  /** The call that asks a check; null where it cannot be asked of values of the working version. */
  private checkCall(check: Check, index: number): string | null {
    const { target, working } = this;
    const shared = working.checks.find((one) => meansTheSame(working, one.expression, target.state, check.expression));
    if (shared !== undefined) {
      const computation = this.computations.check(shared, working.checks.indexOf(shared));
      return `${computation.name}(${argumentsOf(computation, (id) => this.argumentOf(id))})`;
    }
    const asked = this.atTarget.checkAt(check, index);
    if (asked === null) return null;
    const given = asked.given.map(({ of, literal }, i) => {
      const id = asked.computation.members[i]?.id ?? 0;
      const ended = working.retired.find((one) => one.id === id);
      if (of === null) return literal;
      // What was computed for the target is what the target has.
      return ended !== undefined && this.otherAt(ended) !== null ? this.mention(id) : of(this.mention(id));
    });
    return `${asked.computation.name}(${given.join(", ")})`;
  }

  /** Refuses members of the working version that the target lacks, unless losing them loses nothing; leaves out what is ignorable. */
  private refuseLost(): void {
    const { c, target, working } = this;
    const { writer } = c;
    const lost = working.members.filter((member) => !target.state.members.some((one) => one.id === member.id));
    for (const member of [
      ...lost.filter((one) => one.from === null),
      ...inDependencyOrder(lost.filter((one) => one.from !== null)),
    ]) {
      const version = target.version ?? 0;
      const value = this.mention(member.id);
      writer.comment(`not in version ${formatVersion(version)}: ${memberText(c, working.name, member)}`);
      const failure = member.ignorable
        ? leaveOut(c, member, version, value)
        : `throw ${cannotWrite(c, member, version, value)};`;
      if (member.from !== null) {
        const kept = { world: target.world, owner: target.state };
        const computation = this.computations.fromKept(member, kept, suffixOf(version));
        const call = `${computation.name}(${argumentsOf(computation, (id) => this.rereadOf(id, lost))})`;
        writer.line(`if (!${c.runtime("reproduces")}(() => ${call}, ${value})) ${failure}`);
      } else if (member.default !== null) writer.line(`if (${differsFromDefault(c, member, value)}) ${failure}`);
      else if (member.type.kind === "optional") writer.line(`if (${value} !== undefined) ${failure}`);
      else writer.line(failure);
    }
  }

  /** What a reader of the working version makes of a member once it has been lost: a dropped one is at its default. */
  private rereadOf(id: number, lost: readonly Member[]): Argument {
    const member = lost.find((one) => one.id === id);
    if (member === undefined || !member.ignorable) return this.argumentOf(id);
    return member.default === null ? "undefined" : defaultLiteral(this.c, member);
  }
}

/** A value of a target's integers as the integers that the working version has in the program. */
function back({ element: from }: Shape, { element: to }: Shape, value: string): string {
  return from.kind === "integer" && to.kind === "integer" ? converted(from, to, value) : value;
}
