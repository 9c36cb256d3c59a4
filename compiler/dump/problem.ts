import { escapeText } from "../printable.ts";
import { messages, type Code, type ErrorDetails, type Facts } from "../../runtime/errors.ts";

/** One thing that is wrong with a dump or a value: data, never thrown. `message` does not repeat the place. */
export interface Problem extends Facts {
  readonly code: Code;
  readonly message: string;
  /** `linux.pci.PciDevice#3.caps[12].data`; "" for the dump as a whole. */
  readonly path: string;
  /** In bytes from the start of the dump (or of the value's bytes); null where no byte is at fault. */
  readonly offset: number | null;
  /** The id of the member, alternative or state that it is about. */
  readonly id: number | null;
  /** `linux.pci.PciDevice`: the declaration that has no member or alternative of this id. */
  readonly declaration?: string;
}

/** Where a problem is. */
export interface At {
  readonly path: string;
  readonly offset?: number | null;
  readonly id?: number | null;
}

/** Makes a problem of a code; its words come from the table that the runtime uses, too. */
export function problem(code: Code, facts: Facts & Pick<Problem, "declaration">, at: At): Problem {
  return {
    code,
    message: messages[code](facts),
    ...facts,
    path: at.path,
    offset: at.offset ?? null,
    id: at.id ?? null,
  };
}

/** `linux.pci.PciDevice#3.caps[12].data: needs 8 bytes, 4 left`. */
export function problemText(one: Pick<Problem, "path" | "message">): string {
  return one.path === "" ? one.message : `${one.path}: ${one.message}`;
}

/** A problem on one line, safe to print: `! 0x4ff8 linux.pci.PciDevice#3.caps[12].data: needs 8 bytes, 4 left [B8101]`. */
export function problemLine(one: Pick<Problem, "offset" | "path" | "message" | "code">): string {
  const place = one.offset === null ? "" : `0x${one.offset.toString(16)} `;
  return `! ${place}${escapeText(problemText(one))} [${one.code}]`;
}

/** Whether headers of members do not agree with each other or with what is behind them: ids out of order, forms, lengths, counts, padding. */
export function isContradiction({ code }: Problem): boolean {
  return /^B810[1-8]$/.test(code) || code === "B8110";
}

/** The data of a problem as the runtime's errors carry it. */
export function detailsOf(one: Problem): ErrorDetails {
  return {
    path: one.path,
    ...(one.id === null ? {} : { id: one.id }),
    ...(one.offset === null ? {} : { offset: one.offset }),
    ...(one.expected === undefined ? {} : { expected: one.expected }),
    ...(one.found === undefined ? {} : { found: one.found }),
  };
}

/**
 * The way from a record to where a walk is, kept as pieces because most are never printed: names, indices, and the head
 * (`linux.pci.PciDevice#3`).
 */
export class Path {
  readonly #head: string;
  readonly #pieces: (string | number)[] = [];

  constructor(head: string) {
    this.#head = head;
  }

  push(piece: string | number): void {
    this.#pieces.push(piece);
  }

  pop(): void {
    this.#pieces.pop();
  }

  /** The path to here, or to a piece below. */
  text(below?: string | number): string {
    let text = this.#head;
    for (const piece of below === undefined ? this.#pieces : [...this.#pieces, below]) {
      if (typeof piece === "number") text += `[${piece}]`;
      else text += text === "" ? piece : `.${piece}`;
    }
    return text;
  }
}

/** What says that bytes of a record are not those that were written. */
const damageCodes: ReadonlySet<string> = new Set(["B8005", "B8006", "B8007"]);

/** Whether the bytes of a record with these problems are not those that were written. */
export function isDamaged(problems: readonly Problem[]): boolean {
  return problems.some(({ code }) => damageCodes.has(code));
}
