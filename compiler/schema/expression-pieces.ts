import { pathsIn } from "./expression-members.ts";
import type { Alternative, BitsField, Expr, Member, State, Step, Struct, Type, World } from "./ir.ts";
import { findDeclaration, memberById, shapeOf } from "./lookup.ts";

/** A member, alternative or field that a path of an expression goes through. */
export interface Piece {
  readonly piece: Member | Alternative | BitsField;
  /** The declaration that it is of. */
  readonly owner: { readonly module: string; readonly name: string };
  /** Whether it is a member of the expression's own declaration, reached by its bare name. */
  readonly isOwn: boolean;
}

/** Everything that the paths of a checked expression go through, in text order. */
export function piecesIn(world: World, module: string, owner: State | Struct, expression: Expr): readonly Piece[] {
  const pieces: Piece[] = [];
  walk(expression, []);
  return pieces;

  function walk(e: Expr, elements: readonly Type[]): void {
    switch (e.kind) {
      case "int":
      case "bool":
      case "string":
        return;
      case "path":
        follow(e.depth, e.steps, elements);
        return;
      case "len":
      case "has":
      case "is":
        return walk(e.of, elements);
      case "any":
      case "all": {
        walk(e.list, elements);
        const list = e.list.kind === "path" ? follow(e.list.depth, e.list.steps, elements, true) : null;
        const type = list?.type.kind === "optional" ? list.type.element : list?.type;
        if (type?.kind === "list") walk(e.each, [...elements, type.element]);
        return;
      }
      case "unary":
        return walk(e.operand, elements);
      case "binary":
        walk(e.left, elements);
        return walk(e.right, elements);
      case "conditional":
        walk(e.condition, elements);
        walk(e.then, elements);
        return walk(e.else, elements);
    }
  }

  /** Notes the pieces of a path, and says where it leads; null for a bit. */
  function follow(
    depth: number,
    steps: readonly Step[],
    elements: readonly Type[],
    quiet = false,
  ): { readonly type: Type } | null {
    let place: { readonly type: Type } | null =
      depth === 0 ? null : { type: elements[elements.length - depth] ?? { kind: "bool" } };
    for (const [i, step] of steps.entries()) {
      const found = depth === 0 && i === 0 ? ownMember(step) : place === null ? null : inside(world, place.type, step);
      if (found === null) return null;
      if (!quiet) pieces.push(found);
      place =
        "type" in found.piece && found.piece.type !== null && !("low" in found.piece)
          ? { type: found.piece.type }
          : null;
    }
    return place;
  }

  function ownMember(step: Step): Piece | null {
    const member = step.kind === "member" ? memberById(owner, step.id) : undefined;
    return member === undefined ? null : { piece: member, owner: { module, name: owner.name }, isOwn: true };
  }
}

/** Whether every path of a check leads somewhere: in a type of another module, members may have ended. */
export function isWhole(world: World, module: string, owner: State | Struct, expression: Expr): boolean {
  const steps = pathsIn(expression).reduce((sum, path) => sum + path.steps.length, 0);
  const pieces = piecesIn(world, module, owner, expression);
  return pieces.length === steps && !pieces.some((piece) => hasEnded(world, piece));
}

function hasEnded(world: World, { piece, owner }: Piece): boolean {
  const declaration = findDeclaration(world, owner);
  return declaration?.kind === "state" && declaration.retired.some((one) => one === piece);
}

function inside(world: World, type: Type, step: Step): Piece | null {
  const shape = shapeOf(world, type.kind === "optional" ? type.element : type);
  let piece: Piece["piece"] | undefined;
  if (shape.kind === "union" && step.kind === "alternative")
    piece = shape.declaration.alternatives.find((each) => each.id === step.id);
  else if (shape.kind === "bits" && step.kind === "bits")
    piece = shape.declaration.fields.find((each) => each.name === step.name);
  else if ((shape.kind === "state" || shape.kind === "struct") && step.kind === "member")
    piece = memberById(shape.declaration, step.id);
  if (piece === undefined || !("declaration" in shape)) return null;
  return { piece, owner: { module: shape.module, name: shape.declaration.name }, isOwn: false };
}
