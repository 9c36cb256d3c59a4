import { hexDigits, uuidText } from "../json-write.ts";
import { hex } from "../integers.ts";
import { textOfKey } from "../key-text.ts";
import { jsonText } from "../../printable.ts";
import type { PathCursor } from "../path.ts";
import { rangesAt } from "../path-value.ts";
import { equal, integerOf, isList, isObject, memberOf, type ObjectValue, type Value } from "../value.ts";
import { defaultOf, fieldMask, type WireBitsField, type WireMember, type WireType } from "../wire-type.ts";
import type { AlternativePlan, MemberPlan, Plan } from "./plan.ts";

export type Side = "a" | "b";

/** The number of an integer or boolean; null for what is none. */
function numberOf(value: Value): bigint | null {
  return typeof value === "boolean" ? (value ? 1n : 0n) : integerOf(value);
}

/** Whether two values of a number are the same, whatever their types. */
function sameNumber(a: Value, b: Value): boolean {
  if (a === b) return true;
  const left = numberOf(a);
  return left !== null && left === numberOf(b);
}

/** How two numbers compare where paths to their bits and ranges may be ignored. */
export function compareNumbers(
  { units, ranges }: Extract<Plan, { kind: "number" }>,
  a: Value,
  b: Value,
  ignore: PathCursor | null,
): "equal" | "ignored" | "changed" {
  if (units !== null) return "changed";
  // Asked for equal ones, too: a path that comes to something is no mistake.
  const mask = ignoredBits(ranges, ignore);
  if (sameNumber(a, b)) return "equal";
  return mask !== 0n && sameNumber(without(a, mask), without(b, mask)) ? "ignored" : "changed";
}

function ignoredBits(ranges: readonly WireBitsField[], ignore: PathCursor | null): bigint {
  if (ignore === null) return 0n;
  return rangesAt(ignore, ranges).reduce((mask, range) => mask | fieldMask(range), 0n);
}

function without(value: Value, mask: bigint): Value {
  const number = numberOf(value);
  return number === null ? value : number & ~mask;
}

/** Whether values are equal, as their plan has it, but for what `ignore` names. What could not be read equals nothing. */
export function same(plan: Plan, a: Value, b: Value, ignore: PathCursor | null): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a === null || b === null) return false;
  switch (plan.kind) {
    case "number":
      return compareNumbers(plan, a, b, ignore) !== "changed";
    case "content":
    case "raw":
      return equal(a, b);
    case "members":
      if (!isObject(a) || !isObject(b)) return false;
      return plan.members.every((member) => sameMember(member, a, b, ignore));
    case "union": {
      if (!isObject(a) || !isObject(b)) return false;
      const alternative = plan.alternatives.get(String(memberOf(a, "kind")));
      if (alternative === undefined || alternative.b === null) return false;
      if (alternative.b.name !== memberOf(b, "kind")) return false;
      if (alternative.a.type === null && alternative.b.type === null) return true;
      return same(alternative.plan, memberOf(a, "value"), memberOf(b, "value"), atAlternative(ignore, alternative));
    }
    case "list":
      if (!isList(a) || !isList(b) || a.length !== b.length) return false;
      return a.every((element, i) => same(plan.element, element, b[i], atEvery(ignore)));
    case "unlike":
      return false;
  }
}

function sameMember(member: MemberPlan, left: ObjectValue, right: ObjectValue, ignore: PathCursor | null): boolean {
  const { a, b, plan } = member;
  const below = atMember(ignore, member);
  if (below?.matched === true) return true;
  if (a !== null && b !== null) return same(plan, memberOf(left, a.name), memberOf(right, b.name), below);
  return a === null ? isImplied(b, memberOf(right, b?.name ?? "")) : isImplied(a, memberOf(left, a.name));
}

/** Where ignored paths stand at a member, which is known by either name if it was renamed. */
export function atMember(ignore: PathCursor | null, { id, a, b }: MemberPlan): PathCursor | null {
  if (ignore === null) return null;
  const now = ignore.member(b?.name ?? a?.name ?? "", id);
  return now.live || a === null || b === null || a.name === b.name ? now : ignore.member(a.name, id);
}

function atAlternative(ignore: PathCursor | null, { id, a, b }: AlternativePlan): PathCursor | null {
  return ignore === null ? null : ignore.member(b?.name ?? a.name, id);
}

/** Where they stand at the elements of a list of which no index is known yet: `[*]` alone names one. */
export function atEvery(ignore: PathCursor | null): PathCursor | null {
  return ignore === null ? null : ignore.element(-1, () => false);
}

/** How many values an object has that is equal on both sides: each number, string, run of bytes. */
export function countValues(plan: Plan, value: Value): number {
  if (value === undefined || value === null) return 0;
  switch (plan.kind) {
    case "members": {
      let count = 0;
      if (isObject(value)) {
        for (const { a, plan: held } of plan.members)
          if (a !== null) count += countValues(held, memberOf(value, a.name));
      }
      return count;
    }
    case "union": {
      const kind = isObject(value) ? plan.alternatives.get(String(memberOf(value, "kind"))) : undefined;
      if (kind === undefined || !isObject(value)) return 0;
      return kind.a.type === null ? 1 : countValues(kind.plan, memberOf(value, "value"));
    }
    case "list": {
      let count = 0;
      if (isList(value)) for (const element of value) count += countValues(plan.element, element);
      return count;
    }
    case "number":
    case "content":
    case "raw":
    case "unlike":
      return 1;
  }
}

