/** Which features of the language a schema uses, by name, so that a test can see that random schemas use them all. */
import { innermost, presentAt, versionText } from "./model.ts";
import type { DeclarationModel, Expr, LifetimeModel, MemberModel, ModuleModel, SchemaModel, Type } from "./model.ts";
import { weirdMembers, weirdTypes } from "./names.ts";
import { declarationUnder } from "./scope.ts";
import { structLayout } from "./struct-layout.ts";

/** Every feature that random schemas must be seen to use. */
export const allFeatures: readonly string[] = [
  ...[
    "several modules",
    "import",
    "name of another module",
    "one version",
    "several versions",
    "backport",
    "version label",
  ],
  ...["reads", "writes", "reads list", "const", "weird member name", "weird type name", "__proto__", "constructor"],
  ...[
    "type of an integer",
    "type of a string",
    "type of bytes",
    "type of a type",
    "type range",
    "type unit",
    "type hex",
  ],
  ...[
    "enum",
    "open enum",
    "bits",
    "open bits",
    "single bit",
    "bit range",
    "bit range with a type",
    "unsigned base",
    "signed base",
    "64 bit enum",
  ],
  ...["negative enum value", "reserved", "reserved range", "reserved name", "reserved name alone"],
  ...[
    "struct",
    "struct appended",
    "struct padding used",
    "struct in struct",
    "array in struct",
    "cstring",
    "struct default",
    "struct check",
    "struct key",
  ],
  ...[
    "record state",
    "nested state",
    "empty state",
    "state ignorable",
    "state single",
    "vendor id",
    "union",
    "none",
    "alternative since",
  ],
  ...[
    "int",
    "bool",
    "uuid",
    "bytes exact",
    "bytes bounded",
    "bytes range",
    "bytes unbounded",
    "string",
    "string unbounded",
    "named",
  ],
  ...[
    "list",
    "list exact",
    "list range",
    "list unbounded",
    "list of struct",
    "list of state",
    "list of union",
    "list of bytes[N]",
    "list of string",
  ],
  ...["optional", "optional list", "optional state", "recursion"],
  ...[
    "default int",
    "default enum",
    "default bits",
    "default bool",
    "default string",
    "default bytes",
    "default uuid",
    "default empty",
  ],
  ...[
    "since",
    "until",
    "since and until",
    "declaration since",
    "declaration until",
    "value since",
    "value until",
    "field since",
    "deprecated",
    "deprecated why",
  ],
  ...[
    "in",
    "unit",
    "hex",
    "key",
    "composite key",
    "sorted",
    "reference",
    "handle",
    "ignorable",
    "required since",
    "from up",
    "from down",
    "from both ways",
  ],
  ...[
    "check",
    "len",
    "has",
    "is",
    "any",
    "all",
    "arithmetic",
    "shift",
    "conditional",
    "string comparison",
    "bits path",
    "path through a member",
    "outer name in a walk",
    "it",
  ],
];

/** The features of a schema. */
export function featuresOf(model: SchemaModel): Set<string> {
  const features = new Set<string>();
  if (model.modules.length > 1) features.add("several modules");
  for (const module of model.modules) ofModule(model, module, features);
  return features;
}

function ofModule(model: SchemaModel, module: ModuleModel, features: Set<string>): void {
  const add = (name: string, when = true): void => void (when && features.add(name));
  add("import", module.imports.length > 0);
  add(module.versions.length > 1 ? "several versions" : "one version");
  add(
    "backport",
    module.versions.some(({ version }) => versionText(version).includes(".")),
  );
  add(
    "version label",
    module.versions.some(({ label }) => label !== null),
  );
  add("reads", module.reads !== null);
  add("reads list", (module.reads?.length ?? 0) > 1);
  add("writes", module.writes !== null);
  for (const declaration of module.declarations) {
    add("weird type name", weirdTypes.includes(declaration.name));
    addName(declaration.name, features);
    add("declaration since", declaration.since !== null);
    add("declaration until", declaration.until !== null);
    addLife(declaration, features);
    ofDeclaration(model, module, declaration, features);
  }
}

