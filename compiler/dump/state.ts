import type { Facts } from "../../runtime/errors.ts";
import { idText } from "../../runtime/id-text.ts";
import type { Expr } from "../schema/ir.ts";
import type { BodyPlan } from "./body-plan.ts";
import { lostHeaders, mayBeLost, noneLost, type LostHeaders } from "./believed.ts";
import { evaluate } from "./expression.ts";
import { MUST, WORD, formOf } from "./format.ts";
import { eachMember, enterBody, unnamed, type Expected, type Header, type ReadHeader } from "./header.ts";
import { FAILED, type Read, type Reading } from "./reading.ts";
import { evaluateChecks } from "./rows.ts";
import { tellUnknown } from "./unknown.ts";
import { describe, equal, memberOf, setMember, type Value } from "./value.ts";
import { readMember } from "./walk.ts";
import { defaultOf, toMember, type WireMember, type WireState } from "./wire-type.ts";

/** Reads a state body from `at` to `end`. In the object it gives, null stands for what could not be read. */
export function readState(r: Reading, type: WireState, at: number, end: number): Read {
  if (!enterBody(r, at, end)) return FAILED;
  const before = r.problemCount;
  const body = new StateBody(r, type, r.suspect ? lostHeaders(r.view, type, at, end) : noneLost);
  const expected = (id: number): Expected => {
    const member = type.byId.get(id);
    return member === undefined ? unnamed(id) : { name: member.name, form: formOf(member.type) };
  };
  const complete = eachMember(r, at, end, expected, (header) => body.take(header), body.plan);
  const value = body.finish(at, Math.min(end, r.bytes.length), complete, before);
  r.bodies.pop();
  return value;
}

/** What is read of one state so far. */
class StateBody {
  readonly #r: Reading;
  readonly #type: WireState;
  /** By name, retired members too: what `from` and `check` see. */
  readonly #scope: { [name: string]: Value } = {};
  readonly #found = new Set<number>();
  readonly #retired: { readonly member: WireMember; readonly header: Header }[] = [];
  /** How many of the type's members the walk has passed. */
  #passed = 0;
  /** Whether every header could be believed, so that what was not found is not there. */
  #sound = true;

  /** Where what is not found may have been. */
  readonly #lost: LostHeaders;

  constructor(r: Reading, type: WireState, lost: LostHeaders) {
    this.#r = r;
    this.#type = type;
    this.#lost = lost;
    if (lost.plan.strays.size > 0) this.#sound = false;
  }

  get plan(): BodyPlan {
    return this.#lost.plan;
  }

