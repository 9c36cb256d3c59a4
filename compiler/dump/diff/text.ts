import { columnsOf, escapeText } from "../../printable.ts";
import { idText } from "../../../runtime/id-text.ts";
import { formatVersion } from "../../schema/version.ts";
import { hexDigits } from "../json-write.ts";
import type { Manifest } from "../manifest.ts";
import { problemText, type Problem } from "../problem.ts";
import { isList, isObject, memberOf, type Value } from "../value.ts";
import { valueText } from "../value-text.ts";
import type { WireType } from "../wire-type.ts";
import type { Change, Spot } from "./change.ts";
import type { Side } from "./content.ts";
import type { Counts, DiffEvent, RecordChange, RecordSpot } from "./dumps.ts";
import type { InstanceChange, InstanceRun } from "./instances.ts";
import type { SchemaNote } from "./plan.ts";

export interface TextOptions {
  /** How the two dumps were named. */
  readonly names: { readonly a: string; readonly b: string };
  readonly colour: boolean;
  /** Columns that a line is laid out for. */
  readonly width: number;
  /** Cut what is longer than a line; else it is as long as it is. */
  readonly clip: boolean;
  /** Show all the ways in which the instances of a state moved, not only those of most records. */
  readonly all?: boolean;
}

/** Ways in which the instances of one state moved that are shown. */
const shownMoves = 8;

/** Sign, two offsets and what separates them. */
const placeColumns = 21;

/**
 * A comparison as lines for people: a sign, the offset on either side, the path and both values. What does not fit a line goes on below. Every
 * line is safe to print. Problems of the dumps and a count stand at the end.
 */
export function* renderDiff(events: Iterable<DiffEvent>, options: TextOptions): Generator<string, void, undefined> {
  const lines = new Lines(options);
  const problems: { readonly side: Side; readonly problem: Problem }[] = [];
  for (const event of events) {
    switch (event.kind) {
      case "begin":
        yield lines.side("a", options.names.a, event.a);
        yield lines.side("b", options.names.b, event.b);
        break;
      case "note":
        yield lines.fit(noteText(event.note));
        break;
      case "problem":
        problems.push(event);
        break;
      case "record":
        yield* lines.record(event);
        break;
      case "instances":
        yield* lines.instances(event);
        break;
      case "finish":
        for (const { side, problem } of problems) yield lines.problem(side, problem);
        yield* lines.counts(event.counts, problems.length > 0);
        break;
    }
  }
}

type Style = "dim" | "bold" | "red" | "green" | "yellow" | "cyan";

const styles: Readonly<Record<Style, string>> = {
  ...{ dim: "2", bold: "1", red: "31", green: "32", yellow: "33", cyan: "36" },
};

const signs: Readonly<Record<Change["kind"], readonly [sign: string, style: Style]>> = {
  changed: ["~", "yellow"],
  added: ["+", "green"],
  removed: ["-", "red"],
  instance: ["~", "yellow"],
  moved: [">", "cyan"],
  unread: ["?", "red"],
  bytes: ["*", "yellow"],
};

class Lines {
  readonly #options: TextOptions;

  constructor(options: TextOptions) {
    this.#options = options;
  }

  side(side: Side, name: string, { producer, modules }: Manifest): string {
    const versions = modules.map((one) => `${one.name} ${formatVersion(one.version)}`).join(", ");
    return this.fit([`${side}: ${name}`, producer, versions].filter((text) => text !== "").join("  "));
  }

  *record({ change, path, a, b, changes, count }: RecordChange): Generator<string, void, undefined> {
    const about = change === "changed" ? "" : aloneText(path, a ?? b);
    const [, style] = signs[change];
    const head = this.#place(change, a?.offset ?? null, b?.offset ?? null);
    const used = placeColumns + (about === "" ? 0 : columnsOf(escapeText(about)) + 2);
    yield `${head}${this.#paint(change === "changed" ? "bold" : style, this.#cut(path, used))}${this.#note(about)}`;
    for (const one of changes) yield* this.#change(one, path);
    if (count > changes.length) yield this.#more(count - changes.length);
  }

