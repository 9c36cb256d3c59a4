import { make } from "./dom.ts";
import { VirtualList } from "./list.ts";

/** One line of a list of places. */
export interface Result {
  readonly offset: number | null;
  readonly path: string;
  readonly text: string;
  /** What kind of place it is, for its colour. */
  readonly class: string;
}

/** Places in a dump: what a search found, or what a filter lets through. */
export interface Results {
  readonly count: number;
  readonly at: (index: number) => Result;
  readonly pick: (index: number) => void;
}

export const noResults: Results = {
  count: 0,
  at: () => ({ offset: null, path: "", text: "", class: "" }),
  pick: () => {},
};

/** A flat list of places, in the place of the tree. */
export class ResultsView {
  readonly list: VirtualList;
  #results: Results = noResults;
  #selected = -1;

  constructor(host: HTMLElement) {
    this.list = new VirtualList(host, 20);
    host.addEventListener("mousedown", (event) => {
      const row = this.list.rowAt(event.clientY);
      if (row >= 0 && event.button === 0) this.pick(row);
    });
    host.addEventListener("keydown", (event) => {
      const page = this.list.visible;
      const enter = event.shiftKey ? -1 : 1;
      const step = { Enter: enter, ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page, Home: -1e9, End: 1e9 }[
        event.key
      ];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.pick(this.#selected + step);
    });
  }

  get selected(): number {
    return this.#selected;
  }

  show(results: Results, keep: boolean = false): void {
    this.#results = results;
    if (!keep) this.#selected = -1;
    this.list.show({ count: results.count, fill: (element, row) => this.#fill(element, row) });
    if (!keep) this.list.scrollTo(0);
  }

  /** Selects a line and goes to its place. */
  pick(row: number): void {
    const { count } = this.#results;
    if (count === 0) return;
    this.#selected = Math.max(0, Math.min(count - 1, row));
    this.list.redraw();
    this.list.reveal(this.#selected);
    this.list.host.setAttribute("aria-activedescendant", `result-${this.#selected}`);
    this.#results.pick(this.#selected);
  }

  #fill(element: HTMLElement, row: number): void {
    const { offset, path, text, class: kind } = this.#results.at(row);
    const selected = row === this.#selected;
    element.className = `row result ${kind}${selected ? " selected" : ""}`;
    element.id = `result-${row}`;
    element.setAttribute("role", "option");
    element.setAttribute("aria-selected", String(selected));
    element.setAttribute("aria-posinset", String(row + 1));
    element.setAttribute("aria-setsize", String(this.#results.count));
    element.replaceChildren(
      make("span", { class: "place", text: offset === null ? "" : offset.toString(16).padStart(8, "0") }),
      // Of a path that is too long its end is shown.
      make("span", { class: "name", title: path, children: [make("bdi", { text: withoutModule(path) })] }),
      make("span", { class: "value", text, title: text }),
    );
  }
}

/** `~ PciDevice#3.command` for `~ linux.pci.PciDevice#3.command`. */
function withoutModule(path: string): string {
  return path.replace(/^(\S )?(?:[a-z_]\w*\.)+(?=[A-Z]\w*[#[])/, "$1");
}
