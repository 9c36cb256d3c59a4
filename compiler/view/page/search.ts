import { integerText } from "../../dump/path-value.ts";
import { hexDigits, uuidText } from "../../dump/json-write.ts";
import type { Part, PartHead, Sink, Status } from "../../dump/sink.ts";
import { integerOf, type Value } from "../../dump/value.ts";
import { valueText } from "../../dump/value-text.ts";
import type { WireType } from "../../dump/wire-type.ts";
import type { Collected } from "./ranges.ts";
import type { SearchMode } from "./protocol.ts";

/** Hits that are listed. */
export const mostHits = 20_000;

/** What is looked for. */
export interface Wanted {
  readonly names: string | null;
  readonly values: string | null;
  /** The text as an integer: numbers are compared, not searched for digits. */
  readonly integer: bigint | null;
  /** The text as bytes that are looked for at every place, within values too; null where it means none. */
  readonly bytes: Uint8Array | null;
}

/** What a text stands for. */
export function searchFor(mode: SearchMode, text: string): Wanted {
  const lower = text.trim().toLowerCase();
  return {
    names: mode === "value" ? null : lower,
    values: mode === "path" ? null : lower,
    integer: mode === "path" ? null : integerText(lower),
    bytes: mode === "any" && meansBytes(lower) ? wantedBytes(text) : null,
  };
}

/** Whether a text that may mean anything means bytes as well: one in quotes, and digits in pairs that are no number. */
function meansBytes(text: string): boolean {
  if (text.startsWith('"')) return true;
  return integerText(text) === null && /^[\da-f]{2}(?:[\s:,-]*[\da-f]{2})+$/.test(text);
}

/** Collects the parts of a dump whose name, path or value is looked for. */
export class SearchSink implements Sink {
  readonly #wanted: Wanted;
  /** Whether a part of a path is looked for, and not of a name. */
  readonly #byPath: boolean;
  readonly #hits: Collected;
  readonly #open: { readonly path: string; readonly offset: number; readonly isHit: boolean }[] = [];
  #found = 0;

  constructor(wanted: Wanted, hits: Collected) {
    this.#wanted = wanted;
    this.#byPath = /[.#[]/.test(wanted.names ?? "");
    this.#hits = hits;
  }

  get isFull(): boolean {
    return this.#found >= mostHits;
  }

  enter({ part, name, offset }: PartHead): void {
    const path = pathOf(this.#above, part, name);
    // A part is found by its own name; those below it have it in their paths, and are not meant.
    const isHit = named(part) && this.#isNamed(String(name), () => path);
    this.#open.push({ path, offset, isHit });
  }

  leave(end: number): void {
    const open = this.#open.pop();
    if (open?.isHit === true && !this.isFull) this.#add(open.offset, end - open.offset);
  }

  get #above(): string {
    return this.#open.at(-1)?.path ?? "";
  }

  leaf({ part, name, wire, offset }: PartHead, length: number, value: Value, _status: Status): void {
    if (this.isFull || length === 0) return;
    const isNamed =
      named(part) && name !== "value" && this.#isNamed(String(name), () => pathOf(this.#above, part, name));
    if (isNamed || this.#holds(wire, value)) this.#add(offset, length);
  }

  problem(): void {}

  #isNamed(name: string, path: () => string): boolean {
    const { names } = this.#wanted;
    if (names === null || names === "") return false;
    return this.#byPath ? path().toLowerCase().endsWith(names) : name.toLowerCase().includes(names);
  }

  #holds(wire: WireType | null, value: Value): boolean {
    const { values, integer, bytes } = this.#wanted;
    if (values === null || values === "" || value === undefined || value === null) return false;
    if (integer !== null && integerOf(value) === integer) return true;
    if (typeof value === "string") return value.toLowerCase().includes(values);
    if (value instanceof Uint8Array) {
      if (bytes !== null) return false;
      const digits = values.replaceAll(/[\s-]/g, "");
      if (!/^[\da-f]+$/.test(digits)) return false;
      return (wire?.kind === "uuid" ? uuidText(value).replaceAll("-", "") : hexDigits(value)).includes(digits);
    }
    const type = wire?.kind === "optional" ? wire.element : wire;
    const worded = type?.kind === "enum" || type?.kind === "bits" || type?.kind === "bool";
    return worded && integer === null && valueText(type, value).toLowerCase().includes(values);
  }

  #add(offset: number, length: number): void {
    this.#found++;
    this.#hits.add(offset, length);
  }
}

function named(part: Part): boolean {
  return (
    part === "member" ||
    part === "field" ||
    part === "alternative" ||
    part === "record" ||
    part === "element" ||
    part === "unknown"
  );
}

function pathOf(above: string, part: Part, name: string | number): string {
  if (typeof name === "number") return `${above}[${name}]`;
  if (part === "frame" || part === "padding" || part === "damaged" || name === "value") return above;
  return above === "" ? name : `${above}.${name}`;
}

/** The bytes that a text writes, as digits or between quotes; null if it writes none. */
export function wantedBytes(text: string): Uint8Array | null {
  const quoted = /^"(.+)"?$/.exec(text.trim())?.[1];
  if (quoted !== undefined) return new TextEncoder().encode(quoted.replace(/"$/, ""));
  const digits = text.replaceAll(/0x|[\s:,-]/g, "");
  if (digits === "" || digits.length % 2 !== 0 || !/^[\da-fA-F]+$/.test(digits)) return null;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Collects the places at which bytes stand. */
export function findBytes(bytes: Uint8Array, wanted: Uint8Array | null, hits: Collected): void {
  const first = wanted?.[0];
  if (wanted === null || first === undefined) return;
  for (let at = bytes.indexOf(first); at >= 0 && hits.count < mostHits; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) hits.add(at, wanted.length);
  }
}
