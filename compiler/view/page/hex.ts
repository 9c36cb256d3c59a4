import type { Entry, Role } from "../entry.ts";
import type { Outline } from "../outline.ts";
import { make } from "./dom.ts";
import { VirtualList } from "./list.ts";
import type { Stretches } from "./protocol.ts";
import { endOfStretch } from "./ranges.ts";

/** Marks that lie over the bytes of a dump. */
export interface Marks {
  readonly changed: Stretches;
  readonly errors: Stretches;
}

/** Bytes that are selected; `cursor` is the one that the keyboard is at. */
export interface Selection {
  readonly offset: number;
  readonly length: number;
  readonly cursor: number;
}

/** Colours that members have; siblings differ. */
const colours = 8;

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The class of a byte by what it is and whose. */
function classOf(entry: Entry, role: Role): string {
  if (role !== "value") return role;
  const number = entry.id ?? (entry.parent?.id ?? 0) + entry.index;
  return `value c${number % colours}`;
}

/** The bytes of a dump, coloured by member. */
export class HexView {
  readonly list: VirtualList;
  onPick: (offset: number) => void = () => {};
  #outline: Outline | null = null;
  #width = 16;
  #selection: Selection = { offset: 0, length: 0, cursor: 0 };
  #marks: Marks = { changed: new Float64Array(), errors: new Float64Array() };
  readonly #ruler: HTMLElement;

