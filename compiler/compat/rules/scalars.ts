import { outside, refusalsOf, type ValueTest } from "../domain.ts";
import type { Hazard } from "../graph.ts";
import {
  brokenForm,
  misnamedNumbers,
  movedBits,
  rangeRenamed,
  replaced,
  unitChanged,
  unknownNumbers,
} from "../hazards/types.ts";
import { integersOf, unionOf, type Integers } from "../integers.ts";
import { refused, type Use } from "../site.ts";
import type { BitsField, Enum, NamedType } from "../../schema/ir.ts";
import type { WireBits } from "../../dump/wire-type.ts";
import { fieldMask } from "../../dump/wire-type.ts";
import type { Typed } from "../change.ts";
import { declaredText, harmless, noFix, type Rules } from "./rule.ts";

type Kind =
  | "ENUM_VALUE_ADDED"
  | "ENUM_VALUE_REMOVED"
  | "ENUM_VALUE_RENAMED"
  | "ENUM_VALUE_RENUMBERED"
  | "ENUM_VALUES_SWAPPED"
  | "ENUM_OPENED"
  | "ENUM_CLOSED"
  | "BITS_NAMED"
  | "BITS_UNNAMED"
  | "BITS_RENAMED"
  | "BITS_MOVED"
  | "BITS_RESIZED"
  | "BITS_SWAPPED"
  | "BITS_RETYPED"
  | "BITS_OPENED"
  | "BITS_CLOSED";

/** One number that a closed enum of the reader does not name. */
function oneNumber({ value }: { readonly value: bigint }, use: Use): readonly Hazard[] {
  return unknownNumbers(use, integersOf([value]));
}

/** Numbers that neither enum names: what the closed one refuses and the open one holds. */
function unnamedNumbers({ old, new: now }: { readonly old: Enum; readonly new: Enum }, use: Use): readonly Hazard[] {
  const named = (one: Enum): Integers => integersOf(one.values.map(({ value }) => value));
  return unknownNumbers(use, outside(unionOf(named(old), named(now))));
}

/** The bits of both sides; null where the place holds something else. */
function bitsOf(use: Use): { readonly writer: WireBits; readonly reader: WireBits } | null {
  const { writer, reader } = use.element;
  if (!use.inPlace || !use.alike || writer.kind !== "bits" || reader.kind !== "bits") return null;
  return brokenForm(use) === null ? { writer, reader } : null;
}

/** Some bits that the reader refuses, having no name for them. */
function refusedBits(use: Use, mask: bigint): readonly Hazard[] {
  const both = bitsOf(use);
  if (both === null || both.reader.open) return [];
  return refused(use.where({ kind: "bits", mask: mask & ~both.reader.named }));
}

/** Numbers in a range of bits that the reader's type of that range refuses. */
function refusedField(use: Use, { name }: BitsField): readonly Hazard[] {
  const both = bitsOf(use);
  const field = both?.reader.fields.find((one) => one.name === name);
  if (both === null || field === undefined) return [];
  const tests = refusalsOf(both.reader).filter(
    (test): test is Extract<ValueTest, { kind: "field" }> =>
      test.kind === "field" && test.low === field.low && test.high === field.high,
  );
  return tests.flatMap((test) => refused(use.where(test)));
}

/** A field that lies elsewhere: its number is taken from other bits, the same number may have another name, and bits without a name are refused. */
function moved(fields: readonly BitsField[]) {
  return (use: Use): readonly Hazard[] => {
    const both = bitsOf(use);
    if (both === null) return [];
    const names = new Set(fields.map(({ name }) => name));
    const written = both.writer.fields.filter(({ name }) => names.has(name));
    const mask = written.reduce((bits, field) => bits | fieldMask(field), 0n);
    return [
      ...movedBits(use, both.writer, both.reader, (name) => names.has(name)),
      ...written.flatMap((field) => {
        const same = both.reader.fields.find(({ name }) => name === field.name);
        return same === undefined ? [] : rangeRenamed(use, field, same);
      }),
      ...refusedBits(use, mask),
      ...fields.flatMap((field) => refusedField(use, field)),
    ];
  };
}

/** Bits that the writer may set and neither side names. */
function unnamedBits(use: Use): readonly Hazard[] {
  const both = bitsOf(use);
  if (both === null) return [];
  const all = (1n << BigInt(both.writer.width)) - 1n;
  return refusedBits(use, all & ~both.writer.named);
}

