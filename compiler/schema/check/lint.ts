import type { Problems } from "../problems.ts";
import { mentionedMembers } from "../expression-members.ts";
import type { Type, World } from "../ir.ts";
import { isFirstOnLine } from "../../syntax/documentation.ts";
import { elementOf, shapeOf } from "../lookup.ts";
import { existsAt, formatVersion } from "../version.ts";
import { typeText } from "../type-text.ts";
import {
  isDamaged,
  isMissing,
  type AlternativeDraft,
  type DeclarationDraft,
  type EnumDraft,
  type MemberDraft,
  type ModuleDraft,
  type StateDraft,
  type StructDraft,
} from "../resolve/draft.ts";
import { draftOf, isSoundType } from "../resolve/sound.ts";
import type { Resolved } from "../resolve/resolve.ts";
import { checkCase } from "./case.ts";
import { checkRetired } from "./retired.ts";

/** Warns about what compiles and will be regretted. */
export function lint(resolved: Resolved, problems: Problems): void {
  for (const module of resolved.drafts) {
    checkCase(module, problems);
    checkDocumented(module, problems);
    checkImports(module, problems);
    checkRetired(module, problems);
    checkLostDocs(module, problems);
    for (const draft of module.declarations) {
      checkBounds(draft, problems);
      checkBareLists(draft, resolved, problems);
      if ((draft.kind === "state" || draft.kind === "struct") && !isDamaged(draft)) checkLateKeys(draft, problems);
      if (draft.kind === "state" && !isDamaged(draft)) checkTakenUp(draft, problems);
    }
  }
  checkClosedEnums(resolved, problems);
}

const kindTexts: { readonly [K in DeclarationDraft["kind"]]: string } = {
  const: "constant",
  type: "type",
  enum: "enum",
  bits: "bits",
  struct: "struct",
  state: "state",
  union: "union",
};

function checkDocumented(module: ModuleDraft, problems: Problems): void {
  if (module.item !== null && module.item.doc.trim() === "") {
    problems.add("B7002", { what: "module", name: module.name }, { span: module.item.name.span });
  }
  for (const draft of module.declarations) {
    if (draft.node.doc.trim() !== "" || isMissing(draft.node.name)) continue;
    problems.add("B7002", { what: kindTexts[draft.kind], name: draft.name }, { span: draft.node.name.span });
  }
}

/** Documentation that stands where it belongs to nothing. */
function checkLostDocs(module: ModuleDraft, problems: Problems): void {
  if (module.broken) return;
  for (const { span } of module.file.lostDocs) {
    const isBehind = !isFirstOnLine(span.source.text, span.start);
    const why = isBehind
      ? "it stands behind other text on its line"
      : "what it describes does not follow right after it";
    problems.add("B7010", { why }, { span });
  }
}

/** Elements of versions that had no key all stand at the default of one that came later, if it is the only kind of key there is. */
function checkLateKeys(draft: StateDraft | StructDraft, problems: Problems): void {
  const { module, ir, members } = draft;
  const keys = members.filter(({ ir: { key, until }, sound }) => key && until === null && sound);
  const [first] = keys;
  if (first === undefined || keys.some(({ ir: { from } }) => from !== null)) return;
  const bare = module.reads.find((version) => existsAt(ir, version) && !keys.some((key) => existsAt(key.ir, version)));
  const isKeyed = bare !== undefined && members.some((each) => each.ir.key && existsAt(each.ir, bare));
  if (bare === undefined || isKeyed || keys.every((key) => key.attributes.default === undefined)) return;
  const parameters = { name: `${draft.name}.${first.ir.name}`, version: formatVersion(bare) };
  problems.add("B7009", parameters, { span: first.attributes.key?.span ?? first.node.name.span });
}

function checkImports(module: ModuleDraft, problems: Problems): void {
  if (module.broken) return;
  for (const { item, module: imported, used } of module.imports) {
    if (used) continue;
    problems.add("B7007", { name: imported.name }, { span: item.name.span, fix: { span: item.span, text: "" } });
  }
}

function checkBounds(draft: DeclarationDraft, problems: Problems): void {
  if (draft.kind === "type") {
    if (draft.sound) checkBound(draft.ir.type, draft.ir.type, draft.name, draft.node, problems);
    return;
  }
  if (draft.kind !== "state" && draft.kind !== "union") return;
  const entries: readonly (MemberDraft | AlternativeDraft)[] =
    draft.kind === "union" ? draft.alternatives : draft.members;
  for (const { ir, node, sound } of entries) {
    if (!sound || ir.type === null) continue;
    const whole = ir.type.kind === "optional" ? ir.type.element : ir.type;
    checkBound(whole, whole, `${draft.name}.${ir.name}`, node, problems);
    if (whole.kind === "list") checkBound(whole.element, whole, `${draft.name}.${ir.name}`, node, problems);
  }
}

