import { createHash } from "node:crypto";
import type { Note } from "../../diagnostics/catalogue.ts";
import type { Problems } from "../problems.ts";
import { Containment } from "./containment.ts";
import type { MemberDraft, ModuleDraft, StateDraft, StructDraft } from "./draft.ts";
import type { Modules } from "./scope.ts";
import { draftOf } from "./sound.ts";

interface Referring {
  readonly owner: StateDraft | StructDraft;
  readonly member: MemberDraft;
  readonly target: StateDraft;
}

/** The ids of states as records: given by the text, unique over the build, and proposed where one is missing. */
export class RecordIds {
  private readonly drafts: readonly ModuleDraft[];
  private readonly problems: Problems;
  /** Every id of the build, and every one that was proposed. */
  private readonly taken = new Set<number>();
  /** What was proposed last for a name: the next free one for another state of that name lies behind it. */
  private readonly proposed = new Map<string, number>();

  constructor(drafts: readonly ModuleDraft[], problems: Problems) {
    this.drafts = drafts;
    this.problems = problems;
  }

  /** Gives states their ids. Reports those that cannot be one, and those that two states have. */
  take(): void {
    const seen = new Map<number, StateDraft>();
    const clashes: { readonly state: StateDraft; readonly first: StateDraft }[] = [];
    const outside: StateDraft[] = [];
    for (const state of this.states()) {
      const value = state.node.id?.value;
      if (value === undefined) continue;
      if (value < 1n || value > 0xffff_ffffn) {
        outside.push(state);
        continue;
      }
      const id = Number(value);
      state.ir.id = id;
      this.taken.add(id);
      const first = seen.get(id);
      if (first === undefined) seen.set(id, state);
      else clashes.push({ state, first });
    }
    for (const state of outside)
      this.refuse(state, (text) => this.problems.add("B3006", { id: text, name: state.name }, this.placeOf(state)));
    for (const { state, first } of clashes) {
      const name = state.module === first.module ? first.name : `${first.module.name}.${first.name}`;
      const notes = first.node.id === null ? [] : [{ message: "first used here", span: first.node.id.span }];
      this.refuse(state, (text) =>
        this.problems.add("B3005", { id: text, first: name, second: state.name }, this.placeOf(state, notes)),
      );
    }
  }

  /** Reports states that are records by how they are used, but have no id: targets of references that find no list, `single` and `ignorable` ones. */
  check(modules: Modules): void {
    // Few schemas have references to what is no record, and only those ask what stands in what.
    let containment: Containment | undefined;
    const missing = new Set<StateDraft>();
    for (const { owner, member, target } of this.references(modules)) {
      if (target.node.id !== null || missing.has(target)) continue;
      containment ??= new Containment(this.drafts, modules);
      if (containment.isListed(target) && containment.mayReach(owner, target)) continue;
      missing.add(target);
      const notes = [{ message: "referred to here", span: member.attributes.reference?.span ?? member.node.span }];
      const why = containment.isListed(target)
        ? `\`${member.ir.name}\` refers to it where no value around has a list of it`
        : "it is referred to and stands in no list";
      this.reportMissing(target, why, notes);
    }
    for (const state of this.states()) {
      const attribute = state.attributes.single ?? state.attributes.ignorable;
      if (attribute === undefined || state.node.id !== null || missing.has(state)) continue;
      this.reportMissing(state, `\`${attribute.kind}\` is for records`, []);
    }
  }

  private *states(): Generator<StateDraft> {
    for (const module of this.drafts) {
      for (const draft of module.declarations) if (draft.kind === "state") yield draft;
    }
  }

  /** The references to states, from which declaration each. */
  private *references(modules: Modules): Generator<Referring> {
    for (const module of this.drafts) {
      for (const owner of module.declarations) {
        if (owner.kind !== "state" && owner.kind !== "struct") continue;
        for (const member of owner.members) {
          const { reference } = member.ir;
          if (reference === null) continue;
          const target = draftOf(modules, { module: reference.module, name: reference.state });
          if (target?.kind === "state") yield { owner, member, target };
        }
      }
    }
  }

  private refuse(state: StateDraft, report: (text: string) => void): void {
    if (state.node.id !== null) report(state.node.id.text);
  }

  private placeOf(state: StateDraft, notes: readonly Note[] = []): Parameters<Problems["add"]>[2] {
    const span = state.node.id?.span ?? state.node.name.span;
    const text = `@${this.proposalFor(state)}`;
    return { span, notes, help: `give it an id of its own, such as \`${text}\``, fix: { span, text } };
  }

  private reportMissing(state: StateDraft, why: string, notes: readonly Note[]): void {
    // An id, or a list of it, may be among what could not be read.
    if (state.module.broken) return;
    const { span } = state.node.name;
    const proposal = this.proposalFor(state);
    const fix = { span: { ...span, start: span.end }, text: ` @${proposal}` };
    this.problems.add("B3007", { name: state.name, why, proposal }, { span, notes, fix });
  }

  /** An id that follows from the names alone, so that everybody proposes the same; the next free one if it is taken. */
  private proposalFor(state: StateDraft): string {
    const name = `${state.module.name}.${state.name}`;
    let id = this.proposed.get(name) ?? createHash("sha256").update(name, "utf8").digest().readUInt32LE(0);
    while (id === 0 || this.taken.has(id)) id = (id + 1) % 0x1_0000_0000;
    this.taken.add(id);
    this.proposed.set(name, id);
    const digits = id.toString(16).padStart(8, "0");
    return `0x${digits.slice(0, 4)}_${digits.slice(4)}`;
  }
}
