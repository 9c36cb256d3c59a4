import type { WireMember, WireType } from "../../dump/wire-type.ts";
import type { Default, Expr, Step } from "../../schema/ir.ts";
import { applyBinary, applyUnary, union, type Interval } from "../../schema/interval.ts";
import { domainOf, isNumeric } from "../domain.ts";
import type { Direction } from "../finding.ts";
import { containerOf, elementOf, entryOf, isComposite, type Composite, type Node } from "../graph.ts";
import { typeAt } from "./failures.ts";

/** What a path of the one side comes to on the other: an expression, nothing (an absent optional), an empty list; null if it cannot be said. */
type Meaning =
  { readonly kind: "expression"; readonly expression: Expr } | { readonly kind: "absent" | "empty" } | null;

/** A type as the expression's side has it and as the writer has it. */
interface Scope {
  readonly own: WireType;
  readonly writer: WireType;
}

/** Rewrites expressions of the reader, or of what an older version keeps, as expressions over the writer's value. */
export class Translation {
  readonly #node: Node;
  readonly #direction: Direction;
  /** Members being replaced by their own `from`, so that nothing goes round. */
  readonly #inside = new Set<number>();

  constructor(node: Node, direction: Direction) {
    this.#node = node;
    this.#direction = direction;
  }

  /** An expression over the reader's members. Members that the writer lacks are what they are to the reader then. null if it cannot be said. */
  expression(expression: Expr): Expr | null {
    return this.#map(expression, [{ own: this.#node.reader, writer: this.#node.writer }], (id) =>
      this.#readerMember(id),
    );
  }

  /** An expression over the writer's own value, members that ended before its version included. */
  own(expression: Expr): Expr | null {
    const { writer } = this.#node;
    return this.#map(expression, [{ own: writer, writer }], (id) => this.#endedMember(id));
  }

  /** An expression over the writer's own members as they are when read back from what an older version has of them. */
  reread(expression: Expr): Expr | null {
    const { writer, reader } = this.#node;
    if (!isKept(expression, [{ own: writer, writer: reader }])) return null;
    return this.#map(expression, [{ own: this.#node.writer, writer: this.#node.writer }], (id) => this.#lostMember(id));
  }

  /** A member of the reader that the writer does not have. */
  #readerMember(id: number): Meaning {
    const { reader, writer } = this.#node;
    if (reader.kind === "struct") {
      const field = reader.members.find((one) => one.id === id);
      return field === undefined ? null : literalOf(field.member.default, field.type);
    }
    if (reader.kind !== "state") return null;
    const member = reader.byId.get(id);
    // A writer for an older version has nothing for what had ended before that.
    if (member === undefined || (member.retired && this.#direction === "rollback")) return null;
    // A reader computes nothing that has ended: it stands at its default, or is absent.
    if (member.retired) return member.from === null ? meaningOfLeftOut(member) : { kind: "absent" };
    const known = this.#direction === "rollback" && writer.kind === "state" ? writer.byId.get(id) : undefined;
    if (known?.retired === true && known.from !== null) return this.#inline(known, (from) => this.own(from));
    if (member.from !== null) return this.#inline(member, (from) => this.expression(from));
    return meaningOfLeftOut(member);
  }

  /** A member of the writer that the older version lacks, or one that ended before the writer's version. */
  #lostMember(id: number): Meaning {
    const { writer, reader } = this.#node;
    if (writer.kind !== "state" || reader.kind !== "state") return null;
    const member = writer.byId.get(id);
    if (member === undefined) return null;
    if (member.retired) return this.#endedMember(id);
    const kept = reader.members.some((one) => one.id === id);
    if (kept) return { kind: "expression", expression: pathTo(member) };
    if (member.from !== null) return this.#inline(member, (from) => this.reread(from));
    return meaningOfLeftOut(member);
  }

  /** A member of the writer's own: itself, or what is put in the place of one that ended. */
  #endedMember(id: number): Meaning {
    const { writer } = this.#node;
    const member = writer.kind === "state" ? writer.byId.get(id) : undefined;
    if (member === undefined) return null;
    if (!member.retired) return { kind: "expression", expression: pathTo(member) };
    const { reader } = this.#node;
    const theirs = reader.kind === "state" ? reader.members.find((one) => one.id === id) : undefined;
    if (theirs === undefined) return null;
    if (member.from !== null) return this.#inline(member, (from) => this.own(from));
    // It is written at the default of the older version, which whoever reads it back must know.
    return member.member.default === null ? { kind: "absent" } : meaningOfLeftOut(theirs);
  }

  #inline(member: WireMember, translate: (from: Expr) => Expr | null): Meaning {
    if (member.from === null || this.#inside.has(member.id)) return null;
    this.#inside.add(member.id);
    const expression = translate(member.from);
    this.#inside.delete(member.id);
    return expression === null ? null : { kind: "expression", expression };
  }

  #map(e: Expr, scopes: readonly Scope[], missing: (id: number) => Meaning): Expr | null {
    const go = (inner: Expr): Expr | null => this.#map(inner, scopes, missing);
    switch (e.kind) {
      case "int":
      case "bool":
      case "string":
        return e;
      case "path": {
        const meaning = this.#path(e, scopes, missing);
        return meaning?.kind === "expression" ? meaning.expression : null;
      }
      case "len": {
        const meaning = e.of.kind === "path" ? this.#path(e.of, scopes, missing) : null;
        if (meaning?.kind === "empty") return { kind: "int", value: 0n };
        return meaning?.kind === "expression" ? { kind: "len", of: meaning.expression } : null;
      }
      case "has": {
        const meaning = e.of.kind === "path" ? this.#path(e.of, scopes, missing) : null;
        if (meaning?.kind === "absent") return { kind: "bool", value: false };
        if (meaning?.kind !== "expression") return null;
        return meaning.expression.kind === "path"
          ? { kind: "has", of: meaning.expression }
          : { kind: "bool", value: true };
      }
      case "is": {
        const of = go(e.of);
        const type = e.of.kind === "path" ? typesOf(e.of, scopes) : null;
        if (of === null || type === null || type.writer.kind !== "union") return null;
        const known = type.writer.byId.get(e.alternative.id);
        if (known === undefined) return { kind: "bool", value: false };
        return { kind: "is", of, alternative: { id: known.id, name: known.name } };
      }
      case "any":
      case "all": {
        const meaning = e.list.kind === "path" ? this.#path(e.list, scopes, missing) : null;
        if (meaning?.kind === "empty") return { kind: "bool", value: e.kind === "all" };
        const types = e.list.kind === "path" ? typesOf(e.list, scopes) : null;
        if (meaning?.kind !== "expression" || types === null) return null;
        const element = { own: elementOf(types.own), writer: elementOf(types.writer) };
        const each = this.#map(e.each, [...scopes, element], missing);
        return each === null ? null : { kind: e.kind, list: meaning.expression, each };
      }
      case "unary": {
        const operand = go(e.operand);
        if (operand?.kind === "bool" && e.operator === "!") return { kind: "bool", value: !operand.value };
        return operand === null ? null : { ...e, operand };
      }
      case "binary": {
        const left = go(e.left);
        // What stands behind a guard that never holds is not looked at, and need not be said.
        if (left?.kind === "bool" && (e.operator === "&&" || e.operator === "||")) {
          return left.value === (e.operator === "||") ? left : go(e.right);
        }
        const right = go(e.right);
        // `a && true` and `a || false` are `a`.
        const isNeutral = right?.kind === "bool" && e.operator === (right.value ? "&&" : "||");
        if (isNeutral) return left;
        return left === null || right === null ? null : { ...e, left, right };
      }
      case "conditional": {
        const condition = go(e.condition);
        if (condition?.kind === "bool") return go(condition.value ? e.then : e.else);
        const [then, other] = [go(e.then), go(e.else)];
        if (condition === null || then === null || other === null) return null;
        return { kind: "conditional", condition, then, else: other };
      }
    }
  }

  #path(path: Extract<Expr, { kind: "path" }>, scopes: readonly Scope[], missing: (id: number) => Meaning): Meaning {
    const [first] = path.steps;
    const scope = scopes[path.depth === 0 ? 0 : scopes.length - path.depth];
    if (scope === undefined) return null;
    if (path.depth === 0 && first?.kind === "member" && this.#isLost(first.id, scope)) {
      const meaning = missing(first.id);
      const [, ...below] = path.steps;
      const here = meaning?.kind === "expression" ? meaning.expression : null;
      if (below.length === 0) return meaning;
      return here?.kind === "path" && scope.own === scope.writer
        ? { kind: "expression", expression: { ...here, steps: [...here.steps, ...below] } }
        : null;
    }
    const steps = renamed(path.steps, scope);
    return steps === null ? null : { kind: "expression", expression: { ...path, steps } };
  }

  #isLost(id: number, scope: Scope): boolean {
    const { own, writer } = scope;
    if (!isComposite(own) || !isComposite(writer)) return true;
    // Among the writer's own members, the caller says what stands for each.
    if (own === writer && own === this.#node.writer) return true;
    if (writer.kind === "state") return writer.byId.get(id)?.retired !== false;
    return entryOf(writer, id) === null;
  }
}

