import { columnsOf, escapeText } from "../printable.ts";
import { idText } from "../../runtime/id-text.ts";
import { hexDigits } from "./json-write.ts";
import { formatVersion } from "../schema/version.ts";
import { MUST, RECORD_MUST } from "./format.ts";
import type { RecordHeader } from "./frames.ts";
import type { Item, Peek } from "./inspect.ts";
import type { Coverage, Node } from "./nodes.ts";
import type { Knower, KnownBy } from "./node-json.ts";
import { problemLine, type Problem } from "./problem.ts";
import { viewOf } from "./source.ts";
import type { Step } from "./trail.ts";
import { bitRows, integerIn, valueText } from "./value-text.ts";
import { integerOf } from "./value.ts";
import type { WireState } from "./wire-type.ts";

export interface TreeOptions {
  /** Columns of the terminal; null where there is none, and lines may be as long as they are. */
  readonly width: number | null;
  readonly colour: boolean;
  /** Levels below a record that are shown. */
  readonly depth?: number;
  /** Show headers, lengths and padding, too. */
  readonly frames?: boolean;
  /** Who knows what the schema does not. */
  readonly knows?: Knower;
}

/** Elements of one list that are shown, unless all are asked for. */
export const TREE_LIMIT = 100;

/**
 * A dump as a tree of lines: offset, bytes, path, value, member id, note. Every line is safe to print. Columns stand at fixed places, so
 * that a dump that was cut prints the same lines up to the cut. The items must have been made with nodes.
 */
export function* renderTree(items: Iterable<Item>, options: TreeOptions): Generator<string, void, undefined> {
  const tree = new Tree(options);
  for (const item of items) for (const { text } of tree.item(item)) yield text;
}

/** A line of a tree. */
export interface TreeLine {
  readonly text: string;
  /** Whether it says what is wrong. */
  readonly problem: boolean;
}

/** What a line shows beside its place. */
interface Row {
  readonly level: number;
  readonly offset: number | null;
  readonly bytes: string;
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly bad: boolean;
}

/** A tree, drawn piece by piece. */
export class Tree {
  readonly #options: TreeOptions;
  readonly #bytesShown: number;
  readonly #nameColumns: number;

  constructor(options: TreeOptions) {
    this.#options = options;
    const width = options.width ?? 120;
    this.#bytesShown = width >= 100 ? 8 : width >= 70 ? 4 : 0;
    this.#nameColumns = width >= 100 ? 36 : width >= 70 ? 28 : 20;
  }

