import { escapeText } from "../../printable.ts";
import type { Side } from "../../dump/diff/content.ts";
import { integerText } from "../../dump/path-value.ts";
import type { Entry } from "../entry.ts";
import { findPath } from "../find-path.ts";
import { AddressBar, readAddress, type Address } from "./address.ts";
import { showDetail, showWay } from "./detail.ts";
import { button, byId, offsetText, plural } from "./dom.ts";
import { HexView } from "./hex.ts";
import { listChanges, listProblems, listStretches, type Select } from "./listing.ts";
import { DumpMap } from "./map.ts";
import type { Answer, PlainChange, Request, SearchMode } from "./protocol.ts";
import { noResults, ResultsView, type Results } from "./results.ts";
import { mostHits, wantedBytes } from "./search.ts";
import type { OpenSide } from "./side.ts";
import { TreeView } from "./tree.ts";

/** What the list on the left shows instead of the tree. */
type Filter = "changed" | "errors" | "unknown" | "padding";

const filters: readonly (readonly [filter: Filter, label: string])[] = [
  ["changed", "changed"],
  ["errors", "errors"],
  ["unknown", "unknown"],
  ["padding", "padding"],
];

/** The page: which dump is shown, what is selected, and what is listed. */
export class App {
  readonly #sides: ReadonlyMap<Side, OpenSide>;
  readonly #ask: (request: Request) => void;
  readonly #tree = new TreeView(byId("tree"));
  readonly #results = new ResultsView(byId("results"));
  readonly #hex = new HexView(byId("hex"), byId("ruler"));
  readonly #map = new DumpMap(byId("map"), byId("strip") as HTMLCanvasElement, byId("seen"));
  readonly #address = new AddressBar((address) => this.#goTo(address));
  readonly #query = byId("query") as HTMLInputElement;
  readonly #mode = byId("mode") as HTMLSelectElement;
  #side: OpenSide;
  #entry: Entry;
  #cursor = 0;
  #filter: Filter | null = null;
  #changes: readonly PlainChange[] = [];
  #changeCount = 0;
  #search = 0;
  #hits: number[] = [];
  #isSearching = false;
  #failed = "";

