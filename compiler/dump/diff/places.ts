import { planBody } from "../body-plan.ts";
import { TABLE, UNION, WORD, padded } from "../format.ts";
import { viewOf } from "../source.ts";
import { fixedSizeOf, type WireState, type WireType } from "../wire-type.ts";

/** Bytes of a dump, from its start. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** The body of a record, and where it stands in its dump. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly base: number;
}

/** A member as its header has it, offsets into the body. */
interface Found {
  readonly at: number;
  readonly form: number;
  readonly length: number;
}

/**
 * Where a part of a body lies, found without reading the body: a step costs a look at the headers on its way, and a row of a table none. What is
 * damaged has no places below it. The bytes are never believed: a place never reaches past the body.
 */
export class Place implements Stretch {
  readonly #body: Body;
  readonly #type: WireType | null;
  /** Where the part starts, header included. */
  readonly #start: number;
  readonly #end: number;
  /** Where what the type describes starts: behind a header. */
  readonly #inner: number;
  /** `row`: it lies in a row, and has no header of its own. `table` and `list` say what elements lie in where no type does. */
  readonly #holds: "row" | "table" | "list";
  #members: Map<number, Found> | null = null;
  #elements: number[] | null = null;
  readonly #kept = new Map<number, Place>();

  private constructor(
    body: Body,
    type: WireType | null,
    start: number,
    end: number,
    inner: number,
    holds: "row" | "table" | "list" = "list",
  ) {
    this.#body = body;
    this.#type = type?.kind === "optional" ? type.element : type;
    this.#start = start;
    this.#end = Math.min(end, body.bytes.length);
    this.#inner = inner;
    this.#holds = holds;
  }

  /** The body of a record. */
  static body(body: Body, type: WireType | null): Place {
    return new Place(body, type, 0, body.bytes.length, 0);
  }

  get offset(): number {
    return this.#body.base + this.#start;
  }

  get length(): number {
    return Math.max(0, this.#end - this.#start);
  }

  /** The member, alternative or field with an id; null where the bytes have none. */
  member(id: number): Place | null {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const place = this.#type?.kind === "struct" ? this.#field(id) : this.#tagged(id);
    if (place !== null) this.#kept.set(id, place);
    return place;
  }

  #tagged(id: number): Place | null {
    const type = this.#type?.kind === "state" ? this.#type : null;
    this.#members ??= membersOf(this.#body.bytes, type, this.#inner, this.#end);
    const found = this.#members.get(id);
    if (found === undefined) return null;
    const { at, form, length } = found;
    const held = this.#type?.kind === "state" || this.#type?.kind === "union" ? this.#type.byId.get(id)?.type : null;
    if (form === WORD) return new Place(this.#body, held ?? null, at, at + 8, at + 4);
    return new Place(this.#body, held ?? null, at, at + 8 + length, at + 8, form === TABLE ? "table" : "list");
  }

  #field(id: number): Place | null {
    if (this.#type?.kind !== "struct") return null;
    const field = this.#type.members.find((one) => one.id === id);
    const row = this.#holds === "row" ? { at: this.#inner, stride: this.#end - this.#inner } : this.#row(0);
    if (field === undefined || row === null || field.offset + field.size > row.stride) return null;
    return this.#inRow(field.type, row.at + field.offset, field.size);
  }

  /** The element of a list with an index; null where the bytes have none. */
  element(index: number): Place | null {
    const type = this.#type;
    const element = type?.kind === "list" ? type.element : null;
    if (this.#holds === "row") {
      const size = element === null ? null : fixedSizeOf(element);
      return size === null || element === null ? null : this.#inRow(element, this.#inner + index * size, size);
    }
    if (this.#holds === "table") {
      const row = this.#row(index);
      return row === null ? null : this.#inRow(element, row.at, row.stride);
    }
    this.#elements ??= elementsOf(this.#body.bytes, this.#inner, this.#end);
    const at = this.#elements[index];
    if (at === undefined) return null;
    return new Place(this.#body, element, at, at + 8 + viewOf(this.#body.bytes).getUint32(at, true), at + 8);
  }

  #inRow(type: WireType | null, at: number, size: number): Place | null {
    return at + size > this.#end ? null : new Place(this.#body, type, at, at + size, at, "row");
  }

  #row(index: number): { readonly at: number; readonly stride: number } | null {
    if (this.#inner + 8 > this.#end) return null;
    const view = viewOf(this.#body.bytes);
    const stride = view.getUint16(this.#inner + 4, true);
    const at = this.#inner + 8 + index * stride;
    return index >= view.getUint32(this.#inner, true) || at + stride > this.#end ? null : { at, stride };
  }
}

/** Where the members of a body are, of a damaged one as it was read. */
function membersOf(bytes: Uint8Array, type: WireState | null, start: number, end: number): Map<number, Found> {
  const view = viewOf(bytes);
  const members = new Map<number, Found>();
  const { strays, mended } = planBody(view, type, start, end);
  for (let at = start; at + 8 <= end;) {
    const stray = strays.get(at);
    if (stray !== undefined) {
      at = stray.end;
      continue;
    }
    const form = view.getUint8(at + 2);
    const known = mended.get(at);
    const stated = form === WORD ? 0 : view.getUint32(at + 4, true);
    const length = known === undefined ? stated : (known.length ?? known.next - at - 8);
    if (form > UNION) break;
    members.set(view.getUint16(at, true), { at, form, length });
    at = known?.next ?? at + 8 + padded(length);
  }
  return members;
}

function elementsOf(bytes: Uint8Array, start: number, end: number): number[] {
  const view = viewOf(bytes);
  const places: number[] = [];
  for (let at = start + 8; at + 8 <= end; at += 8 + padded(view.getUint32(at, true))) places.push(at);
  return places;
}
