/** Random structs: a first layout, and members appended later into padding or past the end. */
import { decorate, defaultFor, fixedType, zeroIsValue } from "./build-members.ts";
import { canBeKey } from "./build-module.ts";
import type { ModuleBuilder } from "./build-module.ts";
import { lifetimeAmong } from "./build-types.ts";
import { findDeclaration, plainMember, presentAt } from "./model.ts";
import type { MemberModel, NamedType, StructModel } from "./model.ts";
import { extentOf, structLayout } from "./struct-layout.ts";

export function buildStruct(builder: ModuleBuilder, name: string, most: number): StructModel {
  const { random, model, versions, names } = builder;
  const life = lifetimeAmong(random, versions, 8);
  const struct: StructModel = { kind: "struct", name, members: [], checks: [], reserved: [], ...life };
  const within = versions.filter((v) => presentAt(life, v));
  const ids = builder.idSource();
  const used = new Set<string>();
  const offered = builder.offered(life, false).filter(({ type }) => fits(builder, type, struct));
  const count = random.between(1, most);
  for (let i = 0; i < count; i++) struct.members.push(firstMember(builder, struct, ids(), names.member(used), offered));
  for (const since of within.slice(1)) {
    while (random.chance(35)) {
      const member = appendedMember(builder, struct, since, ids(false), names.member(used), offered);
      if (member !== null) struct.members.push(member);
    }
  }
  if (random.chance(30)) {
    const [key] = random.shuffled(struct.members.filter((member) => canBeKey(model, member)));
    if (key !== undefined) key.key = true;
  }
  struct.reserved = builder.buildReserved(ids, used);
  struct.checks = builder.buildChecks(struct);
  return struct;
}

/** Types of fixed size that live at least as long; a nested struct must never change. */
function fits(builder: ModuleBuilder, type: NamedType, struct: StructModel): boolean {
  const declaration = findDeclaration(builder.model, type);
  if (declaration === undefined || extentOf(builder.model, type) === null) return false;
  if (declaration.kind === "struct" && declaration.members.some((member) => member.since !== null)) return false;
  return (
    builder.versions.every((v) => !presentAt(struct, v) || presentAt(declaration, v)) ||
    type.module !== builder.module.name
  );
}

function firstMember(
  builder: ModuleBuilder,
  struct: StructModel,
  id: number,
  name: string,
  offered: ReturnType<ModuleBuilder["offered"]>,
): MemberModel {
  const { random, model } = builder;
  const type = fixedType(random, offered);
  const member: MemberModel = { ...plainMember(id, name, type), since: null, until: null };
  decorate(random, model, { type, target: member });
  if (random.chance(25)) member.default = defaultFor(random, model, member);
  if (struct.members.length > 0 && random.chance(5)) member.ignorable = true;
  if (random.chance(5) && type.kind === "int" && type.width >= 32) member.handle = true;
  return member;
}

/** A member that comes later: into the tail padding at its default of zero, or past what was there; null where it would straddle. */
function appendedMember(
  builder: ModuleBuilder,
  struct: StructModel,
  since: number,
  id: number,
  name: string,
  offered: ReturnType<ModuleBuilder["offered"]>,
): MemberModel | null {
  const { random, model, versions } = builder;
  const type = fixedType(random, offered);
  const extent = extentOf(model, type);
  if (extent === null) return null;
  const member: MemberModel = { ...plainMember(id, name, type), since };
  decorate(random, model, { type, target: member });
  const offset = Math.ceil(structLayout(model, struct, null).end / extent.align) * extent.align;
  const earlier = versions.filter((v) => v < since && presentAt(struct, v)).map((v) => structLayout(model, struct, v));
  const straddles = earlier.some(({ size }) => offset < size && offset + extent.size > size);
  if (straddles) return null;
  const inPadding = earlier.some(({ size }) => offset < size);
  const zero = zeroIsValue(model, type, member.range);
  if (inPadding) {
    if (!zero) return null;
    const plain = defaultFor(random, model, member);
    member.default = random.chance(30) && plain?.kind === "int" ? { kind: "int", value: 0n } : { kind: "zero" };
    // An enum's zero is spelled by its name, which exists because zero is a value.
    return member;
  }
  const given = random.chance(zero ? 60 : 100) ? defaultFor(random, model, member) : null;
  if (given === null && !zero) return null;
  member.default = given ?? { kind: "zero" };
  member.ignorable = random.chance(15);
  return member;
}
