import type { Entry } from "../entry.ts";
import { idText } from "../../../runtime/id-text.ts";
import { make, offsetText } from "./dom.ts";
import { VirtualList } from "./list.ts";
import { TreeRows } from "./tree-rows.ts";

/** What marks a line of the tree. */
export type Mark = "changed" | "error" | null;

/** The parts of a dump as a tree that is unfolded where somebody looks. */
export class TreeView {
  readonly list: VirtualList;
  onPick: (entry: Entry) => void = () => {};
  /** Whether something in an entry's bytes changed or is wrong. */
  markOf: (entry: Entry) => Mark = () => null;
  #rows: TreeRows | null = null;
  #selected = -1;

  constructor(host: HTMLElement) {
    this.list = new VirtualList(host, 20);
    host.addEventListener("mousedown", (event) => this.#press(event));
    host.addEventListener("keydown", (event) => this.#key(event));
  }

  open(root: Entry): void {
    this.#rows = new TreeRows(root);
    this.#selected = -1;
    this.#show();
  }

  unfold(entry: Entry): void {
    if (entry.children.count > 0) this.#rows?.open(entry);
    this.#show();
  }

  /** Unfolds what is around an entry and selects it. */
  select(entry: Entry): void {
    const rows = this.#rows;
    if (rows === null) return;
    const { count } = rows;
    this.#selected = rows.rowOf(entry);
    if (rows.count === count) this.list.redraw();
    else this.#show();
    this.list.reveal(this.#selected);
    this.list.host.setAttribute("aria-activedescendant", `tree-${this.#selected}`);
  }

  #show(): void {
    const rows = this.#rows;
    if (rows !== null) this.list.show({ count: rows.count, fill: (element, row) => this.#fill(rows, element, row) });
  }

  #fill(rows: TreeRows, element: HTMLElement, row: number): void {
    const { entry, depth, isOpen } = rows.at(row);
    const branches = entry.children.count > 0;
    const mark = this.markOf(entry);
    const selected = row === this.#selected;
    element.className = [
      "row",
      entry.kind,
      entry.status.replace(" ", "-"),
      mark ?? "",
      selected ? "selected" : "",
    ].join(" ");
    element.id = `tree-${row}`;
    element.setAttribute("role", "treeitem");
    element.setAttribute("aria-level", String(depth + 1));
    element.setAttribute("aria-selected", String(selected));
    element.setAttribute("aria-posinset", String(entry.index + 1));
    element.setAttribute("aria-setsize", String(entry.parent?.children.count ?? 1));
    if (branches) element.setAttribute("aria-expanded", String(isOpen));
    else element.removeAttribute("aria-expanded");
    const note = noteOf(entry, mark);
    element.setAttribute("aria-label", [entry.name, entry.text, note].filter((text) => text !== "").join(", "));
    const name = make("span", { class: "name", text: entry.name });
    name.style.paddingLeft = `${depth * 14}px`;
    name.prepend(make("span", { class: "fold", text: branches ? (isOpen ? "▾" : "▸") : " " }));
    const at = entry.length === 0 ? "" : entry.offset.toString(16).padStart(8, "0");
    element.replaceChildren(
      make("span", { class: "place", text: at, title: entry.length === 0 ? "no bytes" : offsetText(entry.offset) }),
      name,
      make("span", { class: "value", text: entry.text, title: entry.text }),
      make("span", { class: "note", text: note }),
    );
  }

  #press(event: MouseEvent): void {
    const rows = this.#rows;
    const row = this.list.rowAt(event.clientY);
    if (rows === null || row < 0 || event.button !== 0) return;
    const { entry, isOpen } = rows.at(row);
    const fold = event.target instanceof Element && event.target.classList.contains("fold");
    if ((fold || event.detail === 2) && entry.children.count > 0) {
      if (isOpen) rows.close(entry);
      else rows.open(entry);
      this.#show();
    }
    this.onPick(entry);
  }

  #key(event: KeyboardEvent): void {
    const rows = this.#rows;
    if (rows === null || rows.count === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Math.max(0, this.#selected);
    const { entry, isOpen } = rows.at(at);
    const go = (row: number): void => this.onPick(rows.at(Math.max(0, Math.min(rows.count - 1, row))).entry);
    switch (event.key) {
      case "ArrowDown":
        go(this.#selected + 1);
        break;
      case "ArrowUp":
        go(at - 1);
        break;
      case "PageDown":
        go(at + this.list.visible);
        break;
      case "PageUp":
        go(at - this.list.visible);
        break;
      case "Home":
        go(0);
        break;
      case "End":
        go(rows.count - 1);
        break;
      case "ArrowRight":
        if (isOpen) go(at + 1);
        else if (entry.children.count > 0) {
          rows.open(entry);
          this.#show();
        }
        break;
      case "ArrowLeft":
        if (isOpen) {
          rows.close(entry);
          this.#show();
        } else if (entry.parent !== null && entry.parent.kind !== "dump") this.onPick(entry.parent);
        break;
      case "Enter":
      case " ":
        if (isOpen) rows.close(entry);
        else if (entry.children.count > 0) rows.open(entry);
        this.#show();
        break;
      default:
        return;
    }
    event.preventDefault();
  }
}

/** What stands behind a value: the id, and how it came about. */
export function noteOf(entry: Entry, mark: Mark): string {
  const id = entry.id === null || entry.kind === "record" || entry.name === idText(entry.id) ? "" : idText(entry.id);
  const status = entry.status === "ok" ? "" : entry.status;
  return [id, status, mark ?? ""].filter((text) => text !== "").join(" ");
}