  *#change(change: Change, record: string): Generator<string, void, undefined> {
    const { kind, path, id, a, b } = change;
    const place = this.#place(kind, a?.place?.offset ?? null, b?.place?.offset ?? null);
    const indent = " ".repeat(placeColumns + 4);
    const room = this.#options.width - placeColumns - 2;
    const below = path.startsWith(record) ? path.slice(record.length).replace(/^\./, "") : path;
    const name = escapeText(kind === "moved" ? below.replace(/\[[^[\]]*\]$/, "") : below);
    const at = id === null || name.endsWith(idText(id)) ? "" : idText(id);
    const about = escapeText(change.note);
    const note = [at, about].filter((text) => text !== "").join("  ");
    const values = valuesOf(change);
    const line = [name, ...(values.length === 2 ? [values.join(" -> ")] : values)]
      .filter((text) => text !== "")
      .join("  ");
    if (columnsOf(line) + (note === "" ? 0 : columnsOf(note) + 2) <= room) {
      yield `${place}  ${line}${this.#note(note)}`;
      return;
    }
    const used = placeColumns + 2 + (at === "" ? 0 : columnsOf(at) + 2);
    const [head = "", ...rest] = name === "" && values.length === 1 ? values : [name || record, ...values];
    yield `${place}  ${this.#cut(head, used)}${this.#note(at)}`;
    for (const [i, value] of rest.entries()) {
      const [sign, style] = signs[i === 0 ? "removed" : "added"];
      if (rest.length < 2) yield `${indent}${this.#clip(value, placeColumns + 4)}`;
      else yield `${indent}${this.#paint(style, `${sign} ${this.#clip(value, placeColumns + 6)}`)}`;
    }
    if (about !== "") yield `${indent}${this.#paint("dim", this.#clip(about, placeColumns + 4))}`;
  }

  *instances({ type, records, runs }: InstanceChange): Generator<string, void, undefined> {
    const [first] = runs;
    if (first === undefined) return;
    const place = this.#place("instance", first.a.offset, first.b.offset);
    if (records === 1) {
      yield `${place}${this.#paint("bold", this.#cut(first.path, placeColumns))}`;
      yield this.#move([first], "");
      return;
    }
    const about = `${records} records, their instance alone`;
    yield `${place}${this.#paint("bold", this.#cut(type, placeColumns + about.length + 2))}${this.#note(about)}`;
    const moves = movesOf(runs);
    const shown = this.#options.all === true ? moves : moves.slice(0, shownMoves);
    for (const move of shown) yield this.#move(move, type);
    if (moves.length > shown.length) yield this.#more(moves.length - shown.length);
  }

