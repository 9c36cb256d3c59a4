import type { Expr, Version } from "../schema/ir.ts";
import { formatVersion } from "../schema/version.ts";
import type { Code, Facts } from "../../runtime/errors.ts";
import { complete } from "./complete.ts";
import { encodeState, isLeftOut, type Encoded } from "./encode.ts";
import { evaluate } from "./expression.ts";
import { MAX_DEPTH } from "./format.ts";
import { Path, problem, type Problem } from "./problem.ts";
import { describe, equal, isList, isObject, memberOf, setMember, type ObjectValue, type Value } from "./value.ts";
import {
  defaultOf,
  toMember,
  type WireMember,
  type WireState,
  type WireStruct,
  type WireType,
  type WireUnion,
} from "./wire-type.ts";
import { inDependencyOrder } from "./wire-types.ts";

/**
 * The body of a state as a writer of the working version writes it for a reader at another version (`target` is the same state in that
 * version's world), or why that would lose something.
 */
export function encodeStateFor(
  working: WireState,
  target: WireState,
  value: Value,
  head: string = target.name,
  leftOut: (loss: Loss) => void = () => {},
): Encoded {
  const lowering = new Lowering(head, leftOut);
  const { written } = lowering.state(working, target, complete(working, value));
  if (lowering.problems.length > 0) return { ok: false, problems: lowering.problems };
  const encoded = encodeState(target, written, head, { isLowered: true });
  if (encoded.ok) return encoded;
  // What is wrong with the value itself is told of it, and of no older version.
  const own = encodeState(working, value, head);
  return own.ok ? encoded : own;
}

/** What an older reader does not get, since it lacks it and losing it is declared harmless. */
export interface Loss {
  readonly path: string;
  /** That is written, of the module that lacks it. */
  readonly version: Version;
}

/** What is written, and what a reader at the working version would make of that: where the two differ, something was dropped or computed. */
interface Lowered {
  readonly written: Value;
  readonly reread: Value;
}

interface Versions {
  readonly working: Version;
  readonly target: Version;
}

function versionsOf(working: { readonly version: Version }, target: { readonly version: Version }): Versions {
  return { working: working.version, target: target.version };
}

function same(value: Value): Lowered {
  return { written: value, reread: value };
}

/** Turns a complete value of the working version into one of an older version. What does not fit its type is left to the encoder. */
class Lowering {
  readonly problems: Problem[] = [];
  readonly #path: Path;
  readonly #leftOut: (loss: Loss) => void;
  #depth = 0;

  constructor(head: string, leftOut: (loss: Loss) => void) {
    this.#path = new Path(head);
    this.#leftOut = leftOut;
  }

  #fail(code: Code, facts: Facts, id: number, below?: string): void {
    this.problems.push(problem(code, facts, { path: this.#path.text(below), id }));
  }

  /** `versions` are that of the value and that which is written. */
  #lose(versions: Versions, member: { readonly id: number; readonly name: string }, found: string): void {
    const expected = `${formatVersion(versions.target)} (this is version ${formatVersion(versions.working)})`;
    this.#fail("B8303", { expected, found }, member.id, member.name);
  }

  #any(working: WireType, target: WireType, value: Value): Lowered {
    if (value === undefined) return same(value);
    if (working.kind === "optional") return this.#any(working.element, target, value);
    if (target.kind === "optional") return this.#any(working, target.element, value);
    if (working.kind === "list" && target.kind === "list") return this.#list(working.element, target.element, value);
    if (this.#depth > MAX_DEPTH) return same(value);
    this.#depth++;
    const lowered = this.#composite(working, target, value);
    this.#depth--;
    return lowered;
  }

  #composite(working: WireType, target: WireType, value: Value): Lowered {
    if (working.kind === "state" && target.kind === "state") return this.state(working, target, value);
    if (working.kind === "struct" && target.kind === "struct") return this.#struct(working, target, value);
    if (working.kind === "union" && target.kind === "union") return this.#union(working, target, value);
    // A state is no struct, whatever their members are called: nothing that the encoder could take for one.
    return isObject(value) ? { written: null, reread: value } : same(value);
  }

