import type { Doc } from "prettier";
import { builders } from "prettier/doc";
import type { Attribute, Bound, BoundRange, DefaultNode, DottedName, Expression, SizeNode, TypeNode } from "./ast.ts";
import type { Pieces } from "./pieces.ts";

const { group, indent, line, softline } = builders;

/** Prints the tokens of names, types, attributes and expressions, from where `pieces` stands. */
export class Phrases {
  protected readonly pieces: Pieces;

  constructor(pieces: Pieces) {
    this.pieces = pieces;
  }

  name({ parts }: DottedName): Doc {
    return this.pieces.next(parts.length * 2 - 1);
  }

  bound(bound: Bound): Doc {
    if (bound.kind === "name") return this.name(bound.name);
    return this.pieces.next(bound.int.text.startsWith("-") ? 2 : 1);
  }

  range({ min, max }: BoundRange): Doc {
    const first = min === null ? "" : this.bound(min);
    return [first, this.pieces.next(), max === null ? "" : this.bound(max)];
  }

  type(type: TypeNode): Doc {
    switch (type.kind) {
      case "name":
        return this.name(type.name);
      case "blob":
        return [this.pieces.next(), this.pieces.peek() === "[" ? this.brackets(type.size) : ""];
      case "list":
        return [this.type(type.element), this.brackets(type.size)];
      case "optional":
        return [this.type(type.element), this.pieces.next()];
    }
  }

  private brackets(size: SizeNode | null): Doc {
    if (size === null) return this.pieces.next(2);
    const open = this.pieces.next();
    const inner = size.kind === "exact" ? this.bound(size.size) : this.range(size.range);
    return [open, inner, this.pieces.next()];
  }

  /** One attribute; the line may break before it. */
  attribute(attribute: Attribute): Doc {
    this.pieces.seek(attribute.span.start);
    const word = this.pieces.nextUnit();
    switch (attribute.kind) {
      case "hex":
      case "key":
      case "sorted":
      case "handle":
      case "ignorable":
      case "single":
        return word;
      case "since":
      case "until":
      case "unit":
        return [word, this.pieces.blank(), this.pieces.next()];
      case "deprecated":
        return attribute.why === null ? word : [word, this.pieces.blank(), this.pieces.next()];
      case "default":
        return [word, this.pieces.blank(), this.default(attribute.value)];
      case "in":
        return [word, this.pieces.blank(), this.range(attribute.range)];
      case "reference":
        return [word, this.pieces.blank(), this.name(attribute.target)];
      case "from":
        return group([word, this.pieces.blank(), this.expression(attribute.expression)]);
    }
  }

  private default(value: DefaultNode): Doc {
    switch (value.kind) {
      case "int":
        return this.pieces.next(value.int.text.startsWith("-") ? 2 : 1);
      case "bool":
      case "string":
        return this.pieces.next();
      case "empty":
        return this.pieces.next(2);
      case "names": {
        const [first, ...rest] = value.names;
        const parts: Doc[] = first === undefined ? [] : [this.name(first)];
        for (const name of rest) parts.push(line, this.pieces.nextUnit(), this.pieces.blank(), this.name(name));
        return group(indent(parts));
      }
    }
  }

  /** An expression; a long one breaks before its operators, the loosest first, deeper unless brackets around it are that already. */
  expression(expression: Expression, deeper = true): Doc {
    const { pieces } = this;
    switch (expression.kind) {
      case "int":
      case "bool":
      case "string":
      case "name":
        return pieces.next();
      case "select":
        return [this.expression(expression.object), pieces.next(2)];
      case "call":
        return this.call(expression.arguments);
      case "is":
        return [this.expression(expression.object), pieces.blank(), pieces.next(), pieces.blank(), pieces.next()];
      case "unary": {
        const { operand, operator } = expression;
        const apart = operand.kind === "unary" && operand.operator === operator;
        return [pieces.next(), apart ? pieces.blank() : "", this.expression(operand)];
      }
      case "binary": {
        const [first = "", ...rest] = this.operands(expression);
        return group([first, deeper ? indent(rest) : rest]);
      }
      case "conditional": {
        const condition = this.expression(expression.condition);
        const then = [line, pieces.nextUnit(), pieces.blank(), this.expression(expression.then)];
        const otherwise = [line, pieces.nextUnit(), pieces.blank(), this.expression(expression.else)];
        return group([condition, indent([then, otherwise])]);
      }
      case "parenthesis": {
        const open = pieces.nextApart();
        const inner = this.expression(expression.inner, false);
        return group([open, indent([softline, inner]), softline, pieces.next()]);
      }
    }
  }

  /** A chain of one operator is one level: `a && b && c` breaks at each `&&` or at none. */
  private operands(expression: Extract<Expression, { kind: "binary" }>): Doc[] {
    const { left, operator, right } = expression;
    const chain = left.kind === "binary" && left.operator === operator;
    const before = chain ? this.operands(left) : [this.expression(left)];
    return [...before, [line, this.pieces.nextUnit(), this.pieces.blank(), this.expression(right)]];
  }

  private call(values: readonly Expression[]): Doc {
    const open = this.pieces.next(2);
    const parts: Doc[] = [];
    for (const [index, value] of values.entries()) {
      if (index > 0) parts.push(this.pieces.next(), line);
      parts.push(this.expression(value, false));
    }
    return group([open, indent([softline, parts]), softline, this.pieces.next()]);
  }
}