/** Whether the value of a member that the other side does not know is what that side stands for: absent, or its default. */
export function isImplied(member: WireMember | null, value: Value): boolean {
  if (value === undefined || member === null) return true;
  if (value === null) return false;
  return member.member.default !== null && equal(value, defaultOf(member));
}

/** A number that equal values share, and others rarely: what elements without a key are paired by, before they are compared. */
export function contentHash(plan: Plan, side: Side, value: Value, ignore: PathCursor | null): number {
  const hash = new Hash();
  addContent(hash, plan, side, value, ignore);
  return hash.number;
}

/** Two lanes of 32 bits each. */
class Hash {
  #low = 0x811c_9dc5;
  #high = 0x1b87_3593;

  add(word: number): void {
    this.#low = Math.imul(this.#low ^ word, 0x0100_0193);
    this.#low ^= this.#low >>> 15;
    this.#high = Math.imul(this.#high ^ word, 0x85eb_ca6b);
    this.#high ^= this.#high >>> 13;
  }

  integer(value: number | bigint): void {
    if (typeof value === "number") {
      this.add(value | 0);
      this.add(Math.floor(value / 0x1_0000_0000) | 0);
    } else {
      this.add(Number(BigInt.asIntN(32, value)));
      this.add(Number(BigInt.asIntN(32, value >> 32n)));
    }
  }

  text(value: string): void {
    this.add(value.length);
    for (let i = 0; i < value.length; i++) this.add(value.charCodeAt(i));
  }

  get number(): number {
    return (this.#low >>> 0) * 0x20_0000 + (this.#high & 0x1f_ffff);
  }
}

function addContent(hash: Hash, plan: Plan, side: Side, value: Value, ignore: PathCursor | null): void {
  if (value === undefined || value === null) {
    hash.add(value === null ? 1 : 2);
    return;
  }
  switch (plan.kind) {
    case "members":
      if (isObject(value)) for (const member of plan.members) addMember(hash, member, side, value, ignore);
      return;
    case "union": {
      if (!isObject(value)) return;
      const kind = String(memberOf(value, "kind"));
      const found = [...plan.alternatives.values()].find((one) => one[side]?.name === kind);
      hash.add(found?.id ?? 0);
      if (found !== undefined) {
        addContent(hash, found.plan, side, memberOf(value, "value"), atAlternative(ignore, found));
      }
      return;
    }
    case "list":
      if (isList(value)) {
        hash.add(value.length);
        const below = atEvery(ignore);
        for (const element of value) addContent(hash, plan.element, side, element, below);
      }
      return;
    case "number": {
      const mask = ignoredBits(plan.ranges, ignore);
      addPlain(hash, mask === 0n ? value : without(value, mask));
      return;
    }
    case "content":
    case "raw":
    case "unlike":
      addPlain(hash, value);
      return;
  }
}

/** A member that the other side does not have counts where it says something. */
function addMember(hash: Hash, plan: MemberPlan, side: Side, object: ObjectValue, ignore: PathCursor | null): void {
  const own = plan[side];
  const below = atMember(ignore, plan);
  if (own === null || below?.matched === true) return;
  const value = memberOf(object, own.name);
  if (plan.a !== null && plan.b !== null) addContent(hash, plan.plan, side, value, below);
  else if (!isImplied(own, value)) addPlain(hash, value);
}

function addPlain(hash: Hash, value: Value): void {
  if (typeof value === "number" || typeof value === "bigint") hash.integer(value);
  else if (typeof value === "boolean") hash.integer(value ? 1 : 0);
  else if (typeof value === "string") hash.text(value);
  else if (value instanceof Uint8Array) {
    hash.add(value.length);
    for (const byte of value) hash.add(byte);
  } else if (isList(value)) {
    hash.add(value.length);
    for (const element of value) addPlain(hash, element);
  } else if (isObject(value)) {
    for (const [name, held] of Object.entries(value)) {
      hash.text(name);
      addPlain(hash, held);
    }
  }
}

/** The key of an element or record, to be held against those of the other side; null if it cannot be read. */
export function keyText(key: readonly MemberPlan[], side: Side, value: Value): string | null {
  if (!isObject(value)) return null;
  const parts: Value[] = [];
  for (const one of key) {
    const own = one[side];
    const other = one.a ?? one.b;
    const held = own !== null ? memberOf(value, own.name) : other === null ? undefined : defaultOf(other);
    if (held === undefined || held === null) return null;
    parts.push(typeof held === "string" || held instanceof Uint8Array ? held : numberOf(held));
  }
  return textOfKey(parts);
}

/** A key as paths write it: `iova=0x1000`. */
export function keyPath(key: readonly MemberPlan[], side: Side, value: Value): string {
  if (!isObject(value)) return "";
  const parts = key.flatMap((one) => {
    const own = one[side];
    return own === null ? [] : [`${own.name}=${keyValueText(own.type, memberOf(value, own.name))}`];
  });
  return parts.join(",");
}

function keyValueText(type: WireType, value: Value): string {
  const inner = type.kind === "optional" ? type.element : type;
  if (value instanceof Uint8Array) return inner.kind === "uuid" ? uuidText(value) : hexDigits(value);
  if (typeof value === "string") return /^[^\s",\]\\]+$/.test(value) ? jsonText(value).slice(1, -1) : jsonText(value);
  const integer = numberOf(value);
  if (typeof value === "boolean" || integer === null) return String(value);
  if (inner.kind === "enum") return inner.names.get(integer) ?? String(integer);
  return (inner.kind === "int" && inner.hex) || inner.kind === "bits" ? hex(integer) : String(integer);
}
