import { escapeText } from "../printable.ts";
import { problemText } from "../dump/problem.ts";
import type { Reason } from "../dump/preflight.ts";
import { isTaken, type DumpResult, type ReaderResult } from "./preflight-dump.ts";

/** One dump and one reader, as programs read it: `preflight.schema.json` has the JSON Schema. */
export interface PreflightLine {
  readonly dump: string;
  /** null for a dump that could not be read at all. */
  readonly reader: string | null;
  readonly verdict: "taken" | "refused" | "unreadable";
  readonly records: number;
  readonly reasons: readonly ReasonJson[];
  /** All of them: of many only the first are listed. */
  readonly count: number;
  readonly dropped: readonly {
    readonly path: string;
    readonly id: number;
    readonly offset: number;
    readonly bytes: number;
  }[];
  readonly fds: FdsJson | null;
}

interface ReasonJson {
  readonly code: string;
  readonly type: string | null;
  readonly instance: number | null;
  readonly path: string;
  readonly id: number | null;
  readonly offset: number | null;
  readonly expected: string | null;
  readonly found: string | null;
  readonly message: string;
}

interface FdsJson {
  readonly missing: readonly {
    readonly handle: string;
    readonly path: string;
    readonly id: number;
    readonly offset: number;
  }[];
  readonly unclaimed: readonly { readonly fd: string; readonly about: string | null }[];
}

/** The lines of a dump. */
export function linesOf({ dump, readers, mistakes }: DumpResult): readonly PreflightLine[] {
  if (mistakes !== null) {
    const reasons = mistakes.map(({ code, message }): ReasonJson => {
      const nothing = { type: null, instance: null, path: "", id: null, offset: null, expected: null, found: null };
      return { code, ...nothing, message };
    });
    const rest = { records: 0, reasons, count: reasons.length, dropped: [], fds: null };
    return [{ dump, reader: null, verdict: "unreadable", ...rest }];
  }
  return readers.map((one) => ({
    dump,
    reader: one.reader,
    verdict: isTaken(one) ? "taken" : "refused",
    records: one.records,
    reasons: one.reasons.map(reasonJson),
    count: one.count,
    dropped: one.dropped,
    fds: fdsJson(one),
  }));
}

function reasonJson({ code, type, instance, path, id, offset, expected, found, message }: Reason): ReasonJson {
  return { code, type, instance, path, id, offset, expected: expected ?? null, found: found ?? null, message };
}

function fdsJson({ fds }: ReaderResult): FdsJson | null {
  if (fds === null) return null;
  return {
    missing: fds.missing.map(({ name, path, id, offset }) => ({ handle: name, path, id, offset })),
    unclaimed: fds.unclaimed.map(({ name, about }) => ({ fd: name, about })),
  };
}

/** Reasons told for each dump in text; `--format json` has more. */
const shownReasons = 10;

/** A dump for people: what each reader makes of it, and why. */
export function textOf(result: DumpResult): string {
  const dump = escapeText(result.dump);
  if (result.mistakes !== null)
    return result.mistakes
      .map(
        ({ message, help }) =>
          `${dump}: unreadable: ${escapeText(help === undefined ? message : `${message}; ${help}`)}\n`,
      )
      .join("");
  return result.readers
    .map((one) => {
      const records = `${one.records} ${one.records === 1 ? "record" : "records"}`;
      if (isTaken(one)) return `${dump}: taken by ${escapeText(one.reader)} (${records}${droppedText(one)})\n`;
      const lines = [
        ...one.reasons.slice(0, shownReasons).map((each) => `${place(each.offset)}[${each.code}] ${problemText(each)}`),
        ...fdLines(one),
      ];
      const more = one.count - Math.min(one.count, shownReasons);
      if (more > 0) lines.push(`and ${more} more`);
      const head = `${dump}: refused by ${escapeText(one.reader)} (${records}${droppedText(one)})\n`;
      return head + lines.map((line) => `  ${escapeText(line)}\n`).join("");
    })
    .join("");
}

function droppedText({ droppedCount }: ReaderResult): string {
  return droppedCount === 0 ? "" : `, drops ${droppedCount} ignorable`;
}

function place(offset: number | null): string {
  return offset === null ? "" : `at 0x${offset.toString(16)} `;
}

function fdLines({ fds }: ReaderResult): readonly string[] {
  if (fds === null) return [];
  return [
    ...fds.missing.map(({ name, path, offset }) => `${place(offset)}${path}: hands over ${name}, which is not there`),
    ...fds.unclaimed.map(
      ({ name, about }) => `${name}${about === null ? "" : ` (${about})`}: nothing in the dump takes it over`,
    ),
  ];
}