  /** The lines of a piece, by its own node or by one with less in it. */
  *item(item: Item, node = item.kind === "finish" ? null : item.node): Generator<TreeLine, void, undefined> {
    const shown = new Set<Problem>();
    // What was found out before, such as by the choice of schemas.
    for (const one of item.problems) {
      if (node === null || (one.offset ?? 0) >= node.offset) break;
      yield this.#tell(one, shown);
    }
    if (item.kind !== "finish" && node !== null) yield* this.#node(node, [], item, shown);
    for (const one of item.problems) if (!shown.has(one)) yield this.#problem(one);
    if (item.kind === "finish")
      yield { text: this.#paint("dim", coverageText(item.coverage, item.size)), problem: false };
  }

  /** What a dump was counted as far as it was read. */
  stopped({ described, padding, unknown, missing }: Coverage): string {
    const read = described + padding + unknown;
    return this.#paint("dim", coverageText({ described, padding, unknown, missing }, `the first ${read}`));
  }

  *#node(node: Node, around: readonly Step[], item: Piece, shown: Set<Problem>): Generator<TreeLine, void, undefined> {
    const level = around.length;
    const here = { head: node, path: node.path };
    const known = this.#options.knows?.(here, around) ?? null;
    yield this.#line(rowOf(node, item, level, known, this.#bytesShown < 8));
    if (node.status !== "default") yield* this.#bits(node, item, level + 1);
    const below = level < (this.#options.depth ?? Number.POSITIVE_INFINITY);
    for (const child of node.children) {
      if (below && this.#isShown(child)) yield* this.#node(child, [...around, here], item, shown);
      else for (const one of problemsIn(child)) yield this.#tell(one, shown);
    }
    if (node.cut > 0 && below) {
      const name = `… ${node.cut} more`;
      yield this.#line({ level: level + 1, offset: null, bytes: "", name, value: "", note: "", bad: false });
    }
    // Behind what is whole, so that a dump that was cut begins as the whole one does.
    for (const one of node.problems) yield this.#tell(one, shown);
  }

  #isShown(node: Node): boolean {
    if (this.#options.frames === true) return true;
    switch (node.part) {
      case "frame":
      case "padding":
        return false;
      case "damaged":
        return true;
      case "unknown":
        // What is inside of an unknown member is told by the member.
        return !["header", "payload", "value"].includes(String(node.name));
      case "element":
        return typeof node.name === "number";
      case "dump":
      case "record":
      case "member":
      case "alternative":
      case "field":
        return true;
    }
  }

  *#bits(node: Node, item: Piece, level: number): Generator<TreeLine, void, undefined> {
    const type = node.wire?.kind === "optional" ? node.wire.element : node.wire;
    if (type?.kind !== "bits" || node.part === "damaged") return;
    // Of bits with one range that is wrong all are shown: which it is stands behind them.
    const value = node.status === "error" && node.length > 0 ? integerIn(valueBytes(node, item.peek)) : node.value;
    for (const { name, text } of bitRows(type, value)) {
      yield this.#line({ level, offset: null, bytes: "", name, value: text, note: "", bad: false });
    }
  }

  #tell(one: Problem, shown: Set<Problem>): TreeLine {
    shown.add(one);
    return this.#problem(one);
  }

  #problem(one: Problem): TreeLine {
    return { text: this.#paint("red", problemLine(one)), problem: true };
  }

