import { escapeText } from "../printable.ts";
import { idText } from "../../runtime/id-text.ts";
import type { ByteText } from "./byte-text.ts";
import type { Item, Peek } from "./inspect.ts";
import { JsonText } from "./json-text.ts";
import { LeafLines, type Knower } from "./node-json.ts";
import type { Printer } from "./print-json.ts";
import { problemLine, type Problem } from "./problem.ts";
import type { Status } from "./sink.ts";
import { TrailSink, type Step } from "./trail.ts";
import type { Value } from "./value.ts";
import { valueText } from "./value-text.ts";
import { hexDigits } from "./json-write.ts";

/** The leaf that covers a byte, and what is around it. */
interface Covered {
  readonly step: Step;
  readonly around: readonly Step[];
  readonly length: number;
  readonly value: Value;
  readonly status: Status;
  readonly peek: Peek;
}

/** Looks for the leaf that covers a byte. */
class AtSink extends TrailSink {
  readonly #offset: number;
  readonly #peek: Peek;
  covered: Covered | null = null;
  /** Where what is around it ends, by the step. */
  readonly ends = new Map<Step, number>();

  constructor(offset: number, peek: Peek) {
    super();
    this.#offset = offset;
    this.#peek = peek;
  }

  protected override left(step: Step, end: number): void {
    if (this.covered?.around.includes(step) === true) this.ends.set(step, end);
  }

  protected override found(step: Step, length: number, value: Value, status: Status): void {
    const { offset } = step.head;
    if (this.#offset < offset || this.#offset >= offset + length) return;
    this.covered = { step, around: [...this.trail], length, value, status, peek: this.#peek };
  }
}

export interface AtOptions {
  readonly offset: number;
  readonly json: boolean;
  readonly strict: boolean;
  readonly knows: Knower;
}

/** Prints which member covers a byte of a dump, with all that is around it; and what is wrong with the dump. */
export class AtPrinter implements Printer {
  found = false;
  readonly #out: ByteText;
  readonly #options: AtOptions;
  readonly #wrong: (line: string) => void;

  constructor(out: ByteText, options: AtOptions, wrong: (line: string) => void) {
    this.#out = out;
    this.#options = options;
    this.#wrong = wrong;
  }

  item(item: Item): boolean {
    const { offset, strict } = this.#options;
    if (item.kind !== "finish" && !this.found && (item.kind !== "record" || isIn(offset, item))) {
      const sink = new AtSink(offset, item.peek);
      item.replay(sink);
      if (sink.covered !== null) this.#print(sink.covered, sink.ends);
    }
    const problems: readonly Problem[] = strict ? item.problems.slice(0, 1) : item.problems;
    for (const one of problems) this.#wrong(problemLine(one));
    return !strict || problems.length === 0;
  }

  #print(covered: Covered, ends: ReadonlyMap<Step, number>): void {
    this.found = true;
    if (this.#options.json) {
      const lines = new LeafLines(new JsonText(this.#out, false), { peek: covered.peek, knows: this.#options.knows });
      lines.one(covered.step, covered.around, covered.length, covered.value, covered.status);
      return;
    }
    const { offset } = this.#options;
    const { step, length, value, peek } = covered;
    const part = `byte ${offset - step.head.offset} of ${length}`;
    this.#out.text(`0x${offset.toString(16)}: ${part}, ${titleOf(step)}\n`);
    const text = valueText(step.head.wire, value);
    if (text !== "") this.#out.text(`value ${text}\n`);
    const digits = hexDigits(peek(step.head.offset, Math.min(length, 16))).match(/../g) ?? [];
    this.#out.text(`bytes ${digits.join(" ")}${length > 16 ? " …" : ""}\n`);
    for (const one of [...covered.around, step]) {
      const end = one === step ? step.head.offset + length : (ends.get(one) ?? one.head.offset);
      const range = `${place(one.head.offset)}..${place(end)}`;
      this.#out.text(`${range}  ${escapeText(`${one.head.part.padEnd(11)} ${nameOf(one)}`)}${typeOf(one)}\n`);
    }
  }

  end(): void {}
}

function isIn(offset: number, { offset: start, bytes }: { readonly offset: number; readonly bytes: number }): boolean {
  return offset >= start && offset < start + bytes;
}

function place(offset: number): string {
  return offset.toString(16).padStart(8, "0");
}

function titleOf({ head, path }: Step): string {
  const what = head.part === "frame" || head.part === "padding" || head.id === null ? [nameOf({ head, path })] : [];
  return escapeText([path === "" ? "dump" : path, ...what].join(": "));
}

function nameOf({ head }: Step): string {
  if (typeof head.name === "number") return `[${head.name}]`;
  return head.name === "" ? head.part : head.name;
}

function typeOf({ head }: Step): string {
  const id =
    head.id === null || head.id === 0 || head.name === idText(head.id)
      ? ""
      : ` ${head.part === "record" ? `@0x${head.id.toString(16)}` : idText(head.id)}`;
  return `${head.type === "" || head.type === head.name ? "" : `  ${escapeText(head.type)}`}${id}`;
}