  #list(working: WireType, target: WireType, value: Value): Lowered {
    if (!isList(value)) return same(value);
    switch (working.kind) {
      case "state":
      case "struct":
      case "union": {
        const lowered = value.map((element, i) => {
          this.#path.push(i);
          const one = this.#any(working, target, element);
          this.#path.pop();
          return one;
        });
        return { written: lowered.map((one) => one.written), reread: lowered.map((one) => one.reread) };
      }
      case "int":
      case "enum":
      case "bits":
      case "bool":
      case "uuid":
      case "bytes":
      case "string":
      case "cstring":
      case "list":
      case "optional":
        return same(value);
    }
  }

  #union(working: WireUnion, target: WireUnion, value: Value): Lowered {
    if (!isObject(value)) return same(value);
    const kind = memberOf(value, "kind");
    const held = working.alternatives.find((one) => one.name === kind);
    if (held === undefined) return same(value);
    const known = target.byId.get(held.id);
    if (known === undefined) {
      this.#lose(versionsOf(working, target), held, `alternative \`${held.name}\``);
      return same(value);
    }
    const inner = memberOf(value, "value");
    if (held.type === null || known.type === null)
      return { written: { kind: known.name, value: inner }, reread: value };
    this.#path.push(held.name);
    const lowered = this.#any(held.type, known.type, inner);
    this.#path.pop();
    return {
      written: { kind: known.name, value: lowered.written },
      reread: { kind: held.name, value: lowered.reread },
    };
  }

  #struct(working: WireStruct, target: WireStruct, value: Value): Lowered {
    if (!isObject(value)) return same(value);
    const written: { [name: string]: Value } = {};
    const reread: { [name: string]: Value } = {};
    for (const member of working.members) {
      const known = target.members.find((one) => one.id === member.id);
      if (known !== undefined) this.#shared(member, known, value, written, reread);
      else this.#lost(member, versionsOf(working, target), memberOf(value, member.name), reread);
    }
    return { written, reread };
  }

  #shared(
    member: WireMember,
    known: WireMember,
    value: ObjectValue,
    written: { [name: string]: Value },
    reread: { [name: string]: Value },
  ): void {
    this.#path.push(member.name);
    const lowered = this.#any(member.type, known.type, memberOf(value, member.name));
    this.#path.pop();
    setMember(written, known.name, lowered.written);
    setMember(reread, member.name, lowered.reread);
  }

  /** A member that the target lacks must cost nothing, or say that losing it is harmless. */
  #lost(member: WireMember, versions: Versions, value: Value, reread: { [name: string]: Value }): void {
    if (!isLeftOut(member, value)) this.#drop(member, versions, value);
    setMember(reread, member.name, defaultOf(member));
  }

  /** Leaves a value out if that is harmless. */
  #drop(member: WireMember, versions: Versions, value: Value): void {
    if (member.ignorable) this.#leftOut({ path: this.#path.text(member.name), version: versions.target });
    else this.#lose(versions, member, describe(value));
  }

  state(working: WireState, target: WireState, value: Value): Lowered {
    if (!isObject(value)) return same(value);
    const written: { [name: string]: Value } = {};
    const reread: { [name: string]: Value } = {};
    const before = this.problems.length;
    const shared = working.members.filter((member) => isPresent(target, member));
    for (const member of shared) {
      const known = target.byId.get(member.id);
      if (known !== undefined) this.#shared(member, known, value, written, reread);
    }
    const revived = this.#revive(working, target, value, written);
    if (this.problems.length > before) return { written, reread };
    this.#loseState(working, target, value, reread, revived);
    return { written, reread };
  }

  /** Members that ended before the working version: computed by their `from`, else left to their defaults. Gives them by their own names. */
  #revive(working: WireState, target: WireState, value: ObjectValue, written: { [name: string]: Value }): ObjectValue {
    const scope: { [name: string]: Value } = {};
    for (const name of Object.keys(value)) setMember(scope, name, memberOf(value, name));
    const revived: { [name: string]: Value } = {};
    const gone = target.members.filter((member) => !isPresent(working, member));
    // The target's own view knows no `from` that names members of later versions.
    const withFrom = gone.map((member) => working.byId.get(member.id) ?? member);
    for (const member of [...withFrom.filter((one) => one.from === null), ...inDependencyOrder(withFrom)]) {
      const known = target.byId.get(member.id) ?? member;
      const computed = member.from === null ? defaultOf(known) : this.#compute(known, member.from, scope);
      if (computed === undefined && member.from === null && known.type.kind !== "optional") {
        this.#lose(versionsOf(working, target), known, "nothing for a required member");
      }
      // Whoever reads it back knows no default of what ended without one.
      const found = member.from === null && member.member.default === null ? undefined : computed;
      setMember(scope, member.name, found);
      setMember(revived, member.name, found);
      setMember(written, known.name, computed);
    }
    return revived;
  }

  #compute(member: WireMember, from: Expr, scope: ObjectValue): Value {
    const result = evaluate(from, scope);
    if (result.ok) return toMember(member, result.value);
    this.#fail("B8213", { expected: "its `from`", found: result.reason }, member.id, member.name);
    return undefined;
  }

  /** Members of the working version that the target lacks; those with a `from` last, since it may name the others. */
  #loseState(
    working: WireState,
    target: WireState,
    value: ObjectValue,
    reread: { [name: string]: Value },
    revived: ObjectValue,
  ): void {
    const lost = working.members.filter((member) => !isPresent(target, member));
    for (const member of lost) {
      if (member.from === null) this.#lost(member, versionsOf(working, target), memberOf(value, member.name), reread);
    }
    const scope: { [name: string]: Value } = {};
    for (const part of [reread, revived])
      for (const name of Object.keys(part)) setMember(scope, name, memberOf(part, name));
    for (const member of inDependencyOrder(lost)) {
      if (member.from === null) continue;
      const given = memberOf(value, member.name);
      const result = evaluate(member.from, scope);
      const again = result.ok ? toMember(member, result.value) : undefined;
      const versions = versionsOf(working, target);
      if (again === undefined) this.#lose(versions, member, describe(given));
      else if (!equal(again, given)) this.#drop(member, versions, given);
      setMember(scope, member.name, again);
      setMember(reread, member.name, again);
    }
  }
}

/** Whether a state has a member at its version: retired ones do not count. */
function isPresent(state: WireState, member: WireMember): boolean {
  return state.byId.get(member.id)?.retired === false;
}