  #line({ level, offset, bytes, name, value, note, bad }: Row): TreeLine {
    const place = offset === null ? " ".repeat(8) : offset.toString(16).padStart(8, "0");
    const raw = this.#bytesShown === 0 ? "" : `  ${this.#bytes(bytes)}`;
    const indented = `${"  ".repeat(level)}${name}`;
    const gap = " ".repeat(Math.max(0, this.#nameColumns - columnsOf(indented)));
    const notes = note === "" ? "" : `  ${note}`;
    const used = 8 + raw.length + 2 + columnsOf(indented) + gap.length + 2 + columnsOf(notes);
    const { width } = this.#options;
    if (width !== null && used + Math.min(8, columnsOf(value)) > width) {
      return this.#narrow({ level, offset, bytes, name, value, note, bad }, `${place}${raw}`, indented);
    }
    const text = width === null ? value : clip(value, Math.max(8, width - used));
    const painted = `${this.#paint("dim", `${place}${raw}`)}  ${this.#paint(bad ? "red" : "bold", indented)}`;
    return { text: `${painted}${gap}  ${text}${this.#paint("dim", notes)}`.trimEnd(), problem: false };
  }

  /** A row that does not fit its columns: what fits of the name, and behind it of value and note. */
  #narrow({ value, note, bad }: Row, place: string, indented: string): TreeLine {
    const room = Math.max(16, (this.#options.width ?? 0) - columnsOf(place) - 2);
    const name = clip(indented, Math.max(8, room - 10));
    const rest = clip([value, note].filter((one) => one !== "").join("  "), Math.max(1, room - columnsOf(name) - 2));
    const painted = `${this.#paint("dim", place)}  ${this.#paint(bad ? "red" : "bold", name)}`;
    return { text: `${painted}  ${rest}`.trimEnd(), problem: false };
  }

  #bytes(digits: string): string {
    const pairs = digits.match(/…|../g) ?? [];
    if (pairs[0] === "…") return pairs.slice(0, this.#bytesShown + 1).join(" ");
    const some = pairs.slice(0, this.#bytesShown).join(" ");
    return `${some}${pairs.length > this.#bytesShown ? " …" : ""}`.padEnd(this.#bytesShown * 3 + 1);
  }

  #paint(style: "dim" | "bold" | "red", text: string): string {
    if (!this.#options.colour || text === "") return text;
    const code = { dim: "2", bold: "1", red: "31" }[style];
    return `\u001b[${code}m${text}\u001b[0m`;
  }
}

function clip(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  let used = 1;
  for (const character of text) {
    used += columnsOf(character);
    if (used > columns) break;
    kept += character;
  }
  return `${kept}…`;
}

type Piece = Exclude<Item, { kind: "finish" }>;

/** `brief`: only some bytes are shown, which are to be those of the value; the offset is the same all the same. */
function rowOf(node: Node, item: Piece, level: number, known: KnownBy | null, brief: boolean): Row {
  const held = heldLeaf(node) ?? node;
  const isBehind = brief && held === node && isWord(node);
  const name = typeof node.name === "number" ? `[${node.name}]` : escapeText(node.name);
  const id = node.id === null || node.part === "record" || name === idText(node.id) ? "" : idText(node.id);
  const note = [id, noteOf(node, item.peek), known === null ? "" : knownText(known)]
    .filter((one) => one !== "")
    .join("  ");
  return {
    level,
    offset: node.length === 0 ? null : held.offset,
    bytes: isBehind
      ? `…${hexDigits(item.peek(held.offset + 4, 4))}`
      : hexDigits(item.peek(held.offset, Math.min(held.length, 9))),
    name: name === "" ? nameOfPart(node) : name,
    value: level === 0 ? pieceText(item) : rowValue(node, item.peek),
    note,
    bad: node.status === "error" && node.children.length === 0,
  };
}

/** The bytes of a value that has a header before it: what people look for in a hex dump. */
function heldLeaf(node: Node): Node | null {
  const holds = ({ part, name }: Node): boolean =>
    (name === "value" && (part === "element" || part === "unknown")) || (name === "payload" && part === "unknown");
  return node.children.find(holds) ?? null;
}

/** A member whose value is in its header. */
function isWord({ part, type, wire, length, children, status }: Node): boolean {
  if (length !== 8 || children.length > 0 || status === "error") return false;
  return ((part === "member" || part === "alternative") && wire !== null) || (part === "unknown" && type === "word");
}

/** The bytes of the value alone. */
function valueBytes(node: Node, peek: Peek): Uint8Array {
  const held = heldLeaf(node) ?? node;
  const isHeader = held === node && (node.part === "member" || node.part === "alternative");
  return isHeader ? peek(held.offset + 4, 4) : peek(held.offset, held.length);
}

function nameOfPart(node: Node): string {
  return node.part === "damaged" ? bytesText(node.length) : node.part;
}

function bytesText(length: number): string {
  return length === 1 ? "1 byte" : `${length} bytes`;
}

/** `linux.pci 3 has it as flr`. */
export function knownText({ module, version, name }: KnownBy): string {
  return `${module} ${version} has it as ${name}`;
}

/** What a header or record is, in words. */
function pieceText(item: Piece): string {
  switch (item.kind) {
    case "header":
      return "Baton dump";
    case "schema":
      return `${item.bytes} bytes`;
    case "record":
      return recordText(item.type, item.header);
    case "damaged":
      return cutText(item);
    case "manifest":
    case "end":
      return "";
  }
}

function recordText(type: WireState | null, { version, flags }: Pick<RecordHeader, "version" | "flags">): string {
  const text = `version ${formatVersion(version)}`;
  if (type !== null) return text;
  return `${text}, no schema, ${(flags & RECORD_MUST) === 0 ? "may be dropped" : "must be understood"}`;
}

/** The same of a record whose header was cut, if that much of it is there. */
function cutText({ cut, type }: Extract<Item, { kind: "damaged" }>): string {
  if (cut === null || cut.name === null || cut.role !== "state") return "";
  return cut.bytes >= (type === null ? flagsEnd : versionEnd) ? recordText(type, cut.header) : "";
}

/** Where in the header of a record its version and its flags end. */
const [versionEnd, flagsEnd] = [12, 16];

const noBytes = new Uint8Array(0);

/** A member that is named by its id. */
function isNameless({ part, name, id, wire, status }: Node): boolean {
  return (
    (part === "member" || part === "unknown") &&
    id !== null &&
    name === idText(id) &&
    wire === null &&
    status !== "error"
  );
}

function rowValue(node: Node, peek: Peek): string {
  if (node.part === "damaged" && node.name !== "") return bytesText(node.length);
  const counted = node.children.find(
    (child) => child.part === "frame" && (child.name === "table" || child.name === "list"),
  );
  if (node.wire?.kind === "list" && typeof counted?.value === "number") {
    // As the header counts them: what could be read of them may be fewer. A header that is damaged counts nothing.
    const count = counted.status === "error" && Array.isArray(node.value) ? node.value.length : counted.value;
    return `${count} × ${escapeText(node.wire.element.text)}`;
  }
  if (isUnion(node.wire) && (node.value === undefined || node.value === null)) return chosenText(node);
  const stated = isNameless(node) ? peek(node.offset + 4, 4) : noBytes;
  if (stated.length < 4) return valueText(node.wire, node.value);
  const payload = node.children.find(({ part, name }) => part === "unknown" && name === "payload");
  const length = node.type === "word" ? 4 : viewOf(stated).getUint32(0, true);
  const value = valueText(null, payload === undefined ? node.value : payload.value);
  const form = `${node.type} of ${bytesText(length)}`;
  if (integerOf(node.value) !== null) return `${value} (${form})`;
  return value === "" ? form : `${form}: ${value}`;
}

function isUnion(wire: Node["wire"]): boolean {
  return (wire?.kind === "optional" ? wire.element : wire)?.kind === "union";
}

/** Which alternative of a union is the one that could not be read. */
function chosenText({ children }: Node): string {
  const chosen = children.find(({ part, id }) => id !== null && part !== "frame" && part !== "padding");
  return chosen === undefined ? "" : escapeText(String(chosen.name));
}

function noteOf(node: Node, peek: Peek): string {
  switch (node.status) {
    case "ok":
      if (!isNameless(node)) return "";
      return ((peek(node.offset + 3, 1)[0] ?? 0) & MUST) === 0 ? "may be dropped" : "must be understood";
    case "error":
      if (node.part === "member" && node.length === 0) return "not known";
      if (isRecovered(node)) return "recovered";
      return node.part === "damaged" || isUnread(node) ? "damaged" : "";
    case "default":
    case "computed":
    case "retired":
      return node.status;
    case "dropped":
      return "unknown, dropped";
    case "unknown":
      return node.id === null ? "unknown" : "unknown, must be understood";
  }
}

/** Whether rows or elements were read by what their damaged header must have been. */
function isRecovered({ value, children }: Node): boolean {
  return (
    value !== undefined &&
    value !== null &&
    children.some(
      ({ part, name, status }) => part === "frame" && status === "error" && (name === "table" || name === "list"),
    )
  );
}

/** Whether a row stands for a value that could not be read, and nothing below it says so. */
function isUnread({ part, value, children }: Node): boolean {
  if (part === "record" || part === "frame" || (value !== undefined && value !== null)) return false;
  return children.every((child) => child.part === "frame" || child.part === "padding" || child.name === "value");
}

function problemsIn(node: Node): readonly Problem[] {
  return [...node.problems, ...node.children.flatMap(problemsIn)];
}

/** `coverage of 128 bytes: 120 described, 8 padding, 0 unknown, 0 missing`. */
export function coverageText({ described, padding, unknown, missing }: Coverage, size: number | string): string {
  return `coverage of ${size} bytes: ${described} described, ${padding} padding, ${unknown} unknown, ${missing} missing`;
}
