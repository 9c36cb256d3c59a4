import type { Alternative, Declaration, Lifetime, Member, Module, Reserved, Type, Version, World } from "../compiler/schema/ir.ts";
import { declarationOf } from "../compiler/schema/lookup.ts";

/** A kind of type as the language has it: `u8`, `bytes exact`, `open enum`. */
const scalars = ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "bool", "uuid", "enum", "open enum"] as const;
const moreScalars = ["bits", "open bits", "type of an integer", "bytes exact", "struct"] as const;
const sized = ["string", "bytes", "type of a string", "type of bytes", "state", "union"] as const;

const inState = [...scalars, ...moreScalars, ...sized];

/** Every type in every place where it may stand. A new type is a word in one of the lists above, and then needs a case. */
export const languageFeatures: readonly string[] = [
  ...inState.flatMap((type) => [
    `member ${type}`,
    `optional ${type}`,
    `list of ${type}`,
    `alternative ${type}`,
  ]),
  ...[...scalars, ...moreScalars, "cstring"].flatMap((type) => [`field ${type}`, `array of ${type}`]),
  ...["list exact", "list up to", "list from to", "list unbounded", "optional list", "alternative list", "alternative none"],
  ...["default", "in", "ignorable", "from", "check", "retired", "bit range", "bit range of an enum", "bit range of a type"],
];

const lifetimes = ["since", "until", "deprecated"] as const;
const displays = ["unit", "hex"] as const;

/** Every form of a declaration, and every attribute on everything that takes it; what `languageFeatures` lists apart. */
export const languageForms: readonly string[] = [
  ...["import", "backport", "label", "reads", "writes", "const", "type", "type in", "reserved name"],
  ...["enum", "open enum", "bits", "open bits", "struct", "state", "union"],
  ...["state id", "state ignorable", "state single", "vendor id", "check on struct", "check on state"],
  ...["value", "bit", "alternative", "member", "state"].flatMap((on) => lifetimes.map((word) => `${word} on ${on}`)),
  ...["type", "alternative", "member"].flatMap((on) => displays.map((word) => `${word} on ${on}`)),
  ...["enum", "bits", "struct", "state", "union"].map((on) => `reserved in ${on}`),
  ...["key", "sorted", "reference", "handle", "in", "in on alternative", "ignorable", "from", "default"],
];

/** The forms and attributes in a module's whole history. */
export function formsOf(module: Module): readonly string[] {
  const { versions, version, reads, writes, imports } = module;
  return words({
    import: imports.length > 0,
    backport: versions.some((one) => one.version % 0x1_0000 !== 0),
    label: versions.some((one) => one.label !== null),
    reads: reads.length < versions.length,
    writes: writes.length < versions.length,
  }).concat(module.declarations.flatMap((one) => formsIn(one, versions[0]?.version ?? version)));
}

function formsIn(one: Declaration, first: Version): readonly string[] {
  const lifetime = (on: string, lived: Lifetime): readonly string[] =>
    words({
      [`since on ${on}`]: lived.since > first,
      [`until on ${on}`]: lived.until !== null,
      [`deprecated on ${on}`]: lived.deprecated !== null,
    });
  const display = (on: string, shown: { readonly unit: string | null; readonly hex: boolean }): readonly string[] =>
    words({ [`unit on ${on}`]: shown.unit !== null, [`hex on ${on}`]: shown.hex });
  const reserved = (ranges: readonly Reserved[]): readonly string[] =>
    words({
      [`reserved in ${one.kind}`]: ranges.length > 0,
      "reserved name": ranges.some(({ min, name }) => min === null && name !== null),
    });
  switch (one.kind) {
    case "const":
      return ["const"];
    case "type":
      return ["type", ...words({ "type in": one.range !== null }), ...display("type", one)];
    case "enum":
    case "bits": {
      const [on, values] = one.kind === "enum" ? (["value", one.values] as const) : (["bit", one.fields] as const);
      const name = one.open ? `open ${one.kind}` : one.kind;
      return [name, ...values.flatMap((value) => lifetime(on, value)), ...reserved(one.reserved)];
    }
    case "union":
      return [
        ...["union", ...reserved(one.reserved)],
        ...one.alternatives.flatMap((alternative) => [
          ...words({ "in on alternative": alternative.range !== null }),
          ...[...lifetime("alternative", alternative), ...display("alternative", alternative)],
        ]),
      ];
    case "struct":
    case "state": {
      const record = one.kind === "state" ? one : { id: null, ignorable: false, single: false };
      return [
        ...[one.kind, ...reserved(one.reserved), ...(one.kind === "state" ? lifetime("state", one) : [])],
        ...words({
          "state id": record.id !== null,
          "state ignorable": record.ignorable,
          "state single": record.single,
          [`check on ${one.kind}`]: one.checks.length > 0,
        }),
        ...one.members.flatMap((member) => [
          ...[...lifetime("member", member), ...display("member", member)],
          ...words({
            "vendor id": member.id >= 0x8000,
            key: member.key,
            sorted: member.sorted,
            reference: member.reference !== null,
            handle: member.handle,
            in: member.range !== null,
            ignorable: member.ignorable,
            from: member.from !== null,
            default: member.default !== null,
          }),
        ]),
      ];
    }
  }
}