function addName(name: string, features: Set<string>): void {
  if (name === "__proto__" || name === "constructor") features.add(name);
}

function addLife({ deprecated }: LifetimeModel, features: Set<string>): void {
  if (deprecated === "") features.add("deprecated");
  if (deprecated !== null && deprecated !== "") features.add("deprecated why");
}

function ofDeclaration(
  model: SchemaModel,
  module: ModuleModel,
  declaration: DeclarationModel,
  features: Set<string>,
): void {
  const add = (name: string, when = true): void => void (when && features.add(name));
  if ("reserved" in declaration) {
    for (const { min, max, name } of declaration.reserved) {
      add("reserved", min !== null);
      add("reserved range", min !== null && max !== min);
      add("reserved name", min !== null && name !== null);
      add("reserved name alone", min === null);
    }
  }
  switch (declaration.kind) {
    case "const":
      add("const");
      break;
    case "type":
      add(
        declaration.type.kind === "int"
          ? "type of an integer"
          : declaration.type.kind === "named"
            ? "type of a type"
            : `type of ${declaration.type.kind === "string" ? "a string" : "bytes"}`,
      );
      add("type range", declaration.range !== null);
      add("type unit", declaration.unit !== null);
      add("type hex", declaration.hex);
      break;
    case "enum":
      add(declaration.open ? "open enum" : "enum");
      add(declaration.base.signed ? "signed base" : "unsigned base");
      add("64 bit enum", declaration.base.width === 64);
      for (const value of declaration.values) {
        add("negative enum value", value.value < 0n);
        add("value since", value.since !== null);
        add("value until", value.until !== null);
      }
      break;
    case "bits":
      add(declaration.open ? "open bits" : "bits");
      for (const field of declaration.fields) {
        add(field.single ? "single bit" : "bit range");
        add("bit range with a type", field.type !== null);
        add("field since", field.since !== null);
      }
      break;
    case "struct": {
      add("struct");
      add("struct check", declaration.checks.length > 0);
      add(
        "struct key",
        declaration.members.some(({ key }) => key),
      );
      const appended = declaration.members.filter(({ since }) => since !== null);
      add("struct appended", appended.length > 0);
      for (const { since } of appended) {
        const before = module.versions
          .filter(({ version }) => version < (since ?? 0) && presentAt(declaration, version))
          .at(-1);
        if (before === undefined) continue;
        const old = structLayout(model, declaration, before.version);
        const now = structLayout(model, declaration, since);
        add(
          "struct padding used",
          now.offsets.some((offset) => offset >= old.end && offset < old.size),
        );
      }
      break;
    }
    case "state":
      add(declaration.id === null ? "nested state" : "record state");
      add("empty state", declaration.members.length === 0);
      add("state ignorable", declaration.ignorable);
      add("state single", declaration.single);
      add("composite key", declaration.members.filter(({ key }) => key).length > 1);
      break;
    case "union":
      add("union");
      for (const { type, since } of declaration.alternatives) {
        add("none", type === null);
        add("alternative since", since !== null);
        if (type !== null) ofType(model, module, declaration, type, features);
      }
      break;
  }
  if (declaration.kind !== "struct" && declaration.kind !== "state") return;
  for (const member of declaration.members) ofMember(model, module, declaration, member, features);
  const both = declaration.members.filter(({ from, until }) => from !== null && until !== null);
  add(
    "from both ways",
    both.length > 0 && declaration.members.some(({ from, since }) => from !== null && since !== null),
  );
  for (const { expression } of declaration.checks) {
    add("check");
    ofExpression(expression, features, false);
  }
}

