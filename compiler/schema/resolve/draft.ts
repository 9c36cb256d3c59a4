import type { Source, Span } from "../../text.ts";
import type {
  BitsFieldNode,
  BitsItem,
  CheckNode,
  ConstItem,
  EnumItem,
  EnumValueNode,
  File,
  ImportItem,
  Item,
  MemberNode,
  ModuleItem,
  StateItem,
  StructItem,
  TypeItem,
  UnionItem,
} from "../../syntax/ast.ts";
import type {
  Alternative,
  Bits,
  BitsField,
  Check,
  Const,
  Enum,
  EnumValue,
  Member,
  Module,
  State,
  Struct,
  TypeAlias,
  Union,
  Version,
} from "../ir.ts";
import type { GivenAttributes } from "./attributes.ts";

/** A piece of the schema while it is being made: what is not known yet is filled in later, and then never touched again. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** One node of the text with the piece of schema that becomes of it. */
interface Entry<Node, Piece> {
  readonly node: Node;
  readonly attributes: GivenAttributes;
  readonly ir: Writable<Piece>;
}

export type EnumValueDraft = Entry<EnumValueNode, EnumValue>;
export type BitsFieldDraft = Entry<BitsFieldNode, BitsField>;

/** A member or alternative; `sound` is false if its type could not be resolved, which was reported, so nothing that follows from it is. */
export interface MemberDraft extends Entry<MemberNode, Member> {
  sound: boolean;
}
export interface AlternativeDraft extends Entry<MemberNode, Alternative> {
  sound: boolean;
}

/** A check; `ir` is left out of the schema if its expression is wrong. */
export interface CheckDraft extends Entry<CheckNode, Check> {
  sound: boolean;
}

interface DraftBase<Kind, Item, Piece> extends Entry<Item, Piece> {
  readonly kind: Kind;
  readonly name: string;
  readonly module: ModuleDraft;
  /** Whether it has a `since` or `until` of its own. Else it lives as long as its uses. */
  readonly ownLifetime: boolean;
  sound: boolean;
}

export type ConstDraft = DraftBase<"const", ConstItem, Const>;
export type TypeDraft = DraftBase<"type", TypeItem, TypeAlias>;
export interface EnumDraft extends DraftBase<"enum", EnumItem, Enum> {
  readonly values: EnumValueDraft[];
}
export interface BitsDraft extends DraftBase<"bits", BitsItem, Bits> {
  readonly fields: BitsFieldDraft[];
}
export interface StructDraft extends DraftBase<"struct", StructItem, Struct> {
  readonly members: MemberDraft[];
  readonly checks: CheckDraft[];
}
export interface StateDraft extends DraftBase<"state", StateItem, State> {
  readonly members: MemberDraft[];
  readonly checks: CheckDraft[];
}
export interface UnionDraft extends DraftBase<"union", UnionItem, Union> {
  readonly alternatives: AlternativeDraft[];
}

export type DeclarationDraft = ConstDraft | TypeDraft | EnumDraft | BitsDraft | StructDraft | StateDraft | UnionDraft;

export interface ImportDraft {
  readonly item: ImportItem;
  readonly module: ModuleDraft;
  used: boolean;
}

/** A use of one declaration of a module by another (or by itself), while the user is there: what a lifetime is inferred from. */
export interface Use {
  readonly user: DeclarationDraft;
  readonly since: Version;
  readonly until: Version | null;
  readonly used: DeclarationDraft;
  readonly span: Span;
  /** What uses it, in messages: `PciDevice.header`. */
  readonly name: string;
  /**
   * Of a `from`, whose member has ended: from when on it is computed where it is as old as its state, since until then nobody lacks it. A younger
   * one is computed while it is there, too.
   */
  readonly retired?: { readonly since: Version; readonly end: Version };
}

export interface ModuleDraft {
  readonly name: string;
  readonly source: Source;
  readonly file: File;
  readonly item: ModuleItem | null;
  /** Has mistakes of syntax, or no name. */
  readonly broken: boolean;
  /** Imports what is not there or could not be read: names that are missing may be from there, and are not reported. */
  incomplete: boolean;
  readonly imports: ImportDraft[];
  /** Whether it has versions that could not be read, or are too many: nothing is said of versions that are not there. */
  unlisted: boolean;
  /** Ascending; at least one. */
  versions: { readonly version: Version; readonly label: string | null; readonly span: Span | null }[];
  reads: readonly Version[];
  writes: readonly Version[];
  readonly declarations: DeclarationDraft[];
  /** By name; of two declarations of one name the first. */
  readonly symbols: Map<string, DeclarationDraft>;
  /** Uses of its own declarations in the module itself, and of other modules' declarations. */
  readonly uses: Use[];
  ir: Module;
}

/** The first version of a module's history. */
export function firstVersion(module: ModuleDraft): Version {
  return module.versions[0]?.version ?? 0;
}

/** The last declared version: the one being worked on. */
export function workingVersion(module: ModuleDraft): Version {
  return module.versions.at(-1)?.version ?? 0;
}

/** The declared versions of a module, ascending. */
export function declaredVersions(module: ModuleDraft): readonly Version[] {
  return module.versions.map((each) => each.version);
}

/** Whether something in a declaration or entry could not be read: what would only follow from that is not reported. */
export function isDamaged(draft: {
  readonly node: Item | EnumValueNode | BitsFieldNode | MemberNode;
  readonly module: ModuleDraft;
}): boolean {
  return draft.module.file.damage.nodes.has(draft.node);
}

/** A name that could not be read, which was reported. */
export function isMissing(name: { readonly text: string }): boolean {
  return name.text === "";
}