/** Whether what an expression looks at inside members is there at the other side too; `writer` of a scope is that side. */
function isKept(e: Expr, scopes: readonly Scope[]): boolean {
  const go = (inner: Expr): boolean => isKept(inner, scopes);
  switch (e.kind) {
    case "int":
    case "bool":
    case "string":
      return true;
    case "path": {
      const scope = scopes[e.depth === 0 ? 0 : scopes.length - e.depth];
      // Whoever asks says what stands for a member of the declaration itself.
      const isOwn = e.depth === 0 && (e.steps.length === 1 || e.steps[1]?.kind === "bits");
      return isOwn || (scope !== undefined && renamed(e.steps, scope) !== null);
    }
    case "len":
    case "has":
    case "is":
      return go(e.of);
    case "any":
    case "all": {
      if (!go(e.list)) return false;
      const types = e.list.kind === "path" ? typesOf(e.list, scopes) : null;
      if (types === null) return false;
      return isKept(e.each, [...scopes, { own: elementOf(types.own), writer: elementOf(types.writer) }]);
    }
    case "unary":
      return go(e.operand);
    case "binary":
      return go(e.left) && go(e.right);
    case "conditional":
      return go(e.condition) && go(e.then) && go(e.else);
  }
}

function pathTo({ id, name }: WireMember): Expr {
  return { kind: "path", depth: 0, steps: [{ kind: "member", id, name }] };
}

