import type { Expression, Name } from "../../syntax/ast.ts";
import { lengthInterval, typeOfPlace, utf8Length, type Place } from "../expression-type.ts";
import type { Enum, Step } from "../ir.ts";
import { shapeOf } from "../lookup.ts";
import { describePlace } from "./describe.ts";
import { isMissing } from "./draft.ts";
import { applyOperator, chooseBetween, isComparison, joinOperands, wrongOperand } from "./operators.ts";
import { mayBeUnread, noteUse, peek } from "./scope.ts";
import { selectMember } from "./select.ts";
import { bool, computed, enumOf, knownNumber, type ExpressionContext, type Typed } from "./typed.ts";

/**
 * Resolves the names of an expression and checks its types. Gives null if something is wrong, which was reported. `expected` is the enum
 * whose values may stand there by bare name.
 */
export function resolveExpression(node: Expression, expected: Enum | null, context: ExpressionContext): Typed | null {
  return new Resolver(context).resolve(node, expected);
}

const functions: ReadonlyMap<string, number> = new Map([
  ["len", 1],
  ["has", 1],
  ["any", 2],
  ["all", 2],
]);

class Resolver {
  private readonly context: ExpressionContext;
  /** The elements that enclosing `any` and `all` walk, outermost first. */
  private readonly elements: Place[] = [];

  constructor(context: ExpressionContext) {
    this.context = context;
  }

  resolve(node: Expression, expected: Enum | null): Typed | null {
    switch (node.kind) {
      case "int": {
        const { value } = node.int;
        return knownNumber(value, null);
      }
      case "bool":
        return computed({ kind: "bool", value: node.value }, bool);
      case "string": {
        const length = utf8Length(node.string.value);
        return computed({ kind: "string", value: node.string.value }, { kind: "string", min: length, max: length });
      }
      case "name":
        return this.resolveName(node.name, expected);
      case "select":
        return this.resolveSelect(node);
      case "call":
        return this.resolveCall(node);
      case "is":
        return this.resolveIs(node);
      case "unary":
        return this.resolveUnary(node);
      case "binary":
        return this.resolveBinary(node);
      case "conditional":
        return this.resolveConditional(node, expected);
      case "parenthesis":
        return this.resolve(node.inner, expected);
    }
  }

  /** A member of an element or of the declaration, innermost first; null if there is none of that name. */
  private member(name: string): Typed | null {
    const { world, members } = this.context;
    for (let depth = 1; depth <= this.elements.length; depth++) {
      const element = this.elements[this.elements.length - depth];
      if (element === undefined) break;
      if (depth === 1 && name === "it") return this.path(depth, [], element);
      const found = selectMember(world, element.type, name);
      if (found !== null && found.step.kind === "member" && found.place !== null)
        return this.path(depth, [found.step], found.place);
    }
    const member = members.get(name);
    return member === undefined ? null : this.path(0, [{ kind: "member", id: member.id, name }], member);
  }

  private path(depth: number, steps: readonly Step[], place: Place): Typed {
    const { world, isSound } = this.context;
    const type = isSound(place) ? typeOfPlace(world, place) : bool;
    return { expr: { kind: "path", depth, steps }, type, place };
  }

  private resolveName(name: Name, expected: Enum | null): Typed | null {
    if (isMissing(name)) return null;
    const member = this.member(name.text);
    const value = expected?.values.find((each) => each.name === name.text);
    if (value !== undefined && expected !== null) {
      if (member === null || member.type.kind !== "int") return knownNumber(value.value, expected);
      this.context.problems.add("B6013", { name: name.text, enum: expected.name }, { span: name.span });
      return null;
    }
    if (member !== null) return this.ifSound(member);
    const found = this.constantOf([name]);
    if (found !== undefined) return found;
    this.reportUnknownName(name, expected);
    return null;
  }

  /** The number of a constant, an enum value or a bit that a qualified name stands for; undefined if it stands for none. */
  private constantOf(names: readonly Name[]): Typed | null | undefined {
    const { site, constants, world, problems } = this.context;
    const parts = names.map((name) => name.text);
    const whole = peek(site.module, parts);
    const at = names.at(-1);
    if (at === undefined) return undefined;
    if (whole?.kind === "const") {
      noteUse(site, whole, at);
      const value = constants.fold(whole);
      return value === null ? null : knownNumber(value, null);
    }
    const owner = names.length < 2 ? null : peek(site.module, parts.slice(0, -1));
    if (owner === null || (owner.kind !== "enum" && owner.kind !== "bits")) return undefined;
    noteUse(site, owner, at);
    const shape = shapeOf(world, { kind: "named", module: owner.module.name, name: owner.name });
    if (shape.kind === "enum") {
      const value = shape.declaration.values.find((each) => each.name === at.text);
      if (value !== undefined) return knownNumber(value.value, shape.declaration);
    } else if (shape.kind === "bits") {
      const field = shape.declaration.fields.find((each) => each.name === at.text);
      if (field !== undefined) {
        const value = ((1n << BigInt(field.high - field.low + 1)) - 1n) << BigInt(field.low);
        return knownNumber(value, null);
      }
    } else return null;
    const entries = shape.kind === "enum" ? shape.declaration.values : shape.declaration.fields;
    const meant = this.context.problems.suggest(
      at.text,
      entries.map((each) => each.name),
    );
    const what = owner.kind === "enum" ? "value" : "bit";
    if (!this.context.isUnread(at.text))
      problems.add("B4009", { name: at.text, owner: owner.name, what, meant }, { span: at.span });
    return null;
  }

