import type { WireAlternative, WireBitsField, WireMember, WireType } from "../wire-type.ts";

/** How values of two types compare: made once for each pair of types. Types may hold themselves, so a plan is registered before it is whole. */
export type Plan =
  /** Integers, enums, bits and booleans, by their number; `ranges` are those of bits, as either side names them. */
  | { readonly kind: "number"; readonly units: Units | null; readonly ranges: readonly WireBitsField[] }
  /** Strings, bytes and uuids, by their content. */
  | { readonly kind: "content" }
  | { readonly kind: "members"; readonly members: readonly MemberPlan[]; readonly notes: SchemaNote[] }
  | { readonly kind: "union"; readonly alternatives: ReadonlyMap<string, AlternativePlan> }
  | { readonly kind: "list"; readonly element: Plan; readonly key: readonly MemberPlan[] }
  /** No schema on either side: values as their ids and forms give them. */
  | { readonly kind: "raw" }
  /** Nothing in common: every value differs. */
  | { readonly kind: "unlike" };

/** The unit on each side, where they differ. */
export interface Units {
  readonly a: string | null;
  readonly b: string | null;
}

/** What the schemas of the two sides say differently of a member that both have. */
export interface SchemaNote {
  readonly kind: "renamed" | "unit";
  /** `linux.pci.PciDevice`, as b has it. */
  readonly type: string;
  readonly id: number;
  readonly member: string;
  readonly a: string | null;
  readonly b: string | null;
}

/** A member of both sides, or of one alone. */
export interface MemberPlan {
  readonly id: number;
  readonly a: WireMember | null;
  readonly b: WireMember | null;
  readonly plan: Plan;
}

/** By the name that it has in a. */
export interface AlternativePlan {
  readonly id: number;
  readonly a: WireAlternative;
  readonly b: WireAlternative | null;
  readonly plan: Plan;
}

const plans = new WeakMap<WireType, WeakMap<WireType, Plan>>();
const unlike: Plan = { kind: "unlike" };
const raw: Plan = { kind: "raw" };

/** How values of two types compare; null is a type without a schema. */
export function planOf(a: WireType | null, b: WireType | null): Plan {
  if (a === null || b === null) return a === b ? raw : unlike;
  const [left, right] = [plain(a), plain(b)];
  const known = plans.get(left)?.get(right);
  if (known !== undefined) return known;
  const add = <One extends Plan>(plan: One): One => {
    const ofLeft = plans.get(left) ?? new WeakMap<WireType, Plan>();
    plans.set(left, ofLeft.set(right, plan));
    return plan;
  };
  return makePlan(left, right, add);
}

function makePlan(a: WireType, b: WireType, add: <One extends Plan>(plan: One) => One): Plan {
  if (isNumber(a) && isNumber(b))
    return add({ kind: "number", units: unitsOf(a, b), ranges: [...rangesOf(a), ...rangesOf(b)] });
  if (isContent(a) && isContent(b)) return add({ kind: "content" });
  if (hasMembers(a) && hasMembers(b)) {
    const members: MemberPlan[] = [];
    const notes: SchemaNote[] = [];
    const plan = add({ kind: "members", members, notes });
    members.push(...memberPlans(a.members, b.members));
    notes.push(...members.flatMap((member) => notesOf(`${b.module}.${b.name}`, member)));
    return plan;
  }
  if (a.kind === "union" && b.kind === "union") {
    const alternatives = new Map<string, AlternativePlan>();
    const plan = add({ kind: "union", alternatives });
    for (const one of a.alternatives) {
      const other = b.byId.get(one.id) ?? null;
      const nothing = one.type === null || other === null || other.type === null;
      const held: Plan = nothing ? { kind: "content" } : planOf(one.type, other.type);
      alternatives.set(one.name, { id: one.id, a: one, b: other, plan: held });
    }
    return plan;
  }
  if (a.kind === "list" && b.kind === "list") {
    const element = planOf(a.element, b.element);
    return add({ kind: "list", element, key: keyOf(element) });
  }
  return add(unlike);
}

/** What an optional holds: whether it is there shows in the value. */
function plain(type: WireType): WireType {
  return type.kind === "optional" ? type.element : type;
}

function isNumber(type: WireType): boolean {
  return type.kind === "int" || type.kind === "enum" || type.kind === "bits" || type.kind === "bool";
}

function isContent(type: WireType): boolean {
  return type.kind === "string" || type.kind === "cstring" || type.kind === "bytes" || type.kind === "uuid";
}

function hasMembers(type: WireType): type is Extract<WireType, { kind: "struct" | "state" }> {
  return type.kind === "struct" || type.kind === "state";
}

function unitsOf(a: WireType, b: WireType): Units | null {
  if (a.kind !== "int" || b.kind !== "int" || a.unit === b.unit) return null;
  return { a: a.unit, b: b.unit };
}

function rangesOf(type: WireType): readonly WireBitsField[] {
  return type.kind === "bits" ? type.fields : [];
}

/** Members ascending by id: of structs, the text order tells people less than the pairs do. */
function memberPlans(a: readonly WireMember[], b: readonly WireMember[]): readonly MemberPlan[] {
  const ofB = new Map(b.map((member) => [member.id, member]));
  const ids = new Set(a.map(({ id }) => id));
  const plans = a.map((member): MemberPlan => {
    const other = ofB.get(member.id) ?? null;
    const plan = other === null ? unlike : planOf(member.type, other.type);
    return { id: member.id, a: member, b: other, plan };
  });
  const added = b.flatMap((member): MemberPlan[] =>
    ids.has(member.id) ? [] : [{ id: member.id, a: null, b: member, plan: unlike }],
  );
  return [...plans, ...added].sort((one, other) => one.id - other.id);
}

function notesOf(type: string, { id, a, b, plan }: MemberPlan): readonly SchemaNote[] {
  if (a === null || b === null) return [];
  const at = { type, id, member: b.name };
  const units = plan.kind === "list" ? plan.element : plan;
  return [
    ...(a.name === b.name ? [] : [{ kind: "renamed", ...at, a: a.name, b: b.name } as const]),
    ...(units.kind === "number" && units.units !== null ? [{ kind: "unit", ...at, ...units.units } as const] : []),
  ];
}

/**
 * The members that make the key of a record or element; none if the sides do not agree. A key grows by members with a default, so that one
 * side may lack one.
 */
export function keyOf(plan: Plan): readonly MemberPlan[] {
  if (plan.kind !== "members") return [];
  const key = plan.members.filter(({ a, b }) => a?.member.key === true || b?.member.key === true);
  const agreed = key.every(({ a, b, plan: held }) => {
    if (a === null || b === null) return (a ?? b)?.member.default !== null;
    return a.member.key && b.member.key && isKey(held);
  });
  return agreed ? key : [];
}

function isKey(plan: Plan): boolean {
  return plan.kind === "content" || (plan.kind === "number" && plan.units === null);
}