function meaningOfLeftOut(member: WireMember): Meaning {
  if (member.type.kind === "optional") return { kind: "absent" };
  return literalOf(member.member.default, member.type);
}

function literalOf(stated: Default | null, type: WireType): Meaning {
  if (stated === null) return null;
  switch (stated.kind) {
    case "int":
      return { kind: "expression", expression: { kind: "int", value: stated.value } };
    case "bool":
      return { kind: "expression", expression: { kind: "bool", value: stated.value } };
    case "string":
      return { kind: "expression", expression: { kind: "string", value: stated.value } };
    case "empty":
      return { kind: "empty" };
    case "zero":
      if (type.kind === "bool") return { kind: "expression", expression: { kind: "bool", value: false } };
      return isNumeric(type) ? { kind: "expression", expression: { kind: "int", value: 0n } } : null;
    case "bytes":
      return null;
  }
}

/** The steps of a path by the writer's names; null if the writer lacks something on the way. */
function renamed(steps: readonly Step[], scope: Scope): readonly Step[] | null {
  const found: Step[] = [];
  let { own, writer } = scope;
  for (const step of steps) {
    if (step.kind === "bits") {
      found.push(step);
      continue;
    }
    const next = stepInto(own, writer, step.id);
    if (next === null) return null;
    found.push({ ...step, name: next.name });
    ({ own, writer } = next);
  }
  return found;
}

