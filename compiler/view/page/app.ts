import { escapeText } from "../../printable.ts";
import type { Side } from "../../dump/diff/content.ts";
import type { Entry } from "../entry.ts";
import { findPath, firstEntry, unnamedText } from "../find-path.ts";
import { AddressBar, readAddress, type ReadAddress } from "./address.ts";
import { showDetail, showWay } from "./detail.ts";
import { button, byId, make, offsetText } from "./dom.ts";
import { HexView } from "./hex.ts";
import { firstProblem, listChanges, listProblems, listStretches, type Select } from "./listing.ts";
import { DumpMap } from "./map.ts";
import type { Answer, PlainChange, Request } from "./protocol.ts";
import { readQuery } from "./query.ts";
import { noResults, ResultsView, type Results } from "./results.ts";
import { mostHits } from "./search.ts";
import type { OpenSide } from "./side.ts";
import { statusTexts } from "./status.ts";
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
  readonly #compared: { count: number | null } | null;
  #search = 0;
  /** What was looked for last: asking for it again goes on to the next place. */
  #asked = "";
  #hits: number[] = [];
  /** What to say where a search finds nothing. */
  #hint = "";
  #isSearching = false;
  /** What is selected because nobody has asked for anything yet. */
  #unasked: Entry | null = null;
  #failed = "";

  constructor(sides: ReadonlyMap<Side, OpenSide>, ask: (request: Request) => void) {
    const first = sides.get("a");
    if (first === undefined) throw new Error("a page shows a dump");
    this.#sides = sides;
    this.#ask = ask;
    this.#side = first;
    this.#compared = sides.size > 1 ? { count: null } : null;
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
    this.#show(first);
    this.#goTo(readAddress(location.hash));
  }

  /** Selects an entry everywhere; `cursor` is the byte that was meant. */
  select(entry: Entry, cursor: number = entry.offset): void {
    this.#present(entry, cursor);
    const { side } = this.#side;
    this.#address.write({ side, offset: cursor, path: entry.path });
  }

  #present(entry: Entry, cursor: number): void {
    if (entry !== this.#entry) this.#unasked = null;
    this.#entry = entry;
    this.#cursor = cursor;
    // First what may take room from the lists.
    showWay(byId("way"), entry, (one) => this.select(one));
    this.#detail();
    if (entry.kind !== "dump") this.#tree.select(entry);
    this.#hex.select({ offset: entry.offset, length: entry.kind === "dump" ? 0 : entry.length, cursor });
    byId("said").textContent =
      `${entry.path || "dump"}, ${entry.text}, ${entry.length} bytes at ${offsetText(entry.offset)}`;
  }

  #detail(): void {
    const entry = this.#entry;
    const { outline } = this.#side;
    const known = {
      change: this.#side.changeOf(entry),
      absent: this.#side.absentFrom(entry),
      problems: this.#side.problemsOf(entry),
    };
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
        if (answer.side === this.#side.side) this.#showFirstProblem();
        break;
      case "changes":
        this.#changes = answer.changes;
        if (this.#compared !== null) this.#compared.count = answer.count;
        for (const side of this.#sides.values()) side.compare(answer.changes);
        this.#marks();
        break;
      case "failed":
        this.#failed = answer.why;
        this.#filterCounts();
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

  /** A dump is looked at for what is wrong with it, unless somebody looks for something already. */
  #showFirstProblem(): void {
    const isUnasked = this.#unasked === this.#entry && this.#filter === null && this.#query.value === "";
    this.#unasked = null;
    const first = firstProblem(this.#side);
    if (isUnasked && first !== null)
      listProblems(this.#side, (entry, cursor) => this.select(entry, cursor)).pick(first);
  }

  #marks(): void {
    const { changed, errors, unknown, padding, gaps } = this.#side;
    this.#hex.mark({ changed, errors });
    this.#map.layers([
      ["padding", padding],
      ["unknown", unknown],
      ["changed", changed],
      ["changed", gaps],
      ["error", errors],
    ]);
    this.#tree.list.redraw();
    this.#detail();
    this.#filterCounts();
    if (this.#filter !== null) this.#list();
  }

  #goTo({ side, offset, path, unread }: ReadAddress): void {
    const wanted = this.#sides.get(side);
    if (wanted !== undefined && wanted !== this.#side) this.#show(wanted);
    const { outline } = this.#side;
    const named = path === "" ? null : (outline.resolve(path) ?? findPath(outline.root, path));
    const inside = offset !== null && offset < outline.bytes.length;
    const told = [
      ...unread.map((word) => `the address says ${word}, which is nothing here`),
      ...(wanted === undefined ? [`this page has no dump ${side}`] : []),
      ...(path !== "" && named === null ? [unnamedText(outline.root, path)] : []),
      ...(offset !== null && !inside ? [`no byte at ${offsetText(offset)}: ${endOf(outline.bytes)}`] : []),
    ];
    if (told.length > 0) this.#say(escapeText(told.join("; ")));
    else if (byId("results").hidden) byId("found").hidden = true;
    const entry = named ?? (inside ? outline.at(offset) : null);
    if (entry !== null) {
      return this.select(entry, inside && offset >= entry.offset && offset < entry.end ? offset : entry.offset);
    }
    // What the address asks for and is not here stays in it, and nothing else is shown in its place.
    if (told.length > 0) return this.#present(outline.root, 0);
    const first = firstEntry(outline.root);
    this.#tree.unfold(first);
    this.select(first);
    this.#unasked = first;
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
      } else if (event.key === "Enter" && this.#results.list.count > 0 && this.#asked === this.#wish) {
        byId("results").focus();
        this.#results.pick(this.#results.selected + (event.shiftKey ? -1 : 1));
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

  /** What the search box asks for. */
  get #wish(): string {
    return `${this.#mode.value} ${this.#query.value.trim()}`;
  }

  #find(): void {
    const text = this.#query.value.trim();
    this.#asked = this.#wish;
    this.#hits = [];
    this.#search++;
    if (text === "") return this.#clear();
    this.#setPressed(null);
    const { outline, side } = this.#side;
    const query = readQuery(this.#mode.value, text, outline.bytes.length);
    if (query.kind === "wrong") {
      this.#showTree();
      this.#say(query.why);
      return;
    }
    if (query.kind === "offset") {
      this.#showTree();
      this.select(outline.at(query.offset), query.offset);
      byId("tree").focus();
      this.#say(`offset ${offsetText(query.offset)}`);
      return;
    }
    const named = query.isPath ? (outline.resolve(text) ?? findPath(outline.root, text)) : null;
    if (named !== null) {
      this.#showTree();
      this.select(named);
      byId("tree").focus();
      this.#say("path found");
      return;
    }
    if (query.offset !== null) this.#hits.push(query.offset, 0);
    this.#hint = query.hint;
    this.#isSearching = true;
    this.#list();
    // From here `n` and `N` go through what is found; `/` leads back.
    byId("results").focus();
    this.#ask({ kind: "search", id: this.#search, side, mode: query.mode, text });
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
    const count = this.#filter === "changed" ? (this.#compared?.count ?? 0) : results.count;
    const hint = this.#filter === null && count === 0 && this.#hint !== "" ? `; ${this.#hint}` : "";
    const what = this.#filter === "errors" && count === 1 ? "error" : (this.#filter ?? "found");
    const after = this.#isSearching ? " …" : hint;
    this.#say(`${count.toLocaleString("en")}${more} ${what}${after}`);
  }

  #say(text: string): void {
    byId("found").hidden = false;
    byId("found-said").textContent = text;
    // A message alone has nothing to go through.
    for (const id of ["previous", "next"]) byId(id).hidden = byId("results").hidden;
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
      const other = this.#other;
      if (other === null) return;
      this.#show(other);
    }
    const spot = change[this.#side.side];
    if (spot === null) return;
    const { outline } = this.#side;
    this.select(outline.resolve(spot.path) ?? outline.at(spot.offset ?? 0));
  }

  get #other(): OpenSide | null {
    return this.#sides.get(this.#side.side === "a" ? "b" : "a") ?? null;
  }

  #filterCounts(): void {
    const { unknown, padding, problems } = this.#side;
    const counts = {
      changed: this.#compared?.count ?? 0,
      errors: problems.length,
      unknown: unknown.length / 2,
      padding: padding.length / 2,
    };
    for (const one of byId("filters").querySelectorAll("button")) {
      const name = one.dataset["filter"] as Filter;
      const isOpen = name === "changed" && this.#compared?.count === null && this.#failed === "";
      one.textContent = isOpen
        ? "comparing …"
        : counts[name] === 0
          ? name
          : `${name} ${counts[name].toLocaleString("en")}`;
      one.disabled = counts[name] === 0;
      one.hidden = name === "changed" && this.#sides.size < 2;
    }
  }

  #status(): void {
    const parts = statusTexts(this.#side, this.#other, this.#compared, this.#failed);
    const pieces = parts.flatMap((text, i) => [...(i === 0 ? [] : ["   "]), make("span", { text })]);
    byId("status").replaceChildren(...pieces);
    const isChecked = [...this.#sides.values()].every((side) => side.coverage !== null);
    document.documentElement.dataset["checked"] = String(isChecked && this.#compared?.count !== null);
  }
}

function endOf(bytes: Uint8Array): string {
  return `the dump ends at ${offsetText(bytes.length)}`;
}