  constructor(sides: ReadonlyMap<Side, OpenSide>, ask: (request: Request) => void) {
    const first = sides.get("a");
    if (first === undefined) throw new Error("a page shows a dump");
    this.#sides = sides;
    this.#ask = ask;
    this.#side = first;
    this.#entry = first.outline.root;
    this.#tree.onPick = (entry) => this.select(entry);
    this.#tree.markOf = (entry) => this.#side.markOf(entry);
    this.#hex.onPick = (offset) => this.select(this.#side.outline.at(offset), offset);
    this.#map.onPick = (offset) => this.#hex.list.scrollTo(Math.floor(offset / this.#hex.width));
    this.#hex.list.onView = () => {
      const { first: row, visible } = this.#hex.list;
      this.#map.see(row * this.#hex.width, visible * this.#hex.width);
    };
    this.#buttons();
    this.#keys();
    const address = readAddress(location.hash);
    this.#show(sides.get(address.side) ?? first);
    this.#goTo(address);
  }

  /** Selects an entry everywhere; `cursor` is the byte that was meant. */
  select(entry: Entry, cursor: number = entry.offset): void {
    this.#entry = entry;
    this.#cursor = cursor;
    // First what may take room from the lists.
    showWay(byId("way"), entry, (one) => this.select(one));
    this.#detail();
    if (entry.kind !== "dump") this.#tree.select(entry);
    this.#hex.select({ offset: entry.offset, length: entry.kind === "dump" ? 0 : entry.length, cursor });
    const { side } = this.#side;
    this.#address.write({ side, offset: cursor, path: entry.path });
    byId("said").textContent =
      `${entry.path || "dump"}, ${entry.text}, ${entry.length} bytes at ${offsetText(entry.offset)}`;
  }

  #detail(): void {
    const entry = this.#entry;
    const { outline } = this.#side;
    const known = { change: this.#side.changeOf(entry), problems: this.#side.problemsOf(entry) };
    showDetail(byId("detail"), entry, known, { bytes: outline.bytes, offset: this.#cursor });
  }

  /** Takes what the worker found. */
  take(answer: Answer): void {
    switch (answer.kind) {
      case "progress": {
        const side = this.#sides.get(answer.side);
        if (side !== undefined) side.done = answer.done;
        break;
      }
      case "checked":
        this.#sides.get(answer.side)?.check(answer);
        this.#marks();
        break;
      case "changes":
        this.#changes = answer.changes;
        this.#changeCount = answer.count;
        for (const side of this.#sides.values()) side.compare(answer.changes);
        this.#marks();
        break;
      case "failed":
        this.#failed = answer.why;
        break;
      case "found":
        if (answer.id !== this.#search) return;
        for (const number of answer.hits) this.#hits.push(number);
        this.#isSearching = !answer.done;
        this.#list();
        break;
    }
    this.#status();
  }

  #show(side: OpenSide): void {
    this.#side = side;
    this.#tree.open(side.outline.root);
    this.#hex.open(side.outline);
    this.#map.open(side.outline);
    this.#entry = side.outline.root;
    for (const one of byId("sides").querySelectorAll("button")) {
      one.setAttribute("aria-pressed", String(one.dataset["side"] === side.side));
    }
    this.#marks();
    this.#status();
  }

  #marks(): void {
    const { changed, errors, unknown, padding } = this.#side;
    this.#hex.mark({ changed, errors });
    this.#map.layers([
      ["padding", padding],
      ["unknown", unknown],
      ["changed", changed],
      ["error", errors],
    ]);
    this.#tree.list.redraw();
    this.#detail();
    this.#filterCounts();
    if (this.#filter !== null) this.#list();
  }

  #goTo({ side, offset, path }: Address): void {
    const wanted = this.#sides.get(side);
    if (wanted !== undefined && wanted !== this.#side) this.#show(wanted);
    const { outline } = this.#side;
    const named = path === "" ? null : outline.resolve(path);
    const inside = offset !== null && offset < outline.bytes.length;
    const first = firstEntry(outline.root);
    if (named === null && !inside) this.#tree.unfold(first);
    const entry = named ?? (inside ? outline.at(offset) : first);
    this.select(entry, inside && offset >= entry.offset && offset < entry.end ? offset : entry.offset);
  }

  #buttons(): void {
    const sides = byId("sides");
    for (const side of this.#sides.values()) {
      const name = this.#sides.size > 1 ? `${side.side}: ${side.about.name}` : side.about.name;
      const one = button(escapeText(name), side.about.name, () => this.#switch(side));
      one.dataset["side"] = side.side;
      sides.append(one);
    }
    const bar = byId("filters");
    for (const [filter, label] of filters) {
      const one = button(label, `list what is ${label === "errors" ? "wrong" : label}`, () => this.#setFilter(filter));
      one.dataset["filter"] = filter;
      one.setAttribute("aria-pressed", "false");
      bar.append(one);
    }
    byId("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#find();
    });
    this.#query.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.#clear();
        byId("tree").focus();
      } else if (event.key === "ArrowDown" && this.#results.list.count > 0) {
        byId("results").focus();
        this.#results.pick(0);
      } else return;
      event.preventDefault();
    });
    byId("next").addEventListener("click", () => this.#results.pick(this.#results.selected + 1));
    byId("previous").addEventListener("click", () => this.#results.pick(this.#results.selected - 1));
    byId("clear").addEventListener("click", () => this.#clear());
  }

  #switch(side: OpenSide): void {
    if (side === this.#side) return;
    const { path, offset } = this.#entry;
    this.#show(side);
    const entry = side.outline.resolve(path) ?? side.outline.at(Math.min(offset, side.outline.bytes.length - 1));
    this.select(entry);
    // What was found was found in the other dump.
    if (this.#filter !== null) this.#list();
    else if (this.#query.value !== "") this.#find();
  }

  #keys(): void {
    addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      switch (event.key) {
        case "/":
          this.#query.focus();
          this.#query.select();
          break;
        case "n":
          this.#results.pick(this.#results.selected + 1);
          break;
        case "N":
          this.#results.pick(this.#results.selected - 1);
          break;
        case "Escape":
          this.#clear();
          break;
        case "a":
        case "b": {
          const side = this.#sides.get(event.key);
          if (side !== undefined) this.#switch(side);
          break;
        }
        default:
          return;
      }
      event.preventDefault();
    });
  }

  #find(): void {
    const text = this.#query.value.trim();
    this.#hits = [];
    this.#search++;
    if (text === "") return this.#clear();
    this.#setPressed(null);
    const { outline, side } = this.#side;
    const mode = this.#mode.value;
    if (mode === "offset") {
      const offset = integerText(text.startsWith("0x") ? text : /[a-f]/i.test(text) ? `0x${text}` : text);
      if (offset !== null && offset >= 0n && offset < BigInt(outline.bytes.length)) {
        this.#showTree();
        this.select(outline.at(Number(offset)), Number(offset));
        this.#say(`offset ${offsetText(Number(offset))}`);
      } else this.#say("no such offset");
      return;
    }
    // A single name is looked for everywhere, a path leads to one place.
    const isPath = mode === "path" || (mode === "any" && /[.#[]/.test(text));
    const named = isPath ? (outline.resolve(text) ?? findPath(outline.root, text)) : null;
    if (named !== null) {
      this.#showTree();
      this.select(named);
      this.#say("path found");
      return;
    }
    if (mode === "bytes" && wantedBytes(text) === null) {
      this.#say('write bytes as "text" or as pairs of digits');
      return;
    }
    this.#isSearching = true;
    this.#list();
    this.#ask({ kind: "search", id: this.#search, side, mode: mode as SearchMode, text });
  }

  #setFilter(filter: Filter): void {
    this.#hits = [];
    this.#search++;
    this.#isSearching = false;
    this.#query.value = "";
    if (this.#filter === filter) return this.#clear();
    this.#setPressed(filter);
    this.#list();
  }

  #setPressed(filter: Filter | null): void {
    this.#filter = filter;
    for (const one of byId("filters").querySelectorAll("button")) {
      one.setAttribute("aria-pressed", String(one.dataset["filter"] === filter));
    }
  }

  /** Back to the tree. */
  #clear(): void {
    this.#hits = [];
    this.#search++;
    this.#isSearching = false;
    this.#query.value = "";
    this.#setPressed(null);
    byId("found").hidden = true;
    this.#showTree();
    this.select(this.#entry);
  }

  #showTree(): void {
    this.#results.show(noResults);
    byId("results").hidden = true;
    byId("tree").hidden = false;
  }

  #list(): void {
    const results =
      this.#filter === null
        ? listStretches(this.#side, Float64Array.from(this.#hits), "hit", (entry, cursor) => this.select(entry, cursor))
        : this.#filtered(this.#filter);
    const keep = this.#filter === null && this.#results.list.count > 0 && results.count >= this.#results.list.count;
    byId("results").hidden = false;
    byId("tree").hidden = true;
    this.#results.show(results, keep);
    const more = this.#filter === null && results.count >= mostHits ? " or more" : "";
    const count = this.#filter === "changed" ? this.#changeCount : results.count;
    this.#say(`${count.toLocaleString("en")}${more} ${this.#filter ?? "found"}${this.#isSearching ? " …" : ""}`);
  }

  #say(text: string): void {
    byId("found").hidden = false;
    byId("found-said").textContent = text;
  }

  #filtered(filter: Filter): Results {
    const side = this.#side;
    const select: Select = (entry, cursor) => this.select(entry, cursor);
    switch (filter) {
      case "unknown":
        return listStretches(side, side.unknown, "unknown", select);
      case "padding":
        return listStretches(side, side.padding, "padding", select);
      case "errors":
        return listProblems(side, select);
      case "changed":
        return listChanges(side, this.#changes, (change) => this.#pickChange(change));
    }
  }

  #pickChange(change: PlainChange): void {
    const own = change[this.#side.side];
    if (own === null) {
      const other = this.#sides.get(this.#side.side === "a" ? "b" : "a");
      if (other === undefined) return;
      this.#show(other);
    }
    const spot = change[this.#side.side];
    if (spot === null) return;
    const { outline } = this.#side;
    this.select(outline.resolve(spot.path) ?? outline.at(spot.offset ?? 0));
  }

  #filterCounts(): void {
    const { unknown, padding, problems } = this.#side;
    const counts = {
      changed: this.#changeCount,
      errors: problems.length,
      unknown: unknown.length / 2,
      padding: padding.length / 2,
    };
    for (const one of byId("filters").querySelectorAll("button")) {
      const name = one.dataset["filter"] as Filter;
      one.textContent = counts[name] === 0 ? name : `${name} ${counts[name].toLocaleString("en")}`;
      one.disabled = counts[name] === 0;
      one.hidden = name === "changed" && this.#sides.size < 2;
    }
  }

  #status(): void {
    const { done, coverage, about, outline, problems } = this.#side;
    const size = `${outline.bytes.length.toLocaleString("en")} bytes`;
    const parts = [size];
    if (this.#failed !== "") parts.push(`not checked: ${escapeText(this.#failed)}`);
    else if (coverage === null) parts.push(done === 0 ? "checking …" : `checking … ${Math.round(done * 100)} %`);
    else {
      const { described, padding, unknown, missing } = coverage;
      const numbers = { described, padding, unknown, missing };
      parts.push(...Object.entries(numbers).map(([name, count]) => `${count.toLocaleString("en")} ${name}`));
      parts.push(problems.length === 0 ? "no problem" : plural(problems.length, "problem"));
    }
    if (about.missing.length > 0) parts.push(`no schema for ${about.missing.map(escapeText).join(", ")}`);
    byId("status").textContent = parts.join("   ");
    document.documentElement.dataset["checked"] = String(
      [...this.#sides.values()].every((side) => side.coverage !== null),
    );
  }
}

/** What is selected when nothing is asked for: the first state, or else the first piece. */
function firstEntry(root: Entry): Entry {
  for (let i = 0; i < Math.min(root.children.count, 8); i++) {
    const entry = root.children.at(i);
    if (entry.kind === "record" && entry.id !== null) return entry;
  }
  return root.children.count > 0 ? root.children.at(0) : root;
}