  /** Runs whose instances moved by the same number. */
  #move(runs: readonly InstanceRun[], state: string): string {
    const [first, last] = [runs[0], runs.at(-1)];
    if (first === undefined || last === undefined) return "";
    const records = runs.reduce((sum, one) => sum + one.records, 0);
    const by = first.b.instance - first.a.instance;
    const range = (side: Side): string => `#${first[side].instance}..#${last[side].instance + last.records - 1}`;
    const key = state === "" ? "" : `${first.path.slice(state.length)}  `;
    const text =
      records === 1
        ? `${key}instance ${first.a.instance} -> ${first.b.instance}`
        : `${range("a")} -> ${range("b")}  ${records} records by ${by > 0 ? "+" : ""}${by}`;
    const place = this.#place("instance", first.a.offset + 4, first.b.offset + 4);
    return `${place}  ${this.#clip(escapeText(text), placeColumns + 2)}`;
  }

  #more(count: number): string {
    return `${" ".repeat(placeColumns + 2)}${this.#paint("dim", `… ${count} more; \`--all\` shows them`)}`;
  }

  problem(side: Side, problem: Problem): string {
    const place = problem.offset === null ? "" : ` 0x${problem.offset.toString(16)}`;
    return this.#paint("red", this.fit(`! ${side}${place} ${problemText(problem)} [${problem.code}]`));
  }

  *counts({ records, members }: Counts, damaged: boolean): Generator<string, void, undefined> {
    const differs = records.changed + records.instance + records.added + records.removed > 0;
    const ignored = records.ignored + members.ignored;
    const parts = [
      ...(records.changed > 0
        ? [`${plural(records.changed, "record")} ${records.changed === 1 ? "differs" : "differ"}`]
        : []),
      ...(records.instance > 0 ? [`${plural(records.instance, "record")} with another instance`] : []),
      ...(records.removed > 0 ? [`${records.removed} only in a`] : []),
      ...(records.added > 0 ? [`${records.added} only in b`] : []),
      `${records.equal} equal`,
      ...(ignored > 0 ? [`${ignored} ignored`] : []),
    ];
    const same = damaged ? "no difference in what could be read" : "equal";
    yield differs
      ? this.fit(parts.join(", "))
      : this.fit(`${same}: ${plural(records.equal, "record")}${ignored > 0 ? `, ${ignored} ignored` : ""}`);
    const differences = members.changes + records.instance + records.added + records.removed;
    yield this.#paint("dim", `${plural(differences, "difference")}, ${plural(members.equal, "value")} equal`);
  }

  /** A line of plain text, cut where lines are. */
  fit(text: string): string {
    return this.#clip(escapeText(text), 0);
  }

  #place(kind: Change["kind"], a: number | null, b: number | null): string {
    const [sign, style] = signs[kind];
    const digits = (offset: number | null): string =>
      offset === null ? " ".repeat(8) : offset.toString(16).padStart(8, "0");
    return `${this.#paint(style, sign)} ${this.#paint("dim", `${digits(a)} ${digits(b)}`)}  `;
  }

  #note(text: string): string {
    return text === "" ? "" : this.#paint("dim", `  ${escapeText(text)}`);
  }

  #clip(text: string, used: number): string {
    const room = Math.max(8, this.#options.width - used);
    if (!this.#options.clip || columnsOf(text) <= room) return text;
    let kept = "";
    let columns = 1;
    for (const character of text) {
      columns += columnsOf(character);
      if (columns > room) break;
      kept += character;
    }
    return `${kept}…`;
  }

  /** Of a path that is too long the end says most. */
  #cut(path: string, used: number): string {
    const text = escapeText(path);
    const room = Math.max(8, this.#options.width - used);
    if (!this.#options.clip || columnsOf(text) <= room) return text;
    let kept = "";
    let columns = 1;
    for (const character of [...text].reverse()) {
      columns += columnsOf(character);
      if (columns > room) break;
      kept = character + kept;
    }
    return `…${kept}`;
  }

  #paint(style: Style, text: string): string {
    return this.#options.colour && text !== "" ? `\u001b[${styles[style]}m${text}\u001b[0m` : text;
  }
}