function stepInto(own: WireType, writer: WireType, id: number): (Scope & { readonly name: string }) | null {
  const [a, b] = [containerOf(own), containerOf(writer)];
  if (!isComposite(a) || !isComposite(b)) return null;
  // What ended is known to whoever reads it.
  const [mine, theirs] = [entryOf(a, id), entryIn(b, id)];
  if (mine?.type == null || theirs?.type == null) return null;
  // Another kind of value would be compared as something that it is not.
  if (
    containerOf(mine.type).kind !== containerOf(theirs.type).kind &&
    !(isNumeric(mine.type) && isNumeric(theirs.type))
  )
    return null;
  return { own: mine.type, writer: theirs.type, name: theirs.name };
}

function entryIn(type: Composite, id: number): { readonly name: string; readonly type: WireType | null } | null {
  const entry = entryOf(type, id);
  return entry !== null && "retired" in entry && entry.retired ? null : entry;
}

function typesOf(path: Extract<Expr, { kind: "path" }>, scopes: readonly Scope[]): Scope | null {
  let scope = scopes[path.depth === 0 ? 0 : scopes.length - path.depth];
  for (const step of path.steps) {
    if (scope === undefined || step.kind === "bits") return null;
    scope = stepInto(scope.own, scope.writer, step.id) ?? undefined;
  }
  return scope === undefined ? null : { own: containerOf(scope.own), writer: containerOf(scope.writer) };
}

/** No length is greater. */
const longest = (1n << 32n) - 1n;

/** Bounds of what an expression over a declaration's value comes to, where it has a value; null where it is no integer or they are not known. */
export function integerRangeOf(e: Expr, of: Composite): Interval | null {
  switch (e.kind) {
    case "int":
      return { min: e.value, max: e.value };
    case "path": {
      if (e.depth !== 0 || e.steps.length === 0) return null;
      let type: WireType | null = of;
      for (const step of e.steps) {
        if (step.kind === "bits")
          return step.single ? null : { min: 0n, max: (1n << BigInt(step.high - step.low + 1)) - 1n };
        const held: WireType | null =
          type !== null && isComposite(type) ? (entryOf(type, step.id)?.type ?? null) : null;
        type = held === null ? null : containerOf(held);
      }
      const domain = type === null || type.kind === "bool" ? [] : domainOf(type);
      const [first] = domain;
      return first === undefined ? null : { min: first.min, max: domain.at(-1)?.max ?? first.max };
    }
    case "len": {
      const type = e.of.kind === "path" && e.of.depth === 0 ? typeAt(e.of, [of]) : null;
      const known = type?.kind === "list" || type?.kind === "bytes" || type?.kind === "string";
      return { min: BigInt(known ? type.min : 0), max: known && type.max !== null ? BigInt(type.max) : longest };
    }
    case "unary": {
      const operand = e.operator === "!" ? null : integerRangeOf(e.operand, of);
      return operand === null || e.operator === "!" ? null : applyUnary(e.operator, operand);
    }
    case "binary": {
      if (!isArithmetic(e.operator)) return null;
      const [left, right] = [integerRangeOf(e.left, of), integerRangeOf(e.right, of)];
      if (left === null || right === null) return null;
      const result = applyBinary(e.operator, left, right);
      return result.kind === "interval" ? result.interval : null;
    }
    case "conditional": {
      const [then, other] = [integerRangeOf(e.then, of), integerRangeOf(e.else, of)];
      return then === null || other === null ? null : union(then, other);
    }
    case "bool":
    case "string":
    case "has":
    case "is":
    case "any":
    case "all":
      return null;
  }
}

function isArithmetic(operator: string): operator is "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>" {
  return ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"].includes(operator);
}