  private reportUnknownName(name: Name, expected: Enum | null): void {
    const { owner, problems, world, site, isUnread } = this.context;
    if (isUnread(name.text) || mayBeUnread(site.module, name.text)) return;
    const { elements } = this;
    const names = function* (): Generator<string> {
      for (const each of [...owner.members, ...(expected?.values ?? [])]) yield each.name;
      for (const element of elements) {
        const shape = shapeOf(world, element.type);
        if (shape.kind !== "state" && shape.kind !== "struct") continue;
        for (const each of shape.declaration.members) yield each.name;
      }
      for (const symbol of site.module.symbols.values()) if (symbol.kind === "const") yield symbol.name;
    };
    const meant = this.context.problems.suggest(name.text, names());
    const fix = meant === undefined ? {} : { fix: { span: name.span, text: meant } };
    problems.add("B6001", { name: name.text, owner: owner.name, meant }, { span: name.span, ...fix });
  }

  private resolveSelect(node: Extract<Expression, { kind: "select" }>): Typed | null {
    const names = dottedNames(node);
    const [first] = names ?? [];
    if (names !== null && first !== undefined && this.member(first.text) === null) {
      const found = this.constantOf(names);
      if (found !== undefined) return found;
    }
    const object = this.resolve(node.object, null);
    if (object === null || isMissing(node.name)) return null;
    const { world, problems, isUnread } = this.context;
    if (object.place === null || object.expr.kind !== "path")
      return wrongOperand(this.context, ".", "a member before it", object, node.object);
    const found = selectMember(world, object.place.type, node.name.text);
    if (found === null) {
      if (isUnread(node.name.text)) return null;
      const { text, names: known } = describePlace(world, object.place);
      const meant = this.context.problems.suggest(node.name.text, known);
      const fix = meant === undefined ? {} : { fix: { span: node.name.span, text: meant } };
      problems.add("B6010", { name: node.name.text, owner: text, meant }, { span: node.name.span, ...fix });
      return null;
    }
    const { expr } = object;
    const steps = [...expr.steps, found.step];
    if (found.place === null)
      return { expr: { kind: "path", depth: expr.depth, steps }, type: found.type, place: null };
    return this.ifSound(this.path(expr.depth, steps, found.place));
  }

  private ifSound(found: Typed): Typed | null {
    return found.place === null || this.context.isSound(found.place) ? found : null;
  }

  private resolveCall(node: Extract<Expression, { kind: "call" }>): Typed | null {
    const { problems } = this.context;
    const { text, span } = node.function;
    if (isMissing(node.function)) return null;
    const expected = functions.get(text);
    if (expected === undefined) {
      const meant = this.context.problems.suggest(text, functions.keys());
      problems.add(
        "B6008",
        { name: text, meant },
        { span, ...(meant === undefined ? {} : { fix: { span, text: meant } }) },
      );
      return null;
    }
    const [first, second] = node.arguments;
    if (node.arguments.length !== expected || first === undefined) {
      problems.add("B6009", { name: text, expected, found: node.arguments.length }, { span: node.span });
      return null;
    }
    const of = this.resolve(first, null);
    if (of === null) return null;
    if (text === "has") return this.resolveHas(of, first);
    if (text === "len") return this.resolveLen(of, first);
    if (second === undefined) return null;
    return this.resolveEach(text === "any" ? "any" : "all", of, first, second);
  }

  private resolveHas(of: Typed, node: Expression): Typed | null {
    if (of.place?.type.kind !== "optional") return wrongOperand(this.context, "has", "an optional member", of, node);
    return computed({ kind: "has", of: of.expr }, bool);
  }

  private resolveLen(of: Typed, node: Expression): Typed | null {
    const { type } = of;
    const measurable =
      type.kind === "string" || type.kind === "bytes" || (type.kind === "value" && type.type.kind === "list");
    if (!measurable) return wrongOperand(this.context, "len", "a list, a string or bytes", of, node);
    return computed({ kind: "len", of: of.expr }, { kind: "int", interval: lengthInterval(type), enum: null });
  }

