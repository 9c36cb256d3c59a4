import { createHash } from "node:crypto";
import type { Condition } from "./condition.ts";
import { fold, type Piece } from "./fold.ts";
import type { Edge } from "./graph.ts";
import { integersOf, within, type Integers } from "./integers.ts";
import type { ChangeVerdict, PairVerdict } from "./judge.ts";

/**
 * What a finding says happens, in parts: each a text that stays when names change, and the numbers that it is about, if it is about numbers. null
 * where it happens whatever a dump holds.
 */
export function partsOf({ graph, records, reached }: PairVerdict, change: ChangeVerdict): readonly string[] | null {
  const { claims, corrupting, verdict } = change;
  if (verdict === "never" && !corrupting) return null;
  const passes = (edge: Edge): boolean => !corrupting || !edge.refusalsOnly;
  const outcome = corrupting ? "misread" : "refused";
  const told = claims.filter((claim) => claim.outcome === outcome).map(({ piece }) => piece);
  const { pieces, whole } = fold(told, reached, passes);
  const roots = [...whole].flatMap((node) => graph.rootOf(node) ?? []);
  if (corrupting && roots.length > 0) return null;
  const held = roots.map(({ id }) => hash(["holds", id]));
  const counted = records
    .filter((effect) => effect.change === change.change)
    .map(({ records: of, state }) => hash([of, state.id]));
  return [...new Set([...held, ...counted, ...pieces.flatMap(partsOfPiece)])].sort();
}

function partsOfPiece({ node, condition }: Piece): readonly string[] {
  const { new: now, newModule } = node.pair;
  const parts = condition.kind === "or" ? condition.of : [condition];
  return parts.map((part) => {
    const [among, rest] = numbersOf(part);
    const key = hash([newModule.name, now.name, node.inline, shapeOf(rest)]);
    return among === null ? key : `${key}:${among}`;
  });
}

/** The numbers of a condition, and what it says of them. */
function numbersOf(condition: Condition): readonly [string | null, Condition] {
  switch (condition.kind) {
    case "integers":
    case "length":
      return [rangesText(condition.among, condition.domain), { ...condition, among: [] }];
    case "bits":
      return [rangesText(bitsOf(condition.mask), []), { ...condition, mask: 0n }];
    case "some": {
      const [among, each] = numbersOf(condition.each);
      return [among, { ...condition, each }];
    }
    case "constant":
    case "or":
    case "and":
    case "default":
    case "present":
    case "absent":
    case "is":
    case "ill-formed":
    case "ranges differ":
    case "expression":
    case "outside":
    case "fails":
      return [null, condition];
  }
}

/** Ranges, without an end where nothing beyond it can be: a type that is widened says no more than it did. */
function rangesText(among: Integers, domain: Integers): string {
  const [least, most] = [domain[0]?.min, domain.at(-1)?.max];
  return among.map(({ min, max }) => `${min === least ? "*" : min}..${max === most ? "*" : max}`).join(",");
}

function bitsOf(mask: bigint): Integers {
  const bits = Array.from({ length: 64 }, (_, bit) => BigInt(bit));
  return integersOf(bits.filter((bit) => (mask & (1n << bit)) !== 0n));
}

/** A condition without what people call things, and without what follows from the types. */
function shapeOf(condition: Condition): string {
  return JSON.stringify(condition, (key, value: unknown) => {
    if (key === "type" || key === "exists" || key === "domain") return undefined;
    if (typeof value === "bigint") return `${value}n`;
    const isNumbered = typeof value === "object" && value !== null && ("id" in value || "low" in value);
    return isNumbered ? { ...value, name: undefined } : value;
  });
}

function hash(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** Whether all that is said now was said before. */
export function isWithin(now: readonly string[] | null, before: readonly string[] | null): boolean {
  if (before === null) return true;
  return now !== null && now.every((part) => before.some((other) => isPartWithin(part, other)));
}

function isPartWithin(part: string, other: string): boolean {
  const [key, among] = part.split(":");
  const [known, numbers] = other.split(":");
  return key === known && (among === numbers || within(integersIn(among), integersIn(numbers)));
}

/** Beyond every number that a type holds. */
const beyond = 1n << 80n;

function integersIn(text: string | undefined): Integers {
  return [...(text ?? "").matchAll(/(-?\d+|\*)\.\.(-?\d+|\*)/g)].map(([, min = "*", max = "*"]) => ({
    min: min === "*" ? -beyond : BigInt(min),
    max: max === "*" ? beyond : BigInt(max),
  }));
}
