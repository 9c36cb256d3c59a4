import { make } from "./dom.ts";

/** What a list shows. */
export interface Rows {
  readonly count: number;
  /** Fills an element with a row; it may have held another one. */
  readonly fill: (element: HTMLElement, row: number) => void;
}

/** Browsers cannot scroll over more pixels than some ten million; longer lists are scrolled in proportion. */
const mostPixels = 4_000_000;

/** Rows drawn above and below what is visible. */
const spare = 4;

/** A list of which only the visible rows are in the document. */
export class VirtualList {
  readonly host: HTMLElement;
  readonly rowHeight: number;
  /** Called when other rows have come into view. */
  onView: () => void = () => {};
  readonly #spacer = make("div", { class: "spacer" });
  readonly #layer = make("div", { class: "layer", role: "presentation" });
  #rows: Rows = { count: 0, fill: () => {} };
  #drawn = new Map<number, HTMLElement>();
  #free: HTMLElement[] = [];
  /** Pixels from the top of the first row, exact where the scroll bar is not. */
  #top = 0;
  #height = 0;
  #expected: number | null = null;
  #scheduled = false;
  /** Where a finger was last. */
  #touched: number | null = null;

  constructor(host: HTMLElement, rowHeight: number) {
    this.host = host;
    this.rowHeight = rowHeight;
    host.classList.add("list");
    host.append(this.#layer, this.#spacer);
    host.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    host.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    host.addEventListener("touchstart", (event) => (this.#touched = event.touches[0]?.clientY ?? null), {
      passive: true,
    });
    host.addEventListener("touchmove", (event) => this.#touch(event), { passive: false });
    new ResizeObserver(() => {
      this.#height = host.clientHeight;
      this.#fit();
      this.#draw();
    }).observe(host);
    this.#height = host.clientHeight;
  }

  get count(): number {
    return this.#rows.count;
  }

  /** The first row that is visible, and how many fit. */
  get first(): number {
    return Math.floor(this.#top / this.rowHeight);
  }

  get visible(): number {
    return Math.max(1, Math.floor(this.#height / this.rowHeight));
  }

  show(rows: Rows): void {
    this.#rows = rows;
    this.#fit();
    this.redraw();
  }

  /** Fills all visible rows again. */
  redraw(): void {
    for (const element of this.#drawn.values()) this.#retire(element);
    this.#drawn = new Map();
    this.#draw();
  }

  /** Brings rows into view, the first of them at any rate; further up where they were far out of it. */
  reveal(row: number, last: number = row): void {
    this.#height = this.host.clientHeight;
    const end = Math.min(last, row + this.visible - 1);
    const [top, bottom] = [row * this.rowHeight, (end + 1) * this.rowHeight];
    if (top >= this.#top && bottom <= this.#top + this.#height) return;
    const near = Math.abs(top - this.#top) < this.#height * 1.5;
    if (!near) this.scrollTo(row - Math.floor(this.visible / 3));
    else this.scrollTo(top < this.#top ? row : end + 1 - this.visible);
  }

  /** Scrolls so that a row is the first. */
  scrollTo(row: number): void {
    this.#moveTo(row * this.rowHeight);
  }

  /** The row at a place of the screen, or -1. */
  rowAt(clientY: number): number {
    const y = clientY - this.host.getBoundingClientRect().top + this.#top;
    const row = Math.floor(y / this.rowHeight);
    return row >= 0 && row < this.#rows.count ? row : -1;
  }

  get #total(): number {
    return this.#rows.count * this.rowHeight;
  }

  get #isScaled(): boolean {
    return this.#total > mostPixels;
  }

  /** Pixels of the list for one of the scroll bar. */
  get #scale(): number {
    return this.#isScaled ? (this.#total - this.#height) / (mostPixels - this.#height) : 1;
  }

  #fit(): void {
    this.#spacer.style.height = `${Math.min(this.#total, mostPixels)}px`;
    this.#top = Math.min(this.#top, Math.max(0, this.#total - this.#height));
  }

  #moveTo(top: number): void {
    this.#top = Math.max(0, Math.min(top, this.#total - this.#height));
    const scroll = Math.round(this.#top / this.#scale);
    if (this.#isScaled) this.#expected = scroll;
    this.host.scrollTop = scroll;
    this.#draw();
  }

  #scrolled(): void {
    const { scrollTop } = this.host;
    if (this.#expected !== null && Math.abs(scrollTop - this.#expected) <= 1) {
      this.#expected = null;
      return;
    }
    this.#expected = null;
    this.#top = this.#isScaled ? scrollTop * this.#scale : scrollTop;
    this.#draw();
  }

  /** Where the scroll bar is coarse, the wheel is not. */
  #wheel(event: WheelEvent): void {
    if (!this.#isScaled || event.ctrlKey || event.deltaY === 0) return;
    event.preventDefault();
    const unit =
      event.deltaMode === WheelEvent.DOM_DELTA_PIXEL
        ? 1
        : event.deltaMode === WheelEvent.DOM_DELTA_LINE
          ? this.rowHeight
          : this.#height;
    this.#moveBy(event.deltaY * unit);
  }

  /** Nor is a finger. */
  #touch(event: TouchEvent): void {
    const y = event.touches[0]?.clientY ?? null;
    if (!this.#isScaled || event.touches.length !== 1 || y === null || this.#touched === null) return;
    event.preventDefault();
    this.#moveBy(this.#touched - y);
    this.#touched = y;
  }

  /** Moves with the next frame. */
  #moveBy(pixels: number): void {
    this.#top = Math.max(0, Math.min(this.#top + pixels, this.#total - this.#height));
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#moveTo(this.#top);
    });
  }

  #retire(element: HTMLElement): void {
    element.hidden = true;
    // Another row may have its name by now.
    element.removeAttribute("id");
    element.replaceChildren();
    this.#free.push(element);
  }

  #draw(): void {
    const first = Math.max(0, this.first - spare);
    const last = Math.min(this.#rows.count, this.first + this.visible + 2 + spare);
    for (const [row, element] of this.#drawn) {
      if (row >= first && row < last) continue;
      this.#drawn.delete(row);
      this.#retire(element);
    }
    for (let row = first; row < last; row++) {
      let element = this.#drawn.get(row);
      if (element === undefined) {
        element = this.#free.pop();
        if (element === undefined) {
          element = make("div");
          this.#layer.append(element);
        }
        element.hidden = false;
        this.#rows.fill(element, row);
        this.#drawn.set(row, element);
      }
      element.style.transform = `translateY(${row * this.rowHeight - this.#top}px)`;
    }
    this.onView();
  }
}
