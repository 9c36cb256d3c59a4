import { isLeftOut, requiredOf } from "./encode.ts";
import { idText } from "../../runtime/id-text.ts";
import { MUST } from "./format.ts";
import type { Peek } from "./inspect.ts";
import { problem, type Problem } from "./problem.ts";
import type { Status } from "./sink.ts";
import { TrailSink, type Step } from "./trail.ts";
import { isList, isObject, type Value } from "./value.ts";
import type { WireState, WireStruct, WireType } from "./wire-type.ts";

/**
 * What a decoder takes and no writer writes: a member at its default, flag 1 the other way, a member of another version, a `from` that is left
 * out, a table that says more or less than it holds. It is told of one record that its decoder took.
 */
export class CanonicalSink extends TrailSink {
  readonly problems: Problem[] = [];
  readonly #peek: Peek;
  readonly #record: WireState;
  /** Where the tables that are open have their counts. */
  readonly #tables = new Map<Step, number>();

  /** `record`: its type, which the walk does not tell of a manifest. */
  constructor(peek: Peek, record: WireState) {
    super();
    this.#peek = peek;
    this.#record = record;
  }

  /** Rows have one form, or their decoder refuses them. */
  override wanted(): number {
    return 0;
  }

  #fail({ head, path }: Step, expected: string, found: string, offset = head.offset): void {
    this.problems.push(problem("B8501", { expected, found }, { path, offset, id: head.id }));
  }

  protected override entered(step: Step): void {
    this.#flags(step, this.trail.at(-2));
  }

  protected override found(step: Step, length: number, value: Value, status: Status): void {
    const { head } = step;
    const around = this.trail.at(-1);
    if (head.part === "frame" && head.name === "table" && around !== undefined) this.#tables.set(around, head.offset);
    if (status === "computed") return this.#fail(step, `\`${head.name}\` written, as every \`from\` is`, "nothing");
    if (length === 0 || (head.part !== "member" && head.part !== "alternative" && head.part !== "unknown")) return;
    this.#flags(step, around);
    this.#default(step, value);
  }

  protected override left(step: Step, _end: number, value: Value): void {
    if (step.head.part === "member") this.#default(step, value);
    const at = this.#tables.get(step);
    if (at === undefined) return;
    this.#tables.delete(step);
    const element = structOf(step.head.wire);
    if (element !== null) this.#table(step, element, value, at);
  }

  /** What is said in the header of a member or alternative. */
  #flags(step: Step, around: Step | undefined): void {
    const { part, id, name, offset } = step.head;
    if (id === null || (part !== "member" && part !== "alternative" && part !== "unknown")) return;
    const must = ((this.#peek(offset + 3, 1)[0] ?? 0) & MUST) !== 0;
    const member = part === "member" ? this.#stateOf(around)?.byId.get(id) : undefined;
    if (part === "unknown" || (part === "member" && (member === undefined || member.retired))) {
      return this.#fail(
        step,
        "members of the version that wrote it alone",
        member === undefined ? idText(id) : `\`${name}\`, which ended before`,
      );
    }
    const expected = member?.ignorable !== true;
    if (must !== expected)
      this.#fail(step, expected ? "flag 1 set" : "flag 1 clear: it is `ignorable`", must ? "it set" : "it clear");
  }

  #default(step: Step, value: Value): void {
    const { id, part, name } = step.head;
    const member = part === "member" && id !== null ? this.#stateOf(this.trail.at(-1))?.byId.get(id) : undefined;
    if (member !== undefined && !member.retired && isLeftOut(member, value))
      this.#fail(step, `\`${name}\` left out, since it is at its default`, "it");
  }

  #table(step: Step, element: WireStruct, value: Value, at: number): void {
    const words = this.#peek(at, 8);
    const [stride, required] = [(words[4] ?? 0) | ((words[5] ?? 0) << 8), (words[6] ?? 0) | ((words[7] ?? 0) << 8)];
    const rows = isList(value) ? value : isObject(value) ? [value] : [];
    if (rows.length === 0) return;
    if (stride !== element.stride) this.#fail(step, `stride ${element.stride}`, `stride ${stride}`, at + 4);
    const exact = requiredOf(element, rows);
    if (required !== exact) this.#fail(step, `required ${exact}`, `required ${required}`, at + 6);
  }

  /** The state whose members stand right below. */
  #stateOf(around: Step | undefined): WireState | null {
    if (around?.head.part === "record") return this.#record;
    const wire = around?.head.wire ?? null;
    const type = wire?.kind === "optional" ? wire.element : wire;
    return type?.kind === "state" ? type : null;
  }
}

function structOf(type: WireType | null): WireStruct | null {
  if (type?.kind === "optional" || type?.kind === "list") return structOf(type.element);
  return type?.kind === "struct" ? type : null;
}

/** The part in which two bodies differ first. */
export class DifferenceSink extends TrailSink {
  place: Step | null = null;
  readonly #offset: number;

  constructor(offset: number) {
    super();
    this.#offset = offset;
  }

  protected override found(step: Step, length: number): void {
    const { offset } = step.head;
    if (this.#offset >= offset && this.#offset < offset + length) this.place = step;
  }
}
