import type {
  BitsFieldNode,
  CheckNode,
  EnumValueNode,
  Item,
  MemberNode,
  Name,
  VersionLiteral,
} from "../../syntax/ast.ts";
import { builtinTypeNames } from "../builtin.ts";
import type { Alternative, IntType, Lifetime, Member, Version } from "../ir.ts";
import type { Problems } from "../problems.ts";
import { afterUntil, formatVersion, largestVersionPart, packVersion } from "../version.ts";
import { takeAttributes, type AttributePlace, type GivenAttributes } from "./attributes.ts";
import {
  firstVersion,
  isMissing,
  workingVersion,
  type AlternativeDraft,
  type BitsFieldDraft,
  type CheckDraft,
  type DeclarationDraft,
  type EnumValueDraft,
  type MemberDraft,
  type ModuleDraft,
} from "./draft.ts";
import { declaredVersion } from "./support.ts";

/** What stands for an integer type until it is known. */
const unknownInt: IntType = { kind: "int", width: 64, signed: false };

/** Makes a draft of every declaration of a module, with its entries, attributes and lifetimes; types, values and ids come later. */
export function declare(module: ModuleDraft, problems: Problems): void {
  for (const item of module.file.items) {
    const draft = draftOf(item, module, problems);
    if (draft === null) continue;
    module.declarations.push(draft);
    const { name } = draft.node;
    const first = module.symbols.get(draft.name);
    if (isMissing(name)) continue;
    if (builtinTypeNames.includes(draft.name)) problems.add("B2013", { name: draft.name }, { span: name.span });
    else if (first === undefined) module.symbols.set(draft.name, draft);
    else {
      const notes = [{ message: "first declared here", span: first.node.name.span }];
      problems.add("B2009", { name: draft.name }, { span: name.span, notes });
    }
  }
}

function draftOf(item: Item, module: ModuleDraft, problems: Problems): DeclarationDraft | null {
  switch (item.kind) {
    case "module":
    case "import":
    case "version":
    case "reads":
    case "writes":
      return null;
    case "const":
    case "type":
    case "enum":
    case "bits":
    case "struct":
    case "state":
    case "union":
      break;
  }
  // What has no name goes by what it is in messages.
  const name = isMissing(item.name) ? item.kind : item.name.text;
  const attributes = takeAttributes(item.attributes, item.kind, problems);
  const lifetime = readLifetime(attributes, item.name, module, problems);
  const ownLifetime = attributes.since !== undefined || attributes.until !== undefined;
  const sound = item.kind !== "type" || !module.file.damage.nodes.has(item);
  const base = { name, module, attributes, ownLifetime, sound };
  const owner = { module, problems };
  switch (item.kind) {
    case "const":
      return { ...base, kind: "const", node: item, ir: { kind: "const", name, value: 0n, ...lifetime } };
    case "type": {
      const ir = { kind: "type" as const, name, type: unknownInt, range: null, unit: null, hex: false, ...lifetime };
      return { ...base, kind: "type", node: item, ir };
    }
    case "enum": {
      const values = item.values.filter(isNamed).map((node) => valueDraft(node, owner));
      const ir = {
        kind: "enum" as const,
        name,
        open: item.open,
        base: unknownInt,
        values: [],
        reserved: [],
        ...lifetime,
      };
      return { ...base, kind: "enum", node: item, values, ir };
    }
    case "bits": {
      const fields = item.fields.filter(isNamed).map((node) => fieldDraft(node, owner));
      const ir = {
        kind: "bits" as const,
        name,
        open: item.open,
        base: unknownInt,
        fields: [],
        reserved: [],
        ...lifetime,
      };
      return { ...base, kind: "bits", node: item, fields, ir };
    }
    case "struct": {
      const members = item.members.filter(isNamed).map((node) => memberDraft(node, "struct member", owner));
      const checks = item.checks.map((node) => checkDraft(node, owner));
      const ir = { kind: "struct" as const, name, members: [], checks: [], reserved: [], ...lifetime };
      return { ...base, kind: "struct", node: item, members, checks, ir };
    }
    case "state": {
      const members = item.members.filter(isNamed).map((node) => memberDraft(node, "member", owner));
      const checks = item.checks.map((node) => checkDraft(node, owner));
      const { ignorable, single } = attributes;
      const flags = { id: null, ignorable: ignorable !== undefined, single: single !== undefined };
      const lists = { members: [], retired: [], checks: [], reserved: [] };
      return {
        ...base,
        kind: "state",
        node: item,
        members,
        checks,
        ir: { kind: "state", name, ...flags, ...lists, ...lifetime },
      };
    }
    case "union": {
      const alternatives = item.alternatives.filter(isNamed).map((node) => alternativeDraft(node, owner));
      const ir = { kind: "union" as const, name, alternatives: [], reserved: [], ...lifetime };
      return { ...base, kind: "union", node: item, alternatives, ir };
    }
  }
}

