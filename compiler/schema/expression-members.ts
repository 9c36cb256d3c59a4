import type { Expr, Step } from "./ir.ts";

/** A path of an expression: the declaration's own (`depth` 0) or of an element that an `any` or `all` walks. */
export interface Path {
  readonly depth: number;
  readonly steps: readonly Step[];
}

/** Every path in an expression, in text order. */
export function pathsIn(expression: Expr): readonly Path[] {
  const paths: Path[] = [];
  collect(expression, paths);
  return paths;
}

function collect(e: Expr, paths: Path[]): void {
  switch (e.kind) {
    case "int":
    case "bool":
    case "string":
      return;
    case "path":
      paths.push(e);
      return;
    case "len":
    case "has":
    case "is":
      collect(e.of, paths);
      return;
    case "any":
    case "all":
      collect(e.list, paths);
      collect(e.each, paths);
      return;
    case "unary":
      collect(e.operand, paths);
      return;
    case "binary":
      collect(e.left, paths);
      collect(e.right, paths);
      return;
    case "conditional":
      collect(e.condition, paths);
      collect(e.then, paths);
      collect(e.else, paths);
      return;
  }
}

/** The ids of the declaration's own members that an expression names, each once. */
export function mentionedMembers(expression: Expr): readonly number[] {
  const ids = new Set<number>();
  for (const { depth, steps } of pathsIn(expression)) {
    const first = steps[0];
    if (depth === 0 && first?.kind === "member") ids.add(first.id);
  }
  return [...ids];
}

/** Orders computed members so that each comes after those that its expression names. A circle, which checks refuse, ends where it was entered. */
export function inDependencyOrder<M extends { readonly id: number; readonly from: Expr | null }>(
  members: readonly M[],
): readonly M[] {
  const waiting = new Map(members.map((member) => [member.id, member]));
  const ordered: M[] = [];
  const place = (member: M): void => {
    if (!waiting.delete(member.id)) return;
    for (const id of member.from === null ? [] : mentionedMembers(member.from)) {
      const other = waiting.get(id);
      if (other !== undefined) place(other);
    }
    ordered.push(member);
  };
  for (const member of members) place(member);
  return ordered;
}
