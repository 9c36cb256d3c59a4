import { createHash } from "node:crypto";
import type { Change, ChangeKind, ChangeOf } from "./change.ts";
import { partsOf } from "./coverage.ts";
import type { SchemaPlace, VersionName } from "./finding.ts";
import type { ChangeVerdict, PairVerdict } from "./judge.ts";
import { judgeUses } from "./judge-use.ts";
import type { Misreading } from "./meaning.ts";
import type { Judged } from "./policy.ts";
import { ruleOf } from "./rules/index.ts";
import type { Witnessed } from "./witness.ts";

/** Where a module, a declaration or an entry of one stands on one side, by the keys of provenance; null where nobody knows. */
export type Places = (module: string, key: string) => SchemaPlace | null;

/** What the findings of one judged pair are told with. */
export interface FindingContext {
  readonly module: string;
  readonly against: string | null;
  readonly writer: VersionName;
  readonly reader: VersionName;
  readonly places: { readonly old: Places; readonly new: Places };
  readonly witness: (change: ChangeVerdict) => Witnessed | null;
}

/** A finding, and what the search for its witness came to; null where none was asked for. */
export interface Told {
  readonly finding: Judged;
  readonly witnessed: Witnessed | null;
}

/** One finding for each change of a judged pair; a change in another module is told where this module uses it. */
export function findingsOf(verdict: PairVerdict, context: FindingContext): readonly Told[] {
  return verdict.changes.flatMap((one) =>
    one.change.place.module === context.module
      ? [findingOf(one, one.change, verdict, context)]
      : importedFindings(one, verdict, context),
  );
}

/** A change in an imported module, at each member of this module that leads to it, with what it does there. One that nobody minds is told by its own module alone. */
function importedFindings(one: ChangeVerdict, verdict: PairVerdict, context: FindingContext): readonly Told[] {
  if (one.verdict === "always" && one.hides === null) return [];
  const uses = judgeUses(verdict, one);
  if (uses.length > 0) {
    return uses.map(({ use: { place }, verdict: own }) =>
      findingOf(own, { kind: "IMPORT_CHANGED", place, change: one.change }, verdict, context),
    );
  }
  const { module } = context;
  const place = { module, path: "", ids: "", old: "", new: "", entry: null };
  return [findingOf(one, { kind: "IMPORT_CHANGED", place, change: one.change }, verdict, context)];
}

function findingOf(one: ChangeVerdict, change: Change, pair: PairVerdict, context: FindingContext): Told {
  const { graph } = pair;
  const { module, against, writer, reader, places } = context;
  const { direction } = graph;
  const { place } = change;
  const rule = ruleOf(change as ChangeOf<ChangeKind>);
  const path = place.path === "" ? module : `${module}.${place.path}`;
  const cause = ruleOf(one.change as ChangeOf<ChangeKind>);
  const witnessed = one.use?.tries === 0 ? null : context.witness(one);
  const isFine = one.verdict === "always" && one.hides === null;
  const finding: Judged = {
    ...{ rule: change.kind, module, against, direction, writer, reader, path },
    ...{ verdict: one.verdict, corrupting: one.corrupting, refusedBy: one.refusedBy, condition: one.condition },
    // The rule of a change takes changes of its kind; TypeScript does not follow that.
    message: messageOf(change, rule.message(change as never), cause.message(one.change as never)),
    ...(one.hides === null ? {} : { hides: hiddenText(one.hides) }),
    fix: isFine ? null : cause.fix(one.change as never, direction),
    old: place.old === null ? null : places.old(module, place.old),
    // What is gone leaves its module, as a member leaves its declaration.
    new: places.new(module, place.new ?? ""),
    witness: witnessed === null || witnessed.kind === "none" ? null : witnessed.witness,
    ...(witnessed?.kind === "none" && one.verdict !== "always" ? { unshown: true } : {}),
    ...(one.verdict === "always" ? {} : { parts: () => partsOf(pair, one) }),
    exception: isFine ? null : { rule: change.kind, path, pairs: [`${writer}->${reader}`] },
    fingerprint: fingerprintOf([
      change.kind,
      module,
      place.ids,
      ...identityOf(change, one.change),
      direction,
      writer,
      reader,
    ]),
  };
  return { finding, witnessed };
}

function hiddenText({ path, written, read }: Misreading): string {
  return `${path} would be read as ${read} where ${written} was written`;
}

/** What changed elsewhere is told with the rule that judges it. */
function messageOf(change: Change, message: string, cause: string): string {
  return change.kind === "IMPORT_CHANGED" ? `${message}: ${change.change.kind}, ${cause}` : message;
}

function identityOf(change: Change, cause: Change): readonly string[] {
  return change === cause ? [] : [cause.kind, cause.place.module, cause.place.ids];
}

/** 64 hexadecimal digits over what identifies a finding. */
export function fingerprintOf(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