/** `whole` is the member's type, of which `type` is all, or the elements. */
function checkBound(
  type: Type,
  whole: Type,
  name: string,
  node: Pick<MemberDraft["node"], "type">,
  problems: Problems,
): void {
  if ((type.kind !== "list" && type.kind !== "string" && type.kind !== "bytes") || type.max !== null) return;
  const what = type.kind === "list" ? "a list" : type.kind === "string" ? "text" : "bytes";
  problems.add("B7003", { name, what, proposal: typeText(bounded(whole)) }, { span: node.type.span });
}

/** A type with a bound wherever it may have one. */
function bounded<Bounded extends Type>(type: Bounded): Bounded {
  if (type.kind !== "list" && type.kind !== "string" && type.kind !== "bytes") return type;
  const max = type.max ?? Math.max(64, type.min * 2);
  return type.kind === "list" ? { ...type, max, element: bounded(type.element) } : { ...type, max };
}

/** Elements that have no place for a second member, and how messages call them. */
const bareKinds: ReadonlyMap<string, string> = new Map([
  ["int", "numbers"],
  ["bool", "truths"],
  ["enum", "enum values"],
  ["bits", "bits"],
  ["string", "strings"],
  ["bytes", "bytes"],
  ["uuid", "uuids"],
]);

function checkBareLists(draft: DeclarationDraft, { world, modules }: Resolved, problems: Problems): void {
  if (draft.kind !== "state") return;
  for (const { ir, node, sound } of draft.members) {
    if (!sound || !isSoundType(modules, ir.type) || ir.handle || ir.reference !== null) continue;
    const list = ir.type.kind === "optional" ? ir.type.element : ir.type;
    if (list.kind !== "list" || list.min === list.max) continue;
    const element = bareKindOf(world, list.element);
    if (element !== null)
      problems.add("B7006", { name: `${draft.name}.${ir.name}`, element }, { span: node.type.span });
  }
}

function bareKindOf(world: World, type: Type): string | null {
  return bareKinds.get(shapeOf(world, type).kind) ?? null;
}

/** Warns once for each closed enum that a reader meets without a default to fall back on. */
function checkClosedEnums({ drafts, modules }: Resolved, problems: Problems): void {
  const reported = new Set<EnumDraft>();
  for (const module of drafts) {
    for (const draft of module.declarations) {
      if (draft.kind !== "state" && draft.kind !== "union") continue;
      const entries: readonly (MemberDraft | AlternativeDraft)[] =
        draft.kind === "union" ? draft.alternatives : draft.members;
      for (const { ir, sound, attributes, node } of entries) {
        if (!sound || ir.type === null || ir.type.kind === "optional" || attributes.default !== undefined) continue;
        const element = elementOf(ir.type);
        const target = element.kind === "named" ? draftOf(modules, element) : undefined;
        if (target?.kind !== "enum" || target.ir.open || reported.has(target)) continue;
        reported.add(target);
        const notes = [{ message: "held here", span: node.type.span }];
        // An alternative takes neither a default nor a `?`, nor does what is found by its key.
        const fallsBack = draft.kind === "state" && attributes.key === undefined;
        problems.add(
          "B7005",
          { name: target.name, user: `${draft.name}.${ir.name}`, fallsBack },
          { span: target.node.name.span, notes },
        );
      }
    }
  }
}

/** A retired member that another is computed from must be computable back, or a reader refuses it. */
function checkTakenUp(draft: StateDraft, problems: Problems): void {
  if (draft.members.every(({ ir }) => ir.from === null)) return;
  const byId = new Map(draft.members.map((member) => [member.ir.id, member]));
  const reported = new Set<MemberDraft>();
  for (const by of draft.members) {
    if (by.ir.from === null) continue;
    for (const id of mentionedMembers(by.ir.from)) {
      const named = byId.get(id);
      if (named === undefined || named.ir.until === null || named.attributes.from !== undefined) continue;
      if (by.ir.since <= named.ir.until || named.ir.ignorable || reported.has(named)) continue;
      reported.add(named);
      const notes = [
        { message: `\`${by.ir.name}\` is computed here`, span: by.attributes.from?.expression.span ?? by.node.span },
      ];
      problems.add("B7008", { name: named.ir.name, by: by.ir.name }, { span: named.node.name.span, notes });
    }
  }
}
