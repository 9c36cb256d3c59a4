import { createHash } from "node:crypto";
import type { Note } from "../../diagnostics/catalogue.ts";
import type { Problems } from "../problems.ts";
import type { MemberDraft, ModuleDraft, StateDraft } from "./draft.ts";
import type { Modules } from "./scope.ts";
import { draftOf } from "./sound.ts";

/** The ids of states as records: given by the text, unique over the build, and proposed where one is missing. */
export class RecordIds {
  private readonly drafts: readonly ModuleDraft[];
  private readonly problems: Problems;
  /** Every id of the build, and every one that was proposed. */
  private readonly taken = new Set<number>();

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

  /** Reports states that are records by how they are used, but have no id: targets of references that stand in no list, `single` and `ignorable` ones. */
  check(modules: Modules): void {
    const referred = this.referredStates(modules);
    const listed = this.listedStates(modules);
    for (const [state, by] of referred) {
      if (state.node.id !== null || listed.has(state)) continue;
      const notes = [{ message: "referred to here", span: by.attributes.reference?.span ?? by.node.span }];
      this.reportMissing(state, "it is referred to and stands in no list", notes);
    }
    for (const state of this.states()) {
      const attribute = state.attributes.single ?? state.attributes.ignorable;
      if (attribute === undefined || state.node.id !== null || (referred.has(state) && !listed.has(state))) continue;
      this.reportMissing(state, `\`${attribute.kind}\` is for records`, []);
    }
  }

  private *states(): Generator<StateDraft> {
    for (const module of this.drafts) {
      for (const draft of module.declarations) if (draft.kind === "state") yield draft;
    }
  }

  /** The targets of references, each with the first member that refers to it. */
  private referredStates(modules: Modules): ReadonlyMap<StateDraft, MemberDraft> {
    const referred = new Map<StateDraft, MemberDraft>();
    for (const module of this.drafts) {
      for (const draft of module.declarations) {
        if (draft.kind !== "state" && draft.kind !== "struct") continue;
        for (const member of draft.members) {
          const { reference } = member.ir;
          if (reference === null) continue;
          const target = draftOf(modules, { module: reference.module, name: reference.state });
          if (target?.kind === "state" && !referred.has(target)) referred.set(target, member);
        }
      }
    }
    return referred;
  }

  /** The states that stand in some list, where a reference can find them. */
  private listedStates(modules: Modules): ReadonlySet<StateDraft> {
    const listed = new Set<StateDraft>();
    for (const module of this.drafts) {
      for (const draft of module.declarations) {
        if (draft.kind !== "state" && draft.kind !== "union") continue;
        for (const { ir } of draft.kind === "union" ? draft.alternatives : draft.members) {
          const list = ir.type?.kind === "optional" ? ir.type.element : ir.type;
          if (list?.kind !== "list" || list.element.kind !== "named") continue;
          const target = draftOf(modules, list.element);
          if (target?.kind === "state") listed.add(target);
        }
      }
    }
    return listed;
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
    const digest = createHash("sha256").update(`${state.module.name}.${state.name}`, "utf8").digest();
    let id = digest.readUInt32LE(0);
    while (id === 0 || this.taken.has(id)) id = (id + 1) % 0x1_0000_0000;
    this.taken.add(id);
    const digits = id.toString(16).padStart(8, "0");
    return `0x${digits.slice(0, 4)}_${digits.slice(4)}`;
  }
}