function ofMember(
  model: SchemaModel,
  module: ModuleModel,
  owner: DeclarationModel,
  member: MemberModel,
  features: Set<string>,
): void {
  const add = (name: string, when = true): void => void (when && features.add(name));
  add("weird member name", weirdMembers.includes(member.name));
  addName(member.name, features);
  addLife(member, features);
  add("vendor id", member.id >= 0x8000);
  add("since", member.since !== null);
  add("until", member.until !== null);
  add("since and until", member.since !== null && member.until !== null);
  add("in", member.range !== null);
  add("unit", member.unit !== null);
  for (const flag of ["hex", "key", "sorted", "handle", "ignorable"] as const) add(flag, member[flag]);
  add("reference", member.reference !== null);
  add(
    "required since",
    member.since !== null && member.default === null && member.from === null && member.type.kind !== "optional",
  );
  add("from up", member.from !== null && member.since !== null);
  add("from down", member.from !== null && member.until !== null);
  if (member.from !== null) ofExpression(member.from, features, false);
  if (member.default !== null) {
    add("struct default", owner.kind === "struct" && member.default.kind === "int");
    const under = declarationUnder(model, member.type);
    const kind =
      member.default.kind === "int" && (under?.kind === "enum" || under?.kind === "bits")
        ? under.kind
        : member.default.kind;
    add(`default ${kind === "bytes" && member.type.kind === "uuid" ? "uuid" : kind}`);
  }
  ofType(model, module, owner, member.type, features);
}

function ofType(
  model: SchemaModel,
  module: ModuleModel,
  owner: DeclarationModel,
  type: Type,
  features: Set<string>,
): void {
  const add = (name: string, when = true): void => void (when && features.add(name));
  const inner = innermost(type);
  const under = declarationUnder(model, inner);
  if (type.kind === "optional") {
    add("optional");
    add("optional list", type.element.kind === "list");
    add("optional state", under?.kind === "state");
  }
  const list = type.kind === "optional" ? type.element : type;
  if (list.kind === "list") {
    add("list");
    add("list exact", list.min === list.max);
    add("list range", list.min > 0 && list.max !== null && list.min < list.max);
    add("list unbounded", list.max === null);
    add("array in struct", owner.kind === "struct");
    add(`list of ${under?.kind ?? (inner.kind === "bytes" && inner.min === inner.max ? "bytes[N]" : inner.kind)}`);
  }
  add("struct in struct", owner.kind === "struct" && under?.kind === "struct");
  add("recursion", under !== undefined && under === owner);
  add("name of another module", inner.kind === "named" && inner.module !== module.name);
  if (inner.kind === "bytes") {
    add(
      inner.max === null
        ? "bytes unbounded"
        : inner.min === inner.max
          ? "bytes exact"
          : inner.min > 0
            ? "bytes range"
            : "bytes bounded",
    );
  } else if (inner.kind === "string") add(inner.max === null ? "string unbounded" : "string");
  else add(inner.kind);
}

function ofExpression(expression: Expr, features: Set<string>, walked: boolean): void {
  const add = (name: string, when = true): void => void (when && features.add(name));
  switch (expression.kind) {
    case "int":
    case "bool":
      break;
    case "string":
      add("string comparison");
      break;
    case "path":
      add(
        "bits path",
        expression.steps.some(({ kind }) => kind === "bits"),
      );
      add("path through a member", expression.steps.filter(({ kind }) => kind === "member").length > 1);
      add("outer name in a walk", walked && expression.depth === 0);
      add("it", expression.depth > 0 && expression.steps[0]?.kind !== "member");
      break;
    case "len":
    case "has":
    case "is":
      add(expression.kind);
      ofExpression(expression.of, features, walked);
      break;
    case "any":
    case "all":
      add(expression.kind);
      ofExpression(expression.list, features, walked);
      ofExpression(expression.each, features, true);
      break;
    case "unary":
      ofExpression(expression.operand, features, walked);
      break;
    case "binary":
      add("arithmetic", ["+", "-", "*", "/", "%", "&", "|", "^"].includes(expression.operator));
      add("shift", expression.operator === "<<" || expression.operator === ">>");
      ofExpression(expression.left, features, walked);
      ofExpression(expression.right, features, walked);
      break;
    case "conditional":
      add("conditional");
      for (const part of [expression.condition, expression.then, expression.else]) ofExpression(part, features, walked);
      break;
  }
}