const openFix =
  (word: string) =>
  (_: unknown, direction: string): string | null =>
    direction === "rollback" ? `use it only once every reader knows it, or make the ${word} open before that` : null;

const nameFix = "keep each name with its number; a name that both sides know must stand for the same";

/** Enums and bits. */
export const scalarRules: Rules<Kind> = {
  ENUM_VALUE_ADDED: {
    title: "enum value added",
    message: ({ name, value, enum: { name: of } }) => `\`${of}\` has the value \`${name}\` = ${value} now`,
    fix: openFix("enum"),
    explain:
      "The old writer cannot mean the new value. On rollback a closed enum of the old version refuses it; an open one keeps the number without its name.",
    example: {
      old: "enum Header : u8 { endpoint = 0; bridge = 1; }",
      new: "enum Header : u8 { endpoint = 0; bridge = 1; cardbus = 2; }",
    },
    mirror: "ENUM_VALUE_REMOVED",
    upgrade: harmless,
    rollback: { at: "use", worst: "conditional", hazards: oneNumber },
  },
  ENUM_VALUE_REMOVED: {
    title: "enum value removed",
    message: ({ name, value, enum: { name: of } }) => `\`${of}\` no longer has the value \`${name}\` = ${value}`,
    fix: ({ value, name }) => `keep it, \`deprecated\`, or reserve ${value} (\`${name}\`) once no version writes it`,
    explain:
      "The old writer may mean the value. A closed enum of the new version refuses it; an open one keeps the number without its name.",
    example: {
      old: "enum Header : u8 { endpoint = 0; bridge = 1; cardbus = 2; }",
      new: "enum Header : u8 { endpoint = 0; bridge = 1; }",
    },
    mirror: "ENUM_VALUE_ADDED",
    upgrade: { at: "use", worst: "never", hazards: oneNumber },
    rollback: harmless,
  },
  ENUM_VALUE_RENAMED: {
    title: "enum value renamed",
    message: ({ old, new: now, value }) => `value ${value} was \`${old}\` and is \`${now}\` now`,
    fix: noFix,
    explain: "The bytes hold the number, so every dump is taken as before. Programs that use the name have to follow.",
    example: { old: "enum Mode : u8 { off = 0; }", new: "enum Mode : u8 { disabled = 0; }" },
    mirror: { none: "the opposite of a renaming is a renaming" },
    upgrade: harmless,
    rollback: harmless,
  },
  ENUM_VALUE_RENUMBERED: {
    title: "enum value has another number",
    message: ({ name, old, new: now }) => `\`${name}\` was ${old} and is ${now} now`,
    fix: ({ name, old }) => `keep \`${name}\` = ${old}`,
    explain:
      "Both sides know the name, and it stands for another number: what one side writes under it the other one takes for something else, or refuses.",
    example: { old: "enum Mode : u8 { off = 0; on = 1; }", new: "enum Mode : u8 { off = 0; on = 2; }" },
    mirror: { none: "the opposite of another number is another number" },
    upgrade: {
      at: "use",
      worst: "corrupting",
      hazards: ({ old, new: now }, use) => [
        ...misnamedNumbers(use, integersOf([old, now])),
        ...unknownNumbers(use, integersOf([old])),
      ],
    },
    rollback: {
      at: "use",
      worst: "corrupting",
      hazards: ({ old, new: now }, use) => [
        ...misnamedNumbers(use, integersOf([old, now])),
        ...unknownNumbers(use, integersOf([now])),
      ],
    },
  },
  ENUM_VALUES_SWAPPED: {
    title: "two enum values exchanged their numbers",
    message: ({ names, values }) =>
      `\`${names[0]}\` was ${values[0]} and is ${values[1]} now, \`${names[1]}\` the reverse`,
    fix: () => nameFix,
    explain:
      "Both names are known on both sides, and each stands for the other's number: every dump is taken, and says the opposite.",
    example: { old: "enum Mode : u8 { off = 0; on = 1; }", new: "enum Mode : u8 { on = 0; off = 1; }" },
    mirror: { none: "the opposite of an exchange is an exchange" },
    upgrade: { at: "use", worst: "corrupting", hazards: ({ values }, use) => misnamedNumbers(use, integersOf(values)) },
    rollback: {
      at: "use",
      worst: "corrupting",
      hazards: ({ values }, use) => misnamedNumbers(use, integersOf(values)),
    },
  },
  ENUM_OPENED: {
    title: "enum opened",
    message: ({ new: now }) => `\`${now.name}\` is open now`,
    fix: (_, direction) =>
      direction === "rollback" ? "write no unnamed value until every reader has the open enum" : null,
    explain: "Old values all have names. On rollback numbers that the closed enum does not name are refused.",
    example: { old: "enum Vendor : u16 { intel = 0x8086; }", new: "open enum Vendor : u16 { intel = 0x8086; }" },
    mirror: "ENUM_CLOSED",
    upgrade: harmless,
    rollback: { at: "use", worst: "conditional", hazards: unnamedNumbers },
  },
  ENUM_CLOSED: {
    title: "enum closed",
    message: ({ new: now }) => `\`${now.name}\` is closed now`,
    fix: () => "leave it open",
    explain: "Old numbers without a name are refused. On rollback every number is taken.",
    example: { old: "open enum Vendor : u16 { intel = 0x8086; }", new: "enum Vendor : u16 { intel = 0x8086; }" },
    mirror: "ENUM_OPENED",
    upgrade: { at: "use", worst: "conditional", hazards: unnamedNumbers },
    rollback: harmless,
  },
  BITS_NAMED: {
    title: "bits got a name",
    message: ({ new: now }) => `\`${now.name}\` names ${whichBits(now)} now`,
    fix: openFix("bits"),
    explain:
      "The old writer cannot set bits that have no name in closed bits, and may set them in open ones: then they mean what their name says now. On rollback closed bits of the old version refuse them. A range with a type refuses numbers that the type does not hold.",
    example: { old: "bits Command : u16 { io = 0; }", new: "bits Command : u16 { io = 0; memory = 1; }" },
    mirror: "BITS_UNNAMED",
    upgrade: { at: "use", worst: "conditional", hazards: ({ new: now }, use) => refusedField(use, now) },
    rollback: { at: "use", worst: "conditional", hazards: ({ new: now }, use) => refusedBits(use, fieldMask(now)) },
  },
  BITS_UNNAMED: {
    title: "bits lost their name",
    message: ({ old }) => `\`${old.name}\` no longer names ${whichBits(old)}`,
    fix: () => "keep the name, `deprecated`, or reserve the bits once no version sets them",
    explain:
      "The old writer may set the bits. Closed bits of the new version refuse them; open ones keep them without a name. On rollback a range with a type refuses numbers that the type does not hold.",
    example: { old: "bits Command : u16 { io = 0; memory = 1; }", new: "bits Command : u16 { io = 0; }" },
    mirror: "BITS_NAMED",
    upgrade: { at: "use", worst: "conditional", hazards: ({ old }, use) => refusedBits(use, fieldMask(old)) },
    rollback: { at: "use", worst: "conditional", hazards: ({ old }, use) => refusedField(use, old) },
  },
  BITS_RENAMED: {
    title: "bits renamed",
    message: ({ old, new: now }) => `\`${old.name}\` (${whichBits(now)}) is called \`${now.name}\` now`,
    fix: noFix,
    explain: "The bytes hold the bits, so every dump is taken as before. Programs that use the name have to follow.",
    example: { old: "bits Command : u16 { io = 0; }", new: "bits Command : u16 { io_space = 0; }" },
    mirror: { none: "the opposite of a renaming is a renaming" },
    upgrade: harmless,
    rollback: harmless,
  },
  BITS_MOVED: {
    title: "bits moved",
    message: ({ old, new: now }) => `\`${now.name}\` was ${whichBits(old)} and is ${whichBits(now)} now`,
    fix: ({ old }) => `keep \`${old.name}\` at ${whichBits(old)}`,
    explain:
      "Both sides know the name, and it stands for other bits: what one side sets under it the other one takes for something else, or refuses.",
    example: { old: "bits Command : u16 { io = 0; }", new: "bits Command : u16 { io = 3; }" },
    mirror: { none: "the opposite of moving is moving" },
    upgrade: { at: "use", worst: "corrupting", hazards: (change, use) => moved([change.old, change.new])(use) },
    rollback: { at: "use", worst: "corrupting", hazards: (change, use) => moved([change.old, change.new])(use) },
  },
  BITS_RESIZED: {
    title: "range of bits resized",
    message: ({ old, new: now }) => `\`${now.name}\` was ${whichBits(old)} and is ${whichBits(now)} now`,
    fix: ({ old }) => `keep \`${old.name}\` at ${whichBits(old)}, and name the other bits apart`,
    explain:
      "The name stands for more or fewer bits. Numbers that fit both are the same, as far as the type of the range gives them the same names and unit; others are taken for another number, or refused by closed bits.",
    example: { old: "bits Link : u16 { speed = 0..3; }", new: "bits Link : u16 { speed = 0..5; }" },
    mirror: { none: "the opposite of resizing is resizing" },
    upgrade: { at: "use", worst: "corrupting", hazards: (change, use) => moved([change.old, change.new])(use) },
    rollback: { at: "use", worst: "corrupting", hazards: (change, use) => moved([change.old, change.new])(use) },
  },
  BITS_SWAPPED: {
    title: "two names of bits exchanged their places",
    message: ({ fields }) => `\`${fields[0].name}\` and \`${fields[1].name}\` exchanged their bits`,
    fix: () => nameFix,
    explain:
      "Both names are known on both sides, and each stands for the other's bits: every dump is taken, and means something else.",
    example: { old: "bits Command : u16 { io = 0; memory = 1; }", new: "bits Command : u16 { memory = 0; io = 1; }" },
    mirror: { none: "the opposite of an exchange is an exchange" },
    upgrade: { at: "use", worst: "corrupting", hazards: ({ fields }, use) => moved(fields)(use) },
    rollback: { at: "use", worst: "corrupting", hazards: ({ fields }, use) => moved(fields)(use) },
  },
  BITS_RETYPED: {
    title: "type of a range of bits changed",
    message: (change) =>
      `the type of \`${change.fields.new.name}\` was ${typeName(change.old, change.new)} and is ${typeName(change.new, change.old)} now`,
    fix: noFix,
    explain:
      "The range holds the same number. What the type of the reading side does not hold is refused; names that stand for other numbers are misread, and so are numbers in another unit.",
    example: { old: "bits Link : u16 { aspm = 0..1; }", new: "bits Link : u16 { aspm = 0..1 : Aspm; }" },
    mirror: { none: "the opposite of another type is another type" },
    upgrade: { at: "use", worst: "corrupting", hazards: ({ fields }, use) => retyped(use, fields.old, fields.new) },
    rollback: { at: "use", worst: "corrupting", hazards: ({ fields }, use) => retyped(use, fields.new, fields.old) },
  },
  BITS_OPENED: {
    title: "bits opened",
    message: () => "the bits are open now",
    fix: (_, direction) =>
      direction === "rollback" ? "set no unnamed bit until every reader has the open bits" : null,
    explain: "Old bits all have names. On rollback bits that the closed bits do not name are refused.",
    example: { old: "bits Command : u16 { io = 0; }", new: "open bits Command : u16 { io = 0; }" },
    mirror: "BITS_CLOSED",
    upgrade: harmless,
    rollback: { at: "use", worst: "conditional", hazards: (_, use) => unnamedBits(use) },
  },
  BITS_CLOSED: {
    title: "bits closed",
    message: () => "the bits are closed now",
    fix: () => "leave them open",
    explain: "Old bits without a name are refused. On rollback every bit is taken.",
    example: { old: "open bits Command : u16 { io = 0; }", new: "bits Command : u16 { io = 0; }" },
    mirror: "BITS_OPENED",
    upgrade: { at: "use", worst: "conditional", hazards: (_, use) => unnamedBits(use) },
    rollback: harmless,
  },
};

/** A range of bits whose types differ: as if it were a member of its own, if both sides know it by one name. */
function retyped(use: Use, written: BitsField, read: BitsField): readonly Hazard[] {
  const { writer, reader } = use.element;
  if (writer.kind !== "bits" || reader.kind !== "bits") return [];
  if (written.name !== read.name || written.low !== read.low || written.high !== read.high)
    return refusedField(use, read);
  const range = use.inBits(written);
  return [...replaced(range), ...unitChanged(range)];
}

function typeName(one: Typed<NamedType> | null, other: Typed<NamedType> | null): string {
  if (one === null) return "none";
  return other?.type.name === one.type.name ? declaredText(one) : `\`${one.type.name}\``;
}

/** `bit 3`, `bits 0..1`. */
function whichBits({ low, high }: BitsField): string {
  return low === high ? `bit ${low}` : `bits ${low}..${high}`;
}
