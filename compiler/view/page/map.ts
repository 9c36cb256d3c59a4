import type { Outline } from "../outline.ts";
import type { Stretches } from "./protocol.ts";

/** What is drawn over the map, by the name of its colour. */
export type Layers = readonly (readonly [colour: string, stretches: Stretches])[];

/** The whole dump as one strip: its records, what is wrong or changed, and which bytes are in view. */
export class DumpMap {
  readonly #canvas: HTMLCanvasElement;
  readonly #view: HTMLElement;
  readonly #host: HTMLElement;
  onPick: (offset: number) => void = () => {};
  #outline: Outline | null = null;
  #layers: Layers = [];
  #at = 0;

  constructor(host: HTMLElement, canvas: HTMLCanvasElement, view: HTMLElement) {
    this.#host = host;
    this.#canvas = canvas;
    this.#view = view;
    const pick = (event: PointerEvent): void => {
      const { top, height } = host.getBoundingClientRect();
      this.#go((event.clientY - top) / height);
    };
    host.addEventListener("pointerdown", (event) => {
      host.setPointerCapture(event.pointerId);
      pick(event);
    });
    host.addEventListener("pointermove", (event) => {
      if (host.hasPointerCapture(event.pointerId)) pick(event);
    });
    host.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -0.01, ArrowDown: 0.01, PageUp: -0.1, PageDown: 0.1, Home: -1, End: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.#go(this.#at / Math.max(1, this.#outline?.bytes.length ?? 1) + step);
    });
    new ResizeObserver(() => this.draw()).observe(host);
    addEventListener("resize", () => this.draw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  open(outline: Outline): void {
    this.#outline = outline;
    this.draw();
  }

  layers(layers: Layers): void {
    this.#layers = layers;
    this.draw();
  }

  /** Shows which bytes are in view. */
  see(offset: number, length: number): void {
    const size = Math.max(1, this.#outline?.bytes.length ?? 1);
    this.#at = offset;
    this.#view.style.top = `${(100 * offset) / size}%`;
    this.#view.style.height = `max(3px, ${Math.min(100, (100 * length) / size)}%)`;
    this.#host.setAttribute("aria-valuenow", String(Math.round((100 * offset) / size)));
    this.#host.setAttribute("aria-valuetext", `offset 0x${offset.toString(16)}`);
  }

  draw(): void {
    const outline = this.#outline;
    const canvas = this.#canvas;
    const [width, height] = [this.#host.clientWidth, this.#host.clientHeight];
    const context = canvas.getContext("2d");
    if (outline === null || context === null || width === 0 || height === 0) return;
    canvas.width = width;
    canvas.height = height;
    const style = getComputedStyle(this.#host);
    const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    const size = Math.max(1, outline.bytes.length);
    const { children } = outline.root;
    const types = new Map<string, number>();
    let last = -1;
    for (let y = 0; y < height; y++) {
      const index = children.find(Math.floor((y * size) / height));
      if (index < 0) continue;
      const entry = children.at(index);
      const plain = entry.kind !== "record" || entry.id === null;
      if (!types.has(entry.type)) types.set(entry.type, types.size);
      context.fillStyle = colour(
        entry.status === "damaged" ? "error" : plain ? "frame" : `c${(types.get(entry.type) ?? 0) % 8}`,
      );
      context.globalAlpha = 0.55;
      context.fillRect(0, y, width, 1);
      // A thin line between records, where there is room for it.
      if (index !== last && last >= 0 && children.count < height / 4) {
        context.clearRect(0, y, width, 1);
      }
      last = index;
    }
    context.globalAlpha = 1;
    for (const [name, stretches] of this.#layers) {
      const isThin = name === "unknown" || name === "padding";
      context.fillStyle = colour(name);
      for (const [top, end] of this.#covered(stretches, height, size, name === "padding" ? 1 : 2)) {
        context.fillRect(isThin ? width - 4 : 0, top, isThin ? 4 : width, end - top);
      }
    }
  }

  /** The lines that stretches cover, joined: there may be a million stretches, and there are some hundred lines. */
  *#covered(stretches: Stretches, height: number, size: number, least: number): Generator<readonly [number, number]> {
    const lines = new Uint8Array(height + least);
    for (let i = 0; i < stretches.length; i += 2) {
      const top = Math.floor(((stretches[i] ?? 0) * height) / size);
      const end = Math.ceil((((stretches[i] ?? 0) + (stretches[i + 1] ?? 0)) * height) / size);
      if (end <= top + 1 && least === 1) lines[top] = 1;
      else lines.fill(1, top, Math.max(top + least, end));
    }
    for (let y = 0; y < height; y++) {
      if (lines[y] === 0) continue;
      const top = y;
      while (y < height && lines[y] === 1) y++;
      yield [top, y];
    }
  }

  #go(part: number): void {
    const size = this.#outline?.bytes.length ?? 0;
    if (size > 0) this.onPick(Math.floor(Math.max(0, Math.min(0.999_999_9, part)) * size));
  }
}
