/** Random expressions over the members of a declaration, typed by construction. */
import { declarationUnder } from "./scope.ts";
import { pathsIn } from "../../compiler/schema/expression-members.ts";
import { findDeclaration, integerUnder } from "./model.ts";
import type { Expr, MemberModel, NamedType, SchemaModel, Type } from "./model.ts";
import { reservedInExpressions } from "./print.ts";
import type { Random } from "./random.ts";
import type { Step } from "../../compiler/schema/ir.ts";

/** A place that an expression can name. */
interface Leaf {
  readonly path: Expr;
  readonly type: Type | { readonly kind: "bit" } | { readonly kind: "range"; readonly type: NamedType | null };
  /** Optionals that must be there and alternatives that must be held on the way, outermost first. */
  readonly guards: readonly Expr[];
}

/** Members that a path can name: those of the version the expression is for. */
export interface Scope {
  readonly model: SchemaModel;
  readonly members: readonly MemberModel[];
}

function leavesOf(
  model: SchemaModel,
  members: readonly MemberModel[],
  depth: number,
  before: readonly Step[],
  guards: readonly Expr[],
): Leaf[] {
  return members.flatMap((member) => {
    if (reservedInExpressions.has(member.name)) return [];
    const steps: Step[] = [...before, { kind: "member", id: member.id, name: member.name }];
    return leavesAt(model, member.type, depth, steps, guards);
  });
}

function leavesAt(
  model: SchemaModel,
  type: Type,
  depth: number,
  steps: readonly Step[],
  guards: readonly Expr[],
): Leaf[] {
  const path: Expr = { kind: "path", depth, steps };
  const here: Leaf = { path, type, guards };
  if (steps.length > 3) return [here];
  if (type.kind === "optional") {
    return [here, ...leavesAt(model, type.element, depth, steps, [...guards, { kind: "has", of: path }])];
  }
  const declaration = declarationUnder(model, type);
  switch (declaration?.kind) {
    case "bits":
      return [
        here,
        ...declaration.fields.flatMap((field): Leaf[] => {
          if (field.since !== null || field.until !== null || reservedInExpressions.has(field.name)) return [];
          const { name, low, high, single } = field;
          return [
            {
              path: { kind: "path", depth, steps: [...steps, { kind: "bits", name, low, high, single }] },
              type: single ? { kind: "bit" } : { kind: "range", type: field.type },
              guards,
            },
          ];
        }),
      ];
    case "struct":
    case "state": {
      const everywhere = declaration.members.filter((member) => member.since === null && member.until === null);
      return [here, ...leavesOf(model, everywhere, depth, steps, guards)];
    }
    case "union":
      return [
        here,
        ...declaration.alternatives.flatMap((alternative): Leaf[] => {
          const { id, name, type: held } = alternative;
          if (
            held === null ||
            alternative.since !== null ||
            alternative.until !== null ||
            reservedInExpressions.has(name)
          )
            return [];
          const guard: Expr = { kind: "is", of: path, alternative: { id, name } };
          return leavesAt(model, held, depth, [...steps, { kind: "alternative", id, name }], [...guards, guard]);
        }),
      ];
    case "const":
    case "type":
    case "enum":
    case undefined:
      return [here];
  }
}

/** Draws expressions over the members of a scope. */
export function expressionsOver(random: Random, scope: Scope, careless = false): Expressions {
  // Where a member has the name of an enum, the name is the member's: the enum's values cannot be written there.
  const names = new Set(scope.members.map(({ name }) => name));
  const leaves = leavesOf(scope.model, scope.members, 0, [], []).filter(({ type }) => {
    if (type.kind === "bit" || type.kind === "range") return true;
    const declaration = declarationUnder(scope.model, type);
    return declaration?.kind !== "enum" || !names.has(declaration.name);
  });
  return new Expressions(random, scope.model, leaves, careless);
}

/** Draws expressions; every one is of the type asked for, and evaluates without an error unless `careless`. */
export class Expressions {
  readonly #random: Random;
  readonly #model: SchemaModel;
  readonly #leaves: readonly Leaf[];
  /** Leaves its optionals and alternatives unguarded now and then, so that evaluation can fail. */
  readonly #careless: boolean;

  constructor(random: Random, model: SchemaModel, leaves: readonly Leaf[], careless: boolean) {
    this.#random = random;
    this.#model = model;
    this.#leaves = leaves;
    this.#careless = careless;
  }