/** The names of what holds. */
function words(facts: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(facts).filter((name) => facts[name] === true);
}

/** The types of a world's declarations, by their place. */
export function featuresOf(world: World): readonly string[] {
  return [...world.values()].flatMap((module) => module.declarations.flatMap((one) => ofDeclaration(world, one)));
}

function ofDeclaration(world: World, declaration: Declaration): readonly string[] {
  switch (declaration.kind) {
    case "const":
    case "enum":
    case "type":
      return [];
    case "bits":
      return declaration.fields.flatMap((field) => {
        if (field.type === null) return field.single ? [] : ["bit range"];
        return [declarationOf(world, field.type).kind === "enum" ? "bit range of an enum" : "bit range of a type"];
      });
    case "struct":
      return declaration.members.flatMap((member) => ofField(world, member));
    case "state":
      return [
        ...declaration.members.flatMap((member) => ofMember(world, member)),
        ...(declaration.retired.length > 0 ? ["retired"] : []),
        ...(declaration.checks.length > 0 ? ["check"] : []),
      ];
    case "union":
      return declaration.alternatives.flatMap((one) => ofAlternative(world, one));
  }
}

function ofField(world: World, { type }: Member): readonly string[] {
  return type.kind === "list" ? [`array of ${wordOf(world, type.element)}`] : [`field ${wordOf(world, type)}`];
}

function ofMember(world: World, member: Member): readonly string[] {
  const attributes = [
    ...(member.default === null ? [] : ["default"]),
    ...(member.range === null ? [] : ["in"]),
    ...(member.ignorable ? ["ignorable"] : []),
    ...(member.from === null ? [] : ["from"]),
  ];
  return [...attributes, ...ofPlace(world, member.type)];
}

function ofPlace(world: World, type: Type): readonly string[] {
  switch (type.kind) {
    case "optional":
      return type.element.kind === "list" ? ["optional list"] : [`optional ${wordOf(world, type.element)}`];
    case "list": {
      const { min, max } = type;
      const size = max === null ? "unbounded" : min === max ? "exact" : min === 0 ? "up to" : "from to";
      return [`list ${size}`, `list of ${wordOf(world, type.element)}`];
    }
    case "int":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "named":
      return [`member ${wordOf(world, type)}`];
  }
}

function ofAlternative(world: World, { type }: Alternative): readonly string[] {
  if (type === null) return ["alternative none"];
  return type.kind === "list" ? ["alternative list"] : [`alternative ${wordOf(world, type)}`];
}

function wordOf(world: World, type: Type): string {
  switch (type.kind) {
    case "int":
      return `${type.signed ? "i" : "u"}${type.width}`;
    case "bytes":
      return type.min === type.max ? "bytes exact" : "bytes";
    case "bool":
    case "uuid":
    case "string":
    case "cstring":
    case "list":
    case "optional":
      return type.kind;
    case "named": {
      const declaration = declarationOf(world, type);
      switch (declaration.kind) {
        case "enum":
        case "bits":
          return declaration.open ? `open ${declaration.kind}` : declaration.kind;
        case "type":
          return declaration.type.kind === "string" ? "type of a string" : declaration.type.kind === "bytes" ? "type of bytes" : "type of an integer";
        case "const":
        case "struct":
        case "state":
        case "union":
          return declaration.kind;
      }
    }
  }
}