/** What is summed up over all dumps. */
export interface PreflightSummary {
  readonly dumps: number;
  readonly taken: number;
  readonly refused: number;
  readonly unreadable: number;
  /** What each reader makes of them, in the order of the call. */
  readonly readers: readonly SummaryReader[];
  /** Most frequent first. */
  readonly reasons: readonly SummaryReason[];
}

export interface SummaryReader {
  readonly reader: string;
  readonly taken: number;
  readonly refused: number;
}

export interface SummaryReason {
  readonly reader: string | null;
  readonly code: string;
  /** Without instances and indices: `linux.pci.PciDevice.caps[*].data`. */
  readonly path: string;
  /** The first that was met. */
  readonly example: string;
  readonly dumps: number;
  readonly count: number;
}

/** More kinds of reasons than this are not told apart: a damaged dump can give a new one with every byte. */
const mostKinds = 1000;

/** Counts as dumps go by; what it keeps does not grow with them. */
export class Summary {
  #dumps = 0;
  readonly #verdicts = { taken: 0, refused: 0, unreadable: 0 };
  readonly #readers = new Map<string, { reader: string; taken: number; refused: number }>();
  readonly #kinds = new Map<string, { -readonly [K in keyof SummaryReason]: SummaryReason[K] }>();

  add(lines: readonly PreflightLine[]): void {
    this.#dumps++;
    for (const line of lines) {
      this.#verdicts[line.verdict]++;
      if (line.reader !== null && line.verdict !== "unreadable") this.#ofReader(line.reader)[line.verdict]++;
      const seen = new Set<string>();
      for (const { code, path, message } of reasonsOf(line)) this.#count(line.reader, { code, path, message }, seen);
    }
  }

  #ofReader(reader: string): { taken: number; refused: number } {
    const known = this.#readers.get(reader) ?? { reader, taken: 0, refused: 0 };
    this.#readers.set(reader, known);
    return known;
  }

  #count(
    reader: string | null,
    { code, path, message }: Pick<ReasonJson, "code" | "path" | "message">,
    seen: Set<string>,
  ): void {
    const kind = path.replace(/#\d+/g, "").replace(/\[[^\]]*\]/g, "[*]");
    const key = `${reader ?? ""}\n${code}\n${kind}`;
    const known = this.#kinds.get(key);
    if (known === undefined) {
      if (this.#kinds.size >= mostKinds) return;
      this.#kinds.set(key, { reader, code, path: kind, example: message, dumps: 1, count: 1 });
    } else {
      known.count++;
      if (!seen.has(key)) known.dumps++;
    }
    seen.add(key);
  }

  get summary(): PreflightSummary {
    const reasons = [...this.#kinds.values()].sort((a, b) => b.dumps - a.dumps || b.count - a.count);
    return { dumps: this.#dumps, ...this.#verdicts, readers: [...this.#readers.values()], reasons };
  }
}

function reasonsOf({ reasons, fds }: PreflightLine): readonly Pick<ReasonJson, "code" | "path" | "message">[] {
  if (fds === null) return reasons;
  return [
    ...reasons,
    ...fds.missing.map(({ path, handle }) => ({
      code: "missing",
      path,
      message: `hands over ${handle}, which is not there`,
    })),
    ...fds.unclaimed.map(({ fd }) => ({ code: "unclaimed", path: "", message: `nothing takes over ${fd}` })),
  ];
}

/** The summary for people; nothing for a single dump, of which all is said. */
export function summaryText({ dumps, taken, refused, unreadable, readers, reasons }: PreflightSummary): string {
  const told = (one: Pick<SummaryReader, "taken" | "refused">): string => `${one.taken} taken, ${one.refused} refused`;
  const unread = unreadable === 0 ? [] : [`${unreadable} unreadable`];
  // With several readers, a dump counts once for each.
  const counts =
    readers.length > 1
      ? [...readers.map((one) => `${told(one)} by ${one.reader}`), ...unread].join("; ")
      : [told({ taken, refused }), ...unread].join(", ");
  const lines = reasons.slice(0, 20).map(({ reader, code, path, example, dumps: of }) => {
    const by = reader === null ? "" : ` by ${reader}`;
    return `  ${String(of).padStart(6)} ${of === 1 ? "dump" : "dumps"}${by}: [${code}] ${path === "" ? "" : `${path}: `}${example}`;
  });
  return [`${dumps} ${dumps === 1 ? "dump" : "dumps"}: ${counts}`, ...lines]
    .map((line) => `${escapeText(line)}\n`)
    .join("");
}