  take(header: ReadHeader): void {
    const member = this.#type.byId.get(header.id);
    if (!header.sound) this.#sound = false;
    // One that could not be read is most likely the one whose id is damaged.
    if (this.#found.has(header.id) && (member === undefined || memberOf(this.#scope, member.name) !== null)) {
      return readAgain(this.#r, header);
    }
    // Where ids are lost, what is not there is known at the end alone.
    if (this.#lost.gaps.length === 0) this.#pass(header.id, header.at);
    if (member === undefined) return readUnknown(this.#r, this.#type, header);
    if (header.isLengthLost || this.#lost.others.has(header.at)) return this.#other(member, header);
    if (member.retired) this.#retired.push({ member, header });
    this.#r.path.push(member.name);
    const value = readMember(this.#r, "member", member, member.type, header, member.retired ? "retired" : "ok");
    this.#r.path.pop();
    this.#found.add(member.id);
    setMember(this.#scope, member.name, value === FAILED ? null : value);
  }

  /**
   * A header that most likely is not of the member that it names: that one is not known, and the other missing, which is told at the end. Or one
   * whose payload has no length.
   */
  #other(member: WireMember, { at, next }: Header): void {
    const there = Math.min(next, this.#r.bytes.length);
    this.#r.leaf("damaged", member.name, member.type.text, at, there - at, FAILED, member.id, member.type);
    this.#found.add(member.id);
    setMember(this.#scope, member.name, null);
  }

  /** Tells of members that were left out before an id, so that they stand in their order. */
  #pass(id: number, at: number): void {
    for (let member = this.#type.members[this.#passed]; member !== undefined && member.id <= id;) {
      this.#passed++;
      if (member.id !== id && !this.#found.has(member.id)) this.#absent(member, at);
      member = this.#type.members[this.#passed];
    }
  }

  /** A member that its body does not have takes its default; a `from` waits until all is read, a required one is a problem at the end. */
  #absent(member: WireMember, at: number): void {
    if (member.required || member.from !== null) return;
    if (mayBeLost(this.#lost, member)) {
      setMember(this.#scope, member.name, null);
      return this.#r.leaf("member", member.name, member.type.text, at, 0, FAILED, member.id, member.type);
    }
    const value = defaultOf(member);
    setMember(this.#scope, member.name, value);
    if (value !== undefined) {
      this.#r.leaf("member", member.name, member.type.text, at, 0, value, member.id, member.type, "default");
    }
  }

  finish(start: number, end: number, complete: boolean, problemsBefore: number): Value {
    const r = this.#r;
    if (complete) {
      this.#pass(0x1_0000, end);
      for (const member of this.#type.members) {
        if (!this.#sound || !member.required || this.#found.has(member.id)) continue;
        r.fail("B8208", this.#inPlaceOf(member.id), start, member.id, member.name);
      }
      for (const member of this.#type.retired) {
        if (!this.#found.has(member.id)) setMember(this.#scope, member.name, defaultOf(member));
      }
    }
    const sound = (): boolean => this.#lost.gaps.length === 0 && r.problemCount === problemsBefore;
    for (const member of this.#type.computed) {
      if (!this.#found.has(member.id) && member.from !== null && sound())
        this.#compute(member, member.from, start, end);
    }
    for (const { member, header } of this.#retired) if (sound()) this.#judgeRetired(member, header);
    const value: { [name: string]: Value } = {};
    for (const member of this.#type.members) {
      const known = Object.hasOwn(this.#scope, member.name);
      setMember(value, member.name, known ? memberOf(this.#scope, member.name) : null);
    }
    if (sound()) evaluateChecks(r, this.#type.checks, value, start);
    return value;
  }

  /** What may be a missing member under another's id. */
  #inPlaceOf(id: number): Facts {
    for (const [at, missing] of this.#lost.others) {
      if (missing === id) return { found: idText(this.#r.u16(at)) };
    }
    return {};
  }

  #compute(member: WireMember, from: Expr, start: number, end: number): void {
    const r = this.#r;
    r.path.push(member.name);
    const result = evaluate(from, this.#scope);
    const value = result.ok ? checkComputed(r, member, result.value, start) : FAILED;
    if (!result.ok) r.fail("B8213", { expected: "its `from`", found: result.reason }, start, member.id);
    r.path.pop();
    setMember(this.#scope, member.name, value === FAILED ? null : value);
    r.leaf("member", member.name, member.type.text, end, 0, value, member.id, member.type, "computed");
  }

  /** The one rule of the language for a member that ended before this version. */
  #judgeRetired(member: WireMember, header: Header): void {
    const r = this.#r;
    const value = memberOf(this.#scope, member.name);
    const stated = defaultOf(member);
    if (stated !== undefined && equal(value, stated)) return;
    const again = member.from === null ? null : evaluate(member.from, this.#scope);
    if (again?.ok === true && equal(again.value, value)) return;
    r.path.push(member.name);
    if (member.ignorable || (header.flags & MUST) === 0) {
      r.drop(member.id, header.at, header.next - header.at);
    } else {
      const expected = again?.ok === true ? describe(again.value) : stated === undefined ? "nothing" : describe(stated);
      r.fail("B8211", { found: describe(value), expected }, header.at, member.id);
    }
    r.path.pop();
  }
}

/** What an expression gave as the value of a member, if it is one. */
function checkComputed(r: Reading, member: WireMember, value: Value, at: number): Read {
  const { type } = member;
  switch (type.kind) {
    case "int":
    case "enum":
    case "bits":
      return typeof value === "bigint"
        ? r.integer(type, value, at)
        : r.fail("B8105", { expected: type.text, found: describe(value) }, at, member.id);
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "struct":
    case "state":
    case "union":
    case "list":
    case "optional":
      return toMember(member, value);
  }
}

/** A member whose id came before, which was reported: it is most likely another one, and no second value of that. */
function readAgain(r: Reading, { at, id, next }: Header): void {
  const there = Math.min(next, r.bytes.length);
  r.leaf("damaged", idText(id), "", at, there - at, FAILED, id);
  r.holds(at, next - at, next);
}

/**
 * A member that the schema does not have: refused if it must be understood, else dropped. It is stepped over; only what its form alone says
 * is checked.
 */
function readUnknown(r: Reading, type: WireState, header: Header): void {
  const name = idText(header.id);
  const held = header.form === WORD ? `${name} = ${header.arg}` : `${name} of ${header.length} bytes`;
  const dropped = (header.flags & MUST) === 0;
  r.path.push(name);
  const declaration = `${type.module}.${type.name}`;
  if (dropped) r.drop(header.id, header.at, header.next - header.at, declaration);
  else r.fail("B8209", { found: held, declaration }, header.at, header.id);
  tellUnknown(r, header, dropped ? "dropped" : "unknown");
  r.path.pop();
}