  private resolveEach(kind: "any" | "all", list: Typed, node: Expression, condition: Expression): Typed | null {
    if (list.type.kind !== "value" || list.type.type.kind !== "list")
      return wrongOperand(this.context, kind, "a list", list, node);
    this.elements.push({ type: list.type.type.element, range: list.type.range });
    const each = this.resolve(condition, null);
    this.elements.pop();
    if (each === null) return null;
    if (each.type.kind !== "bool") return wrongOperand(this.context, kind, "a condition", each, condition);
    return computed({ kind, list: list.expr, each: each.expr }, bool);
  }

  private resolveIs(node: Extract<Expression, { kind: "is" }>): Typed | null {
    const { world, problems, isUnread } = this.context;
    const object = this.resolve(node.object, null);
    if (object === null || isMissing(node.alternative)) return null;
    const shape = object.type.kind === "value" ? shapeOf(world, object.type.type) : null;
    if (shape?.kind !== "union") return wrongOperand(this.context, "is", "a union", object, node.object);
    const { text, span } = node.alternative;
    const found = shape.declaration.alternatives.find((each) => each.name === text);
    if (found === undefined) {
      if (isUnread(text)) return null;
      const meant = this.context.problems.suggest(
        text,
        shape.declaration.alternatives.map((each) => each.name),
      );
      const fix = meant === undefined ? {} : { fix: { span, text: meant } };
      problems.add("B6011", { name: text, owner: shape.declaration.name, meant }, { span, ...fix });
      return null;
    }
    return computed({ kind: "is", of: object.expr, alternative: { id: found.id, name: found.name } }, bool);
  }

  private resolveUnary(node: Extract<Expression, { kind: "unary" }>): Typed | null {
    const operand = this.resolve(node.operand, null);
    return operand === null ? null : applyOperator(node, operand, this.context);
  }

  private resolveBinary(node: Extract<Expression, { kind: "binary" }>): Typed | null {
    const sides = isComparison(node.operator)
      ? this.resolveCompared(node)
      : { left: this.resolve(node.left, null), right: this.resolve(node.right, null) };
    const { left, right } = sides;
    return left === null || right === null ? null : joinOperands(node, left, right, this.context);
  }

  /** Each side may be the bare name of a value of the other side's enum. */
  private resolveCompared(node: Extract<Expression, { kind: "binary" }>): {
    readonly left: Typed | null;
    readonly right: Typed | null;
  } {
    if (this.needsExpectation(node.left)) {
      const right = this.resolve(node.right, null);
      return { left: right === null ? null : this.resolve(node.left, enumOf(right)), right };
    }
    const left = this.resolve(node.left, null);
    const right = left === null ? null : this.resolve(node.right, enumOf(left));
    // Now that the right side's enum is known, a member on the left may turn out to be meant as a value of it.
    const again = right !== null && bareName(node.left) !== null;
    return { left: again ? this.resolve(node.left, enumOf(right)) : left, right };
  }

  /** Whether a part is a bare name that only an enum could give a meaning. */
  private needsExpectation(node: Expression): boolean {
    switch (node.kind) {
      case "name":
        return (
          !isMissing(node.name) &&
          !this.context.isUnread(node.name.text) &&
          this.member(node.name.text) === null &&
          peek(this.context.site.module, [node.name.text])?.kind !== "const"
        );
      case "parenthesis":
        return this.needsExpectation(node.inner);
      case "conditional":
        return this.needsExpectation(node.then) || this.needsExpectation(node.else);
      case "int":
      case "bool":
      case "string":
      case "select":
      case "call":
      case "is":
      case "unary":
      case "binary":
        return false;
    }
  }

  private resolveConditional(node: Extract<Expression, { kind: "conditional" }>, expected: Enum | null): Typed | null {
    const condition = this.resolve(node.condition, null);
    const swap = expected === null && this.needsExpectation(node.then) && !this.needsExpectation(node.else);
    const [first, second] = swap ? [node.else, node.then] : [node.then, node.else];
    const one = this.resolve(first, expected);
    const other = one === null ? null : this.resolve(second, expected ?? enumOf(one));
    if (condition === null || one === null || other === null) return null;
    const [then, otherwise] = swap ? [other, one] : [one, other];
    return chooseBetween(node, { condition, then, otherwise }, this.context);
  }
}

/** The name that a part is, parentheses apart; null if it is more than a name. */
function bareName(node: Expression): Name | null {
  if (node.kind === "parenthesis") return bareName(node.inner);
  return node.kind === "name" ? node.name : null;
}

/** The names of `a.b.c`, or null if something else than a name stands at its start. */
function dottedNames(node: Expression): readonly Name[] | null {
  if (node.kind === "name") return [node.name];
  if (node.kind !== "select") return null;
  const before = dottedNames(node.object);
  return before === null ? null : [...before, node.name];
}