/** Runs by how far their instances moved, that of most records first. */
function movesOf(runs: readonly InstanceRun[]): readonly (readonly InstanceRun[])[] {
  const moves = new Map<number, { readonly runs: InstanceRun[]; records: number }>();
  for (const run of runs) {
    const by = run.b.instance - run.a.instance;
    const known = moves.get(by);
    if (known === undefined) moves.set(by, { runs: [run], records: run.records });
    else {
      known.runs.push(run);
      known.records += run.records;
    }
  }
  return [...moves.values()].sort((a, b) => b.records - a.records).map((move) => move.runs);
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function aloneText(path: string, spot: RecordSpot | null): string {
  if (spot === null) return "";
  const bytes = `${spot.length} bytes`;
  return path === spot.path ? bytes : `${spot.path.slice(spot.path.lastIndexOf("#"))}, ${bytes}`;
}

function noteText({ kind, type, id, member, a, b }: SchemaNote): string {
  const at = `${type}.${member} ${idText(id)}`;
  if (kind === "renamed") return `${at}: named \`${a}\` in a`;
  const unit = (text: string | null): string => (text === null ? "no unit" : `"${text}"`);
  return `${at}: ${unit(a)} in a, ${unit(b)} in b`;
}

/** The values of a change: of both sides, of one, or words for what there is no value of. */
function valuesOf({ kind, a, b, elements }: Change): readonly string[] {
  switch (kind) {
    case "moved":
      return [`[${indices(a, elements)}] -> [${indices(b, elements)}]  moved`];
    case "unread":
      return [`could not be read in ${a?.value === null ? (b?.value === null ? "a and b" : "a") : "b"}`];
    case "bytes":
      return [];
    case "instance":
      return [`instance ${String(a?.value)} -> ${String(b?.value)}`];
    case "changed":
      if (a?.value instanceof Uint8Array && b?.value instanceof Uint8Array) return bytesTexts(a.value, b.value);
      return [a, b].flatMap((spot) => (spot === null ? [] : [briefText(spot.type, spot.value)]));
    case "added":
    case "removed":
      return [a, b].flatMap((spot) => (spot === null ? [] : [briefText(spot.type, spot.value)]));
  }
}

/** Bytes shown of what differs. */
const shownBytes = 16;

/** Long bytes are shown from the first that differs. */
function bytesTexts(a: Uint8Array, b: Uint8Array): readonly string[] {
  if (a.length <= shownBytes && b.length <= shownBytes) return [briefText(null, a), briefText(null, b)];
  const found = a.findIndex((byte, i) => byte !== b[i]);
  const at = found < 0 ? Math.min(a.length, b.length) : found;
  return [a, b].map((bytes) => {
    const end = at + shownBytes < bytes.length ? "…" : "";
    return `${at === 0 ? "" : `…+${at}: `}${hexDigits(bytes.subarray(at, at + shownBytes))}${end} (${bytes.length} bytes)`;
  });
}

function indices(spot: Spot | null, elements: number): string {
  const first = Number(/\[(\d+)\]$/.exec(spot?.path ?? "")?.[1] ?? 0);
  return elements === 1 ? String(first) : `${first}..${first + elements - 1}`;
}

/** Elements and members of a value that are shown on a line, and levels of it. */
const shownParts = 6;
const shownLevels = 2;

/** A value on a line: `{address 0x800, vendor intel (0x8086), …}`. */
export function briefText(type: WireType | null, value: Value, levels: number = shownLevels): string {
  const inner = type?.kind === "optional" ? type.element : type;
  if (isList(value) && levels > 0) {
    const element = inner?.kind === "list" ? inner.element : null;
    const parts = value.slice(0, shownParts).map((one) => briefText(element, one, levels - 1));
    return value.length > shownParts ? `[${parts.join(", ")}, … ${value.length} in all]` : `[${parts.join(", ")}]`;
  }
  if (isObject(value) && levels > 0) {
    if (inner?.kind === "union") {
      const kind = String(memberOf(value, "kind"));
      const held = inner.alternatives.find(({ name }) => name === kind)?.type ?? null;
      const text = briefText(held, memberOf(value, "value"), levels - 1);
      return `${escapeText(kind)}${text === "" ? "" : ` ${text}`}`;
    }
    const members: readonly (readonly [string, WireType | null])[] =
      inner?.kind === "struct" || inner?.kind === "state"
        ? inner.members.map((member) => [member.name, member.type] as const)
        : Object.keys(value).map((name) => [name, null] as const);
    const there = members.filter(([name]) => memberOf(value, name) !== undefined);
    const parts = there
      .slice(0, shownParts)
      .map(([name, held]) => `${escapeText(name)} ${briefText(held, memberOf(value, name), levels - 1)}`);
    return `{${[...parts, ...(there.length > shownParts ? ["…"] : [])].join(", ")}}`;
  }
  return valueText(type, value);
}
