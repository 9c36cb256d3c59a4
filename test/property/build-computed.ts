/** Members that a version without them has computed: `from`, one way and both ways. */
import { expressionsOver } from "./build-expressions.ts";
import type { ModuleBuilder } from "./build-module.ts";
import { integerTypes } from "./build-types.ts";
import { reservedInExpressions } from "./print.ts";
import { spansOf } from "./expected-module.ts";
import { innermost, integerRange, plainMember, presentAt } from "./model.ts";
import { declarationUnder } from "./scope.ts";
import type { Expr, IntType, MemberModel, ModuleModel, StateModel, Type, Version } from "./model.ts";

/** Adds computed members to a state of a module with several versions. */
export function addComputed(builder: ModuleBuilder, state: StateModel): void {
  const { random, versions } = builder;
  if (state.since !== null || state.until !== null) return;
  if (![builder.module, unreferenced(builder.module)].every((module) => lives(module, state, versions[0]))) return;
  // Up to a backport nothing ends: `until 2` covers 2.1.
  const steps = versions.flatMap((since, index) => {
    const before = versions[index - 1];
    return before !== undefined && since % 0x10000 === 0 ? [{ since, before }] : [];
  });
  if (steps.length === 0) return;
  const { since, before } = random.pick(steps);
  random.pick([scaled, split, flagged, upward, downward])(builder, state, since, before);
}

/** Whether every version of a module has a state, by its uses. */
function lives(module: ModuleModel, state: StateModel, first: Version | undefined): boolean {
  const span = spansOf(module).get(state.name);
  return span?.until === null && span.since === first;
}

/** A module without its references, which are uses as well: those that nothing meets are dropped when all modules are made. */
function unreferenced(module: ModuleModel): ModuleModel {
  const declarations = module.declarations.map((declaration) =>
    declaration.kind === "state" || declaration.kind === "struct"
      ? { ...declaration, members: declaration.members.map((member) => ({ ...member, reference: null })) }
      : declaration,
  );
  return { ...module, declarations };
}

/** A new member with a name and an id that are free. */
function fresh(builder: ModuleBuilder, state: StateModel, type: Type): MemberModel {
  const used = new Set(state.members.map((member) => member.name));
  const taken = new Set<number>([
    ...state.members.map((member) => member.id),
    ...state.reserved.flatMap(({ min }) => (min === null ? [] : [Number(min)])),
  ]);
  let id = 1;
  while (taken.has(id)) id++;
  const member = plainMember(id, builder.names.member(used), type);
  state.members.push(member);
  return member;
}

function path(member: MemberModel): Expr {
  return { kind: "path", depth: 0, steps: [{ kind: "member", id: member.id, name: member.name }] };
}

function int(value: bigint): Expr {
  return { kind: "int", value };
}

function binary(operator: Extract<Expr, { kind: "binary" }>["operator"], left: Expr, right: Expr): Expr {
  return { kind: "binary", operator, left, right };
}

const unsigned = (width: 8 | 16 | 32 | 64): IntType => ({ kind: "int", width, signed: false });

/** Names that begin an expression as something else than a member cannot be computed from. */
function nameable(member: MemberModel, builder: ModuleBuilder, state: StateModel): void {
  const used = new Set(state.members.map((other) => other.name));
  while (reservedInExpressions.has(member.name)) member.name = builder.names.member(used);
}

/** The unit changes: the old member in one unit, the new one in another. */
function scaled(builder: ModuleBuilder, state: StateModel, since: Version, before: Version): void {
  const { random } = builder;
  const factor = int(random.pick([2n, 1000n, 4096n]));
  const old = fresh(builder, state, unsigned(random.pick([16, 32])));
  const now = fresh(builder, state, random.pick<IntType>([unsigned(64), { kind: "int", width: 64, signed: true }]));
  nameable(old, builder, state);
  nameable(now, builder, state);
  Object.assign(old, { until: before, from: binary("/", path(now), factor) });
  Object.assign(now, { since, from: binary("*", path(old), factor) });
  old.ignorable = random.chance(10);
}

/** One word becomes two halves. */
function split(builder: ModuleBuilder, state: StateModel, since: Version, before: Version): void {
  const word = fresh(builder, state, unsigned(32));
  const high = fresh(builder, state, unsigned(16));
  const low = fresh(builder, state, unsigned(16));
  for (const member of [word, high, low]) nameable(member, builder, state);
  Object.assign(word, { until: before, from: binary("|", binary("<<", path(high), int(16n)), path(low)) });
  Object.assign(high, { since, from: binary(">>", path(word), int(16n)) });
  Object.assign(low, { since, from: binary("&", path(word), int(0xffffn)) });
}

/** A number that was only ever a flag becomes one. */
function flagged(builder: ModuleBuilder, state: StateModel, since: Version, before: Version): void {
  const old = fresh(builder, state, unsigned(8));
  const now = fresh(builder, state, { kind: "bool" });
  nameable(old, builder, state);
  nameable(now, builder, state);
  Object.assign(old, {
    until: before,
    from: { kind: "conditional", condition: path(now), then: int(1n), else: int(0n) } satisfies Expr,
  });
  Object.assign(now, { since, from: binary("!=", path(old), int(0n)) });
}

/** A new member from members that every earlier version has. */
function upward(builder: ModuleBuilder, state: StateModel, since: Version): void {
  const earlier = builder.versions.filter((v) => v < since);
  computed(builder, state, (member) => earlier.every((v) => presentAt(member, v)), { since });
}

/** A retired member from members that every later version has. */
function downward(builder: ModuleBuilder, state: StateModel, since: Version, before: Version): void {
  const later = builder.versions.filter((v) => v >= since);
  computed(builder, state, (member) => later.every((v) => presentAt(member, v)), { until: before });
}

function computed(
  builder: ModuleBuilder,
  state: StateModel,
  usable: (member: MemberModel) => boolean,
  life: Partial<Pick<MemberModel, "since" | "until">>,
): void {
  const { random, model } = builder;
  // What is nested may be gone at the version that computes.
  const members = state.members.filter(usable).filter(({ type }) => {
    const kind = declarationUnder(model, innermost(type))?.kind;
    return kind === undefined || kind === "enum" || kind === "type";
  });
  const expressions = expressionsOver(random, { model, members });
  if (random.chance(25)) {
    const condition = expressions.condition(1);
    if (condition !== null) Object.assign(fresh(builder, state, { kind: "bool" }), { ...life, from: condition });
    return;
  }
  const type = random.pick(integerTypes);
  const number = expressions.number(2);
  if (number === null || number.guards.length > 0) return;
  // A mask keeps the result within the type whatever the members hold.
  const mask = integerRange(type).max;
  Object.assign(fresh(builder, state, type), { ...life, from: binary("&", number.value, int(mask)) });
}