function isNamed(node: { readonly name: Name }): boolean {
  return !isMissing(node.name);
}

interface Owner {
  readonly module: ModuleDraft;
  readonly problems: Problems;
}

function attributesAndLifetime(
  node: EnumValueNode | BitsFieldNode | MemberNode,
  place: AttributePlace,
  { module, problems }: Owner,
): { readonly attributes: GivenAttributes; readonly lifetime: Lifetime } {
  const attributes = takeAttributes(node.attributes, place, problems);
  return { attributes, lifetime: readLifetime(attributes, node.name, module, problems) };
}

function valueDraft(node: EnumValueNode, owner: Owner): EnumValueDraft {
  const { attributes, lifetime } = attributesAndLifetime(node, "enum value", owner);
  return { node, attributes, ir: { name: node.name.text, value: 0n, ...lifetime } };
}

function fieldDraft(node: BitsFieldNode, owner: Owner): BitsFieldDraft {
  const { attributes, lifetime } = attributesAndLifetime(node, "bit", owner);
  return {
    node,
    attributes,
    ir: { name: node.name.text, low: 0, high: 0, single: node.high === null, type: null, ...lifetime },
  };
}

function memberDraft(node: MemberNode, place: AttributePlace, owner: Owner): MemberDraft {
  const { attributes, lifetime } = attributesAndLifetime(node, place, owner);
  const ir: Member = {
    id: 0,
    name: node.name.text,
    type: unknownInt,
    default: null,
    range: null,
    unit: attributes.unit?.unit.value ?? null,
    hex: attributes.hex !== undefined,
    key: attributes.key !== undefined,
    sorted: attributes.sorted !== undefined,
    handle: attributes.handle !== undefined,
    ignorable: attributes.ignorable !== undefined,
    reference: null,
    from: null,
    ...lifetime,
  };
  return { node, attributes, ir, sound: !owner.module.file.damage.nodes.has(node) };
}

function alternativeDraft(node: MemberNode, owner: Owner): AlternativeDraft {
  const { attributes, lifetime } = attributesAndLifetime(node, "alternative", owner);
  const ir: Alternative = {
    id: 0,
    name: node.name.text,
    type: null,
    range: null,
    unit: attributes.unit?.unit.value ?? null,
    hex: attributes.hex !== undefined,
    ...lifetime,
  };
  return { node, attributes, ir, sound: !owner.module.file.damage.nodes.has(node) };
}

function checkDraft(node: CheckNode, { module, problems }: Owner): CheckDraft {
  const attributes = takeAttributes(node.attributes, "check", problems);
  const { since, until } = readLifetime(attributes, { text: "check", span: node.span }, module, problems);
  const message = node.message?.value ?? "";
  return { node, attributes, ir: { expression: { kind: "bool", value: true }, message, since, until }, sound: true };
}

/** The version of a literal that names none of the module's, which was reported; so that nothing else is said because of it. */
function asWritten({ major, backport }: VersionLiteral, module: ModuleDraft): Version {
  const isVersion = major > 0 && major <= largestVersionPart && backport <= largestVersionPart;
  return isVersion ? packVersion(major, backport) : workingVersion(module);
}

/** `since`, `until` and `deprecated` as given; without them, from the module's first version and without end. */
function readLifetime(attributes: GivenAttributes, name: Name, module: ModuleDraft, problems: Problems): Lifetime {
  const { since: first, until: last } = attributes;
  const begins = first === undefined ? null : declaredVersion(first.version, module, problems);
  const ends = last === undefined ? null : declaredVersion(last.version, module, problems);
  const since = first === undefined ? null : (begins ?? asWritten(first.version, module));
  let until = last === undefined ? null : (ends ?? asWritten(last.version, module));
  if (begins !== null && ends !== null && begins >= afterUntil(ends)) {
    const span = attributes.until?.span ?? name.span;
    const notes = attributes.since === undefined ? [] : [{ message: "it begins here", span: attributes.since.span }];
    problems.add(
      "B3105",
      { name: name.text, since: formatVersion(begins), until: formatVersion(ends) },
      { span, notes },
    );
    until = null;
  }
  const deprecated = attributes.deprecated === undefined ? null : (attributes.deprecated.why?.value ?? "");
  return { since: since ?? firstVersion(module), until, deprecated };
}
