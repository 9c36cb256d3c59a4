import type { Bound } from "../../syntax/ast.ts";
import type { Span } from "../../text.ts";
import type { Problems } from "../problems.ts";
import { isDamaged, type ConstDraft } from "./draft.ts";
import { lookup, wantedConst, type Modules, type Site } from "./scope.ts";

/** A longer chain of constants, or of types, is refused: see B2019. */
export const longestChain = 64;

/** Folds constants: what a bound, an enum value or a bit position comes to. */
export class Constants {
  private readonly modules: Modules;
  private readonly problems: Problems;
  private readonly values = new Map<ConstDraft, bigint | null>();
  private readonly open: ConstDraft[] = [];
  /** How many constants stand between one and its number. */
  private readonly lengths = new Map<ConstDraft, number>();

  constructor(modules: Modules, problems: Problems) {
    this.modules = modules;
    this.problems = problems;
  }

  /** The number that a bound comes to; null if it has none, which was reported. */
  valueOf(bound: Bound, site: Site): bigint | null {
    if (bound.kind === "int") return isUnread(bound) ? null : bound.int.value;
    const draft = lookup(site, bound.name, wantedConst, this.modules, this.problems);
    return draft?.kind === "const" ? this.fold(draft) : null;
  }

  /** The value of a constant, of whichever module; one that is defined by itself is reported once and has none. */
  fold(draft: ConstDraft): bigint | null {
    const known = this.values.get(draft);
    if (known !== undefined) return known;
    const start = this.open.indexOf(draft);
    if (start >= 0) {
      const cycle = [...this.open.slice(start), draft].map((each) => each.name);
      this.problems.add("B2016", { cycle, what: `the constant \`${draft.name}\`` }, { span: draft.node.name.span });
      for (const each of this.open.slice(start)) this.values.set(each, null);
      return null;
    }
    // The chain is longer than it may be, whatever its end is; going down to it would exhaust the stack.
    if (this.open.length > longestChain) return this.refuse(this.open[0] ?? draft);
    this.open.push(draft);
    const value = this.valueOfConst(draft);
    this.open.pop();
    // What closes a circle has given all of it no value already.
    const result = this.values.get(draft) === null ? null : value;
    this.values.set(draft, result);
    if (result === null) draft.sound = false;
    else draft.ir.value = result;
    return result;
  }

  private valueOfConst(draft: ConstDraft): bigint | null {
    const { module, ir, node, name } = draft;
    const site = { module, user: draft, since: ir.since, until: ir.until, name };
    if (isDamaged(draft)) return null;
    if (node.value.kind === "int") return this.valueOf(node.value, site);
    const target = lookup(site, node.value.name, wantedConst, this.modules, this.problems);
    if (target?.kind !== "const") return null;
    const value = this.fold(target);
    const length = (this.lengths.get(target) ?? 0) + 1;
    this.lengths.set(draft, length);
    return value !== null && length > longestChain ? this.refuse(draft) : value;
  }

  private refuse(draft: ConstDraft): null {
    const parameters = { name: draft.name, what: "the constant", limit: longestChain };
    this.problems.add("B2019", parameters, { span: draft.node.name.span });
    return null;
  }
}

/** Where a bound stands in the text. */
export function boundSpan(bound: Bound): Span {
  return bound.kind === "int" ? bound.int.span : bound.name.span;
}

/** The parser puts an empty number where it could read none. */
function isUnread(bound: Extract<Bound, { kind: "int" }>): boolean {
  return bound.int.span.start === bound.int.span.end;
}
