/** Edits of structs: at the end, in between, and of what is there. */
import { decorate, defaultFor, fixedType, zeroIsValue } from "./build-members.ts";
import { forget } from "./edit-place.ts";
import type { Edit, EditPlace } from "./edit-place.ts";
import { plainMember } from "./model.ts";
import type { MemberModel, StructModel, Type } from "./model.ts";
import { extentOf, structLayout } from "./struct-layout.ts";

function structMember(at: EditPlace, struct: StructModel, type: Type = fixedType(at.random, [])): MemberModel {
  const member: MemberModel = {
    ...plainMember(at.freshId(struct.members), at.freshName(struct.members), type),
    ...at.newLife(),
  };
  decorate(at.random, at.model, { type, target: member });
  return member;
}

function onStruct(kind: string, apply: (at: EditPlace, struct: StructModel) => boolean): Edit {
  return {
    kind,
    apply(at) {
      const struct = at.one("struct");
      return struct !== null && apply(at, struct);
    },
  };
}

export const structEdits: readonly Edit[] = [
  onStruct("struct member appended", (at, struct) => {
    const member = structMember(at, struct);
    const zero = zeroIsValue(at.model, member.type, member.range);
    const drawn = at.random.chance(50) ? defaultFor(at.random, at.model, member) : null;
    if (at.asVersion) member.default = drawn ?? (zero ? { kind: "zero" } : null);
    else member.default = drawn;
    if (at.random.chance(20)) member.ignorable = true;
    struct.members.push(member);
    return true;
  }),
  onStruct("struct padding taken into use", (at, struct) => {
    const { end, size } = structLayout(at.model, struct, null);
    if (end === size) return false;
    const types: Type[] = [
      { kind: "bool" },
      { kind: "int", width: 8, signed: false },
      { kind: "int", width: 16, signed: true },
      { kind: "bytes", min: size - end, max: size - end },
    ];
    const fitting = types.filter((type) => {
      const extent = extentOf(at.model, type);
      return extent !== null && Math.ceil(end / extent.align) * extent.align + extent.size <= size;
    });
    const member = structMember(at, struct, at.random.pick(fitting));
    if (!zeroIsValue(at.model, member.type, member.range)) member.range = null;
    if (at.asVersion) member.default = { kind: "zero" };
    struct.members.push(member);
    return true;
  }),
  onStruct("struct member inserted", (at, struct) => {
    const member = structMember(at, struct);
    member.since = null;
    struct.members.splice(at.random.below(struct.members.length), 0, member);
    return true;
  }),
  onStruct("struct members reordered", (at, struct) => {
    const before = struct.members.map(({ id }) => id).join();
    struct.members = at.random.shuffled(struct.members);
    return struct.members.map(({ id }) => id).join() !== before;
  }),
  onStruct("struct member resized", (at, struct) => {
    const member = at.random.pick(struct.members);
    if (!forget(at.model, member.name)) return false;
    member.type = fixedType(at.random, []);
    member.range = null;
    member.unit = null;
    member.hex = false;
    member.key = false;
    member.handle = false;
    member.reference = null;
    if (member.default !== null) member.default = member.since === null ? null : { kind: "zero" };
    return true;
  }),
  onStruct("struct member removed", (at, struct) => {
    const member = struct.members.at(at.random.chance(60) ? -1 : 0);
    if (member === undefined || struct.members.length < 2 || !forget(at.model, member.name)) return false;
    struct.members.splice(struct.members.indexOf(member), 1);
    return true;
  }),
];