  /** A condition; null where there is nothing to say anything about. */
  condition(budget: number): Expr | null {
    if (this.#leaves.length === 0) return null;
    const random = this.#random;
    if (budget > 0 && random.chance(35)) {
      const left = this.condition(budget - 1);
      const right = this.condition(budget - 1);
      if (left === null || right === null) return left ?? right;
      return random.weighted<Expr>([
        [3, { kind: "binary", operator: "&&", left, right }],
        [3, { kind: "binary", operator: "||", left, right }],
        [1, { kind: "binary", operator: "==", left, right }],
        [1, { kind: "unary", operator: "!", operand: left }],
      ]);
    }
    return this.#leafCondition(random.pick(this.#leaves), budget);
  }

  #guarded(leaf: Leaf, condition: Expr): Expr {
    if (this.#careless && this.#random.chance(30)) return condition;
    const implied = this.#random.chance(50);
    return leaf.guards.reduceRight<Expr>(
      (inner, guard) =>
        implied
          ? { kind: "binary", operator: "||", left: { kind: "unary", operator: "!", operand: guard }, right: inner }
          : { kind: "binary", operator: "&&", left: guard, right: inner },
      condition,
    );
  }

  #leafCondition(leaf: Leaf, budget: number): Expr {
    const random = this.#random;
    const { path, type } = leaf;
    if (type.kind === "bit" || type.kind === "bool") {
      return this.#guarded(leaf, random.chance(50) ? path : { kind: "unary", operator: "!", operand: path });
    }
    if (type.kind === "optional") return this.#guarded(leaf, { kind: "has", of: path });
    if (type.kind === "list") return this.#guarded(leaf, this.#listCondition(path, type.element, budget));
    if (type.kind === "string" || type.kind === "bytes" || type.kind === "cstring") {
      if (type.kind !== "bytes" && random.chance(30)) {
        const right: Expr = { kind: "string", value: random.pick(["", "a", "zé", "x y"]) };
        return this.#guarded(leaf, { kind: "binary", operator: random.pick(["==", "!="]), left: path, right });
      }
      return this.#guarded(leaf, this.#comparison({ kind: "len", of: path }, 40n));
    }
    const number = this.#asNumber(leaf);
    if (number !== null) {
      const other = budget > 0 && random.chance(40) ? this.number(budget - 1) : null;
      if (other !== null && other.guards.length === 0 && !this.#isAmbiguous(number, other.value)) {
        return this.#guarded(leaf, {
          kind: "binary",
          operator: random.pick(["==", "!=", "<", "<=", ">", ">="]),
          left: number,
          right: other.value,
        });
      }
      return this.#guarded(leaf, this.#comparison(number, this.#top(type)));
    }
    const declaration = type.kind === "named" ? declarationUnder(this.#model, type) : undefined;
    if (declaration?.kind === "union") {
      const names = declaration.alternatives.filter(
        ({ since, until, name }) => since === null && until === null && !reservedInExpressions.has(name),
      );
      const alternative = names.length === 0 ? undefined : random.pick(names);
      if (alternative !== undefined) {
        return this.#guarded(leaf, {
          kind: "is",
          of: path,
          alternative: { id: alternative.id, name: alternative.name },
        });
      }
    }
    return { kind: "bool", value: true };
  }

  /** Whether two sides cannot be compared: values of two enums, or a member with the name of a value of an enum that stands there. */
  #isAmbiguous(left: Expr, right: Expr): boolean {
    const paths = [...pathsIn(left), ...pathsIn(right)];
    const enums = new Set(
      paths.flatMap((path) => {
        const leaf = this.#leaves.find((one) => one.path === path);
        const type = leaf?.type.kind === "range" ? leaf.type.type : leaf?.type;
        const declaration = type?.kind === "named" ? declarationUnder(this.#model, type) : undefined;
        return declaration?.kind === "enum" ? [declaration] : [];
      }),
    );
    const values = new Set([...enums].flatMap((declaration) => declaration.values.map(({ name }) => name)));
    return enums.size > 1 || paths.some(({ steps }) => values.has(steps[0]?.name ?? ""));
  }

  #listCondition(path: Expr, element: Type, budget: number): Expr {
    const random = this.#random;
    const declaration = declarationUnder(this.#model, element);
    if (budget > 0 && (declaration?.kind === "struct" || declaration?.kind === "state") && random.chance(60)) {
      const everywhere = declaration.members.filter((member) => member.since === null && member.until === null);
      const shadowed = new Set(declaration.members.map((member) => member.name));
      const leaves = [...leavesOf(this.#model, everywhere, 1, [], []), ...this.#visibleFrom(shadowed)];
      const each = new Expressions(random, this.#model, leaves, this.#careless).condition(budget - 1);
      if (each !== null) return { kind: random.pick(["any", "all"]), list: path, each };
    }
    if (budget > 0 && declaration?.kind !== "union" && random.chance(50)) {
      const it = leavesAt(this.#model, element, 1, [], []);
      const each = new Expressions(random, this.#model, it, this.#careless).condition(0);
      if (each !== null) return { kind: random.pick(["any", "all"]), list: path, each };
    }
    return this.#comparison({ kind: "len", of: path }, 5n);
  }

  /** Leaves of this scope that are still seen by their bare name inside a walk over elements with these member names. */
  #visibleFrom(shadowed: ReadonlySet<string>): Leaf[] {
    return this.#leaves.filter(
      ({ path }) => path.kind === "path" && path.depth === 0 && !shadowed.has(path.steps[0]?.name ?? ""),
    );
  }

  #comparison(left: Expr, top: bigint): Expr {
    const random = this.#random;
    const operator = random.pick(["==", "!=", "<", "<=", ">", ">="] as const);
    const edge = random.weighted([
      [2, 0n],
      [2, 1n],
      [2, top],
      [1, top - 1n],
      [3, random.bigBetween(0n, top > 64n ? 64n : top)],
    ]);
    return { kind: "binary", operator, left, right: { kind: "int", value: edge } };
  }

  #top(type: Leaf["type"]): bigint {
    if (type.kind === "bit" || type.kind === "range") return 3n;
    const base = integerUnder(this.#model, type);
    return base === null ? 8n : (1n << BigInt(base.width - (base.signed ? 1 : 0))) - 1n;
  }

  /** The leaf as a number: integers, enums, bits, ranges of bits and lengths; null for anything else. */
  #asNumber({ path, type }: Leaf): Expr | null {
    if (type.kind === "bit") return null;
    if (type.kind === "range") return path;
    if (type.kind === "list" || type.kind === "string" || type.kind === "bytes" || type.kind === "cstring")
      return { kind: "len", of: path };
    if (type.kind === "optional") return null;
    if (type.kind === "named") {
      const declaration = findDeclaration(this.#model, type);
      if (declaration?.kind === "type" && (declaration.type.kind === "string" || declaration.type.kind === "bytes"))
        return { kind: "len", of: path };
    }
    return integerUnder(this.#model, type) === null ? null : path;
  }

  /** A number and what must hold for it to have a value; null where no member is a number. */
  number(budget: number): { readonly value: Expr; readonly guards: readonly Expr[] } | null {
    const random = this.#random;
    const numbers = this.#leaves.flatMap((leaf) => {
      const value = this.#asNumber(leaf);
      return value === null ? [] : [{ value, guards: leaf.guards }];
    });
    if (numbers.length === 0) return null;
    if (budget === 0 || random.chance(40)) return random.pick(numbers);
    const left = this.number(budget - 1);
    if (left === null) return null;
    const { guards } = left;
    const literal = (min: bigint, max: bigint): Expr => ({ kind: "int", value: random.bigBetween(min, max) });
    const right = random.chance(50) ? this.number(budget - 1) : null;
    const other =
      right === null || (right.guards.length > 0 && !this.#careless) ? { value: literal(0n, 300n), guards: [] } : right;
    const both = [...guards, ...other.guards];
    return random.weighted<() => { value: Expr; guards: readonly Expr[] }>([
      [
        6,
        () => ({
          value: {
            kind: "binary",
            operator: random.pick(["+", "-", "*", "&", "|", "^"]),
            left: left.value,
            right: other.value,
          },
          guards: both,
        }),
      ],
      [
        2,
        () => ({
          value: { kind: "binary", operator: random.pick(["/", "%"]), left: left.value, right: literal(1n, 4096n) },
          guards,
        }),
      ],
      [
        2,
        () => ({
          value: { kind: "binary", operator: random.pick(["<<", ">>"]), left: left.value, right: literal(0n, 20n) },
          guards,
        }),
      ],
      [1, () => ({ value: { kind: "unary", operator: random.pick(["-", "~"]), operand: left.value }, guards })],
      [
        1,
        () => {
          const condition = this.condition(0);
          if (condition === null) return left;
          return { value: { kind: "conditional", condition, then: left.value, else: other.value }, guards: both };
        },
      ],
    ])();
  }
}
