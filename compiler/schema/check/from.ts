import { piecesIn } from "../expression-pieces.ts";
import { mentionedMembers } from "../expression-members.ts";
import { computationOf, type ComputationProblem } from "../from.ts";
import type { Version } from "../ir.ts";
import type { Problems } from "../problems.ts";
import { isDamaged, workingVersion, type MemberDraft, type StateDraft } from "../resolve/draft.ts";
import type { Resolved } from "../resolve/resolve.ts";
import { existsAt, formatVersion } from "../version.ts";

/** Holds computed members against what each pair of versions has to compute them from. */
export function checkComputed(resolved: Resolved, problems: Problems): void {
  for (const module of resolved.drafts) {
    if (module.unlisted) continue;
    for (const draft of module.declarations) {
      if (draft.kind !== "state" || isDamaged(draft) || !draft.members.some((member) => member.ir.from !== null))
        continue;
      new Checker(draft, resolved, problems).check();
    }
  }
}

class Checker {
  private readonly draft: StateDraft;
  private readonly resolved: Resolved;
  private readonly problems: Problems;
  private readonly byId: ReadonlyMap<number, MemberDraft>;
  /** Members of which something was reported already: what follows from that is not. */
  private readonly reported = new Set<MemberDraft>();

  constructor(draft: StateDraft, resolved: Resolved, problems: Problems) {
    this.draft = draft;
    this.resolved = resolved;
    this.problems = problems;
    this.byId = new Map(draft.members.map((member) => [member.ir.id, member]));
  }

  check(): void {
    for (const member of this.draft.members) {
      this.checkNamed(member);
      this.checkUsed(member);
      this.checkPaths(member);
    }
    const { module } = this.draft;
    const working = workingVersion(module);
    for (const writer of module.reads) this.checkPair(writer, working, writer, working);
    for (const reader of module.writes) this.checkPair(working, reader, working, reader);
  }

  /** Each member that is named must be there in a version that lacks the computed one. */
  private checkNamed(member: MemberDraft): void {
    if (member.ir.from === null) return;
    for (const id of mentionedMembers(member.ir.from)) {
      const named = this.byId.get(id);
      if (named === undefined) continue;
      const span = member.attributes.from?.expression.span ?? member.node.span;
      if (named === member) this.report(member, () => this.problems.add("B6205", { name: member.ir.name }, { span }));
      else if (!this.versions().some((version) => existsAt(named.ir, version) && !existsAt(member.ir, version))) {
        const notes = [{ message: `\`${named.ir.name}\` is declared here`, span: named.node.name.span }];
        this.report(member, () =>
          this.problems.add("B6202", { name: member.ir.name, named: named.ir.name }, { span, notes }),
        );
      }
    }
  }

  /** What names no member could be computed for any version, if there is one without it. */
  private checkUsed(member: MemberDraft): void {
    const { from, name } = member.ir;
    if (from === null || mentionedMembers(from).length > 0) return;
    if (this.versions().some((version) => !existsAt(member.ir, version))) return;
    const span = member.attributes.from?.span ?? member.node.span;
    this.report(member, () => this.problems.add("B6207", { name }, { span }));
  }

  private versions(): readonly Version[] {
    const { module, ir } = this.draft;
    return module.versions.map(({ version }) => version).filter((version) => existsAt(ir, version));
  }

  private report(member: MemberDraft, add: () => void): void {
    if (this.reported.has(member)) return;
    this.reported.add(member);
    add();
  }

  /** What lies below the first name of a path is read as the working version has it. */
  private checkPaths(member: MemberDraft): void {
    if (member.ir.from === null) return;
    const { module, ir } = this.draft;
    for (const { piece, owner, isOwn } of piecesIn(this.resolved.world, module.name, ir, member.ir.from)) {
      if (isOwn) continue;
      const home = this.resolved.modules.get(owner.module) ?? module;
      const version = workingVersion(home);
      if (existsAt(piece, version)) continue;
      const span = member.attributes.from?.expression.span ?? member.node.span;
      const parameters = {
        name: member.ir.name,
        member: piece.name,
        owner: owner.name,
        version: formatVersion(version),
      };
      this.report(member, () => this.problems.add("B6206", parameters, { span }));
    }
  }

  private checkPair(source: Version, target: Version, writer: Version, reader: Version): void {
    const { ir } = this.draft;
    if (source === target || !existsAt(ir, source) || !existsAt(ir, target)) return;
    for (const problem of computationOf(ir, source, target).problems)
      this.reportPair(problem, formatVersion(writer), formatVersion(reader));
  }

  private reportPair(problem: ComputationProblem, writer: string, reader: string): void {
    const first = this.draftOf(problem.kind === "cycle" ? problem.members[0] : problem.member);
    if (first === undefined) return;
    const span = first.attributes.from?.expression.span ?? first.node.span;
    if (problem.kind === "missing") {
      const named = this.draftOf(problem.named);
      const notes =
        named === undefined ? [] : [{ message: `\`${named.ir.name}\` is declared here`, span: named.node.name.span }];
      const parameters = { name: problem.member.name, named: problem.named.name, writer, reader };
      this.report(first, () => this.problems.add("B6204", parameters, { span, notes }));
      return;
    }
    const members = problem.members.map((member) => this.draftOf(member)).filter((member) => member !== undefined);
    if (members.some((member) => this.reported.has(member))) return;
    const notes = members.slice(1).map((member) => ({
      message: `\`${member.ir.name}\` is computed here`,
      span: member.attributes.from?.expression.span ?? member.node.span,
    }));
    const cycle = [...problem.members, ...problem.members.slice(0, 1)].map((member) => member.name);
    for (const member of members.slice(1)) this.reported.add(member);
    this.report(first, () => this.problems.add("B6203", { cycle, writer, reader }, { span, notes }));
  }

  private draftOf(member: { readonly id: number } | undefined): MemberDraft | undefined {
    return member === undefined ? undefined : this.byId.get(member.id);
  }
}
