import type { Default, Struct, World } from "../../schema/ir.ts";
import { layoutOf } from "../../schema/layout.ts";
import { underlying } from "../../schema/lookup.ts";

/** The bytes of a row whose members are all at their defaults, zero where they have none: what members beyond an older row are read from. */
export function bytesOfDefaults(world: World, struct: Struct): Uint8Array {
  const { members, stride } = layoutOf(world, struct);
  const bytes = new Uint8Array(stride);
  for (const { member, offset, size } of members) {
    if (member.default !== null) bytes.set(bytesOf(world, member.default, member.type, size), offset);
  }
  return bytes;
}

function bytesOf(world: World, value: Default, type: Struct["members"][number]["type"], size: number): Uint8Array {
  switch (value.kind) {
    case "int": {
      const bits = BigInt.asUintN(size * 8, value.value);
      return Uint8Array.from({ length: underlying(world, type) === null ? 0 : size }, (_, i) =>
        Number((bits >> BigInt(i * 8)) & 0xffn),
      );
    }
    case "bool":
      return Uint8Array.of(value.value ? 1 : 0);
    case "string":
      return new TextEncoder().encode(value.value);
    case "bytes":
      return Uint8Array.from(value.hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
    case "empty":
    case "zero":
      return new Uint8Array(0);
  }
}