  constructor(host: HTMLElement, ruler: HTMLElement) {
    this.list = new VirtualList(host, 18);
    this.#ruler = ruler;
    host.addEventListener("mousedown", (event) => this.#press(event));
    host.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#fit()).observe(host);
  }

  /** Bytes in a row. */
  get width(): number {
    return this.#width;
  }

  open(outline: Outline): void {
    this.#outline = outline;
    this.#fit();
    this.#show();
  }

  mark(marks: Marks): void {
    this.#marks = marks;
    this.list.redraw();
  }

  select(selection: Selection): void {
    this.#selection = selection;
    this.list.redraw();
    const { offset, length, cursor } = selection;
    const [row, last] = [cursor, Math.max(cursor, offset + length - 1)].map((at) => Math.floor(at / this.#width));
    this.list.reveal(row ?? 0, last);
    this.#announce();
  }

  #announce(): void {
    const row = Math.floor(this.#selection.cursor / this.#width);
    this.list.host.setAttribute("aria-activedescendant", `hex-${row}`);
  }

  /** As many bytes in a row as fit. */
  #fit(): void {
    const { host } = this.list;
    if (host.clientWidth === 0) return;
    const columns = host.clientWidth / characterWidth(host);
    const width = columns >= 10 + 16 * 4 + 2 ? 16 : columns >= 10 + 8 * 4 + 1 ? 8 : 4;
    const first = this.list.first * this.#width;
    if (width === this.#width && this.#ruler.textContent !== "") return;
    this.#width = width;
    const heads = Array.from({ length: width }, (_, i) => `${i === 8 ? " " : ""}${digits[i] ?? ""}`);
    this.#ruler.textContent = `offset    ${heads.join(" ")}  text`;
    this.#show();
    this.list.scrollTo(Math.floor(first / width));
  }

  #show(): void {
    const outline = this.#outline;
    if (outline === null) return;
    const count = Math.ceil(outline.bytes.length / this.#width);
    this.list.host.setAttribute("aria-rowcount", String(count));
    this.list.show({ count, fill: (element, row) => this.#fill(outline, element, row) });
  }

  #fill(outline: Outline, element: HTMLElement, row: number): void {
    const start = row * this.#width;
    const end = Math.min(start + this.#width, outline.bytes.length);
    element.className = "row";
    element.id = `hex-${row}`;
    element.setAttribute("role", "row");
    element.setAttribute("aria-rowindex", String(row + 1));
    const place = make("span", { class: "place", role: "rowheader", text: start.toString(16).padStart(8, "0") });
    const hex = make("span", { class: "hex", role: "gridcell" });
    const text = make("span", { class: "text", role: "gridcell" });
    for (let at = start; at < end;) {
      const stretch = this.#stretch(outline, at, end);
      const pairs: string[] = [];
      let characters = "";
      for (let i = at; i < stretch.end; i++) {
        const byte = outline.bytes[i] ?? 0;
        pairs.push(`${i - start === 8 && i > at ? " " : ""}${digits[byte] ?? ""}`);
        characters += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
      }
      if (at > start) hex.append(this.#gap(at, at - start === 8 ? "  " : " "));
      hex.append(make("span", { class: stretch.class, text: pairs.join(" ") }));
      text.append(make("span", { class: stretch.class, text: characters }));
      at = stretch.end;
    }
    // The last row is shorter, and its text stands below the others.
    const missing = start + this.#width - end;
    if (missing > 0) hex.append(" ".repeat(missing * 3 + (end - start <= 8 && this.#width === 16 ? 1 : 0)));
    element.replaceChildren(place, hex, text);
  }

  /** The space before a byte: inside of what is selected it is selected, too. */
  #gap(at: number, text: string): Node {
    const { offset, length } = this.#selection;
    const inside = at > offset && at < offset + length;
    return inside ? make("span", { class: "selected", text }) : document.createTextNode(text);
  }

  /** Bytes from a place on that look alike. */
  #stretch(outline: Outline, at: number, end: number): { readonly class: string; readonly end: number } {
    const { offset, length, cursor } = this.#selection;
    const span = outline.span(at);
    const ends = [span.end, end];
    let name = classOf(span.entry, span.role);
    const over = (from: number, to: number, add: string): void => {
      if (at >= from && at < to) {
        name += ` ${add}`;
        ends.push(to);
      } else if (at < from) ends.push(from);
    };
    over(offset, offset + length, "selected");
    over(cursor, cursor + 1, "cursor");
    for (const [add, stretches] of [
      ["changed", this.#marks.changed],
      ["error", this.#marks.errors],
    ] as const) {
      if (stretches.length === 0) continue;
      const covered = endOfStretch(stretches, at);
      if (covered !== null) {
        name += ` ${add}`;
        ends.push(covered);
      } else {
        // The next one may begin in this row.
        for (let next = at + 1; next < end; next++) {
          if (endOfStretch(stretches, next) === null) continue;
          ends.push(next);
          break;
        }
      }
    }
    return { class: name, end: Math.max(at + 1, Math.min(...ends)) };
  }

  #press(event: MouseEvent): void {
    if (event.button !== 0 || this.#outline === null) return;
    const row = this.list.rowAt(event.clientY);
    const line = row < 0 ? null : document.getElementById(`hex-${row}`);
    if (line === null) return;
    const column = this.#columnAt(line, event.clientX);
    if (column === null) return;
    const offset = row * this.#width + column;
    if (offset < this.#outline.bytes.length) this.onPick(offset);
  }

  /** The byte of a row under the pointer, over its digits or its character. */
  #columnAt(line: HTMLElement, x: number): number | null {
    const [, hex, text] = line.children;
    const unit = characterWidth(this.list.host);
    const within = (part: Element | undefined): number => (x - (part?.getBoundingClientRect().left ?? 0)) / unit;
    if (text !== undefined && within(text) >= 0) return Math.min(this.#width - 1, Math.floor(within(text)));
    const column = within(hex);
    if (column < 0) return 0;
    const gap = column >= 8 * 3 && this.#width === 16 ? 1 : 0;
    return Math.max(0, Math.min(this.#width - 1, Math.floor((column - gap) / 3)));
  }

  #key(event: KeyboardEvent): void {
    const outline = this.#outline;
    if (outline === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = this.list.visible * this.#width;
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#width, ArrowDown: this.#width },
      ...{ PageUp: -page, PageDown: page, Home: -outline.bytes.length, End: outline.bytes.length },
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const last = outline.bytes.length - 1;
    this.onPick(Math.max(0, Math.min(last, this.#selection.cursor + step)));
  }
}

let measured: number | null = null;

/** Pixels of a character: all are equally wide. */
function characterWidth(host: HTMLElement): number {
  if (measured !== null) return measured;
  const probe = make("span", { class: "probe", text: "0".repeat(100) });
  host.append(probe);
  const width = probe.getBoundingClientRect().width / 100;
  probe.remove();
  if (width > 0) measured = width;
  return width > 0 ? width : 7.2;
}
