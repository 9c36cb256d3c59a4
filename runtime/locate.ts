import { bitsMistake } from "./bits.ts";
import {
  allMembers,
  describe,
  typeNamed,
  type Described,
  type StateDescription,
  type StructDescription,
  type TypeDescription,
  type UnionDescription,
} from "./description.ts";
import { BatonError, type Code, type ErrorDetails, type Facts } from "./errors.ts";
import { form, formOf, wordsOf } from "./form.ts";
import { idText } from "./id-text.ts";
import type { Input } from "./input.ts";
import { rangeText } from "./range-text.ts";

/**
 * The fast path of a decoder knows offsets, not paths. When it fails, the path is found here, by walking once more to the offset, which is
 * safe: everything before it was checked.
 */
export type BodyDescription = StateDescription | UnionDescription;

/** An error about a body as a whole (a member that is missing, a check that fails), which no offset tells from the members around it. */
export class BodyError extends BatonError {
  /** In words; null where only the state is known, and the body is the innermost of that state without the member. */
  readonly start: number | null;
  readonly state: () => BodyDescription;
  /** The member that is missing or could not be computed. */
  readonly member: string | null;

  constructor(
    code: Code,
    details: ErrorDetails,
    start: number | null,
    state: () => BodyDescription,
    member: string | null = null,
  ) {
    super(code, details);
    this.start = start;
    this.state = state;
    this.member = member;
  }
}

/** An error about a row as a whole: a check that does not hold. It starts where its first member does. */
export class RowError extends BatonError {
  readonly struct: () => StructDescription;

  constructor(code: Code, details: ErrorDetails, struct: () => StructDescription) {
    super(code, details);
    this.struct = struct;
  }
}

/** An error about a body that starts at a word: of a check, or of a member that cannot be computed. */
export function bodyError(
  code: Code,
  input: Input,
  start: number,
  state: () => BodyDescription,
  facts: Facts,
  member: string | null = null,
  id?: number,
): BodyError {
  const details = { ...facts, ...(id === undefined ? {} : { id }), offset: input.offsetOf(start * 4) };
  return new BodyError(code, details, start, state, member);
}

interface Place {
  readonly path: string;
  readonly id: number | undefined;
  /** What stands there, as far as it is known. */
  readonly type?: TypeDescription;
}

interface Body extends Place {
  readonly description: BodyDescription;
  readonly start: number;
  readonly end: number;
}

/** The error of a failed decode with the path to its member. Anything but a `BatonError` is a bug of ours and passes through. */
export function misread(error: unknown, input: Input, root: () => BodyDescription): unknown {
  if (!(error instanceof BatonError) || error.offset === undefined) return error;
  const at = error.offset + input.origin;
  const row = error instanceof RowError ? describe(error.struct) : null;
  const place =
    error instanceof BodyError
      ? placeOfBody(input, root, at >>> 2, error)
      : (emptyBodyAt(input, root, at >>> 2, error) ?? locate(input, root, at, row));
  const id = error.id ?? place.id;
  const named = typeNamed(root);
  // Bits are checked as a whole; which part of them is wrong is only looked for now.
  if (error.code === "B8203" && place.type?.kind === "bits" && error.found !== undefined) {
    const mistake = bitsMistake(place.type, BigInt(error.found));
    if (mistake !== null) {
      const { code, path, expected: type = "", found = "" } = mistake;
      return new BatonError(code, {
        ...named,
        path: place.path + path,
        ...(id === undefined ? {} : { id }),
        offset: error.offset,
        expected: type,
        found,
      });
    }
  }
  if (error.code === "B8102") {
    // What is out of order may be named like a member, and is none.
    const { path, last } = beforeDisorder(input, root, at >>> 2);
    const facts = { expected: last, found: error.found ?? "" };
    return new BatonError("B8102", {
      ...named,
      path,
      id: input.words[at >>> 2]! & 0xffff,
      offset: error.offset,
      ...facts,
    });
  }
  const asked = error.found === undefined || place.type === undefined ? undefined : askedOf(error.code, place.type);
  const expected = error.expected ?? asked;
  return new BatonError(error.code, {
    ...named,
    path: place.path,
    ...(id === undefined ? {} : { id }),
    offset: error.offset,
    ...(expected === undefined ? {} : { expected }),
    ...(error.found === undefined ? {} : { found: error.found }),
  });
}

/** The same for a row of a view that is to be written, whose error is at one of its bytes: the path within the row, and what is wrong there. */
export function misreadRow(
  error: BatonError,
  struct: StructDescription,
  at: number,
): { readonly code: Code; readonly path: string; readonly facts: Facts } {
  const whole = error instanceof RowError ? describe(error.struct) : null;
  const { path, type } = placeInRow(struct, at, whole);
  if (error.code === "B8203" && type.kind === "bits" && error.found !== undefined) {
    const mistake = bitsMistake(type, BigInt(error.found));
    if (mistake !== null) return { code: mistake.code, path: path + mistake.path, facts: factsOf(mistake) };
  }
  const asked = error.found === undefined ? undefined : askedOf(error.code, type);
  return { code: error.code, path, facts: factsOf({ ...error, expected: error.expected ?? asked }) };
}

function factsOf({
  expected,
  found,
}: {
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
}): Facts {
  return { ...(expected === undefined ? {} : { expected }), ...(found === undefined ? {} : { found }) };
}

/** What a type asks for; a struct that is no list is a table of one row. */
function askedOf(code: Code, type: TypeDescription): string {
  return code === "B8206" && type.kind === "struct" ? "1" : rangeText(type);
}

function placeOfBody(input: Input, root: () => BodyDescription, o: number, error: BodyError): Place {
  const state = describe(error.state);
  const body = bodiesAround(input, root, o).findLast((one) =>
    error.start === null
      ? one.description === state && !hasMember(input, one, error.id ?? 0)
      : one.start === error.start,
  );
  if (body === undefined) return { path: error.member ?? "", id: error.id };
  return error.member === null ? body : { path: join(body.path, error.member), id: error.id };
}

/** The body that an error about a whole one means, where nothing is in it: what stands at its offset comes behind it. */
function emptyBodyAt(input: Input, root: () => BodyDescription, o: number, { code, found }: BatonError): Place | null {
  if (code !== "B8109" && !(code === "B8111" && found === "none")) return null;
  return bodiesAround(input, root, o).find(({ start, end }) => start === o && end === o) ?? null;
}

function hasMember(input: Input, body: Body, id: number): boolean {
  for (let o = body.start; o < body.end; o += wordsOf(input.words, o))
    if ((input.words[o]! & 0xffff) === id) return true;
  return false;
}

/** The member that holds a byte; the row of a struct that starts there, if `row` is given. */
export function locate(
  input: Input,
  root: () => BodyDescription,
  at: number,
  row: StructDescription | null = null,
): Place {
  const o = at >>> 2;
  const body = bodiesAround(input, root, o).findLast((one) => one.start <= o && o < one.end);
  if (body === undefined) return { path: "", id: undefined };
  for (let head = body.start, next = head; head < body.end; head = next) {
    next = head + wordsOf(input.words, head);
    if (o >= next) continue;
    const id = input.words[head]! & 0xffff;
    const member = entryOf(body.description, id);
    if (member === undefined) return { path: join(body.path, idText(id)), id };
    const path = join(body.path, member.name);
    if (member.type === null) return { path, id };
    const inner = placeInPayload(input, describe(member.type), head, next, at, row);
    return { path: path + inner.path, id, type: inner.type };
  }
  return body;
}

/** The body that a header out of order stands in, and the id that was read last there. */
function beforeDisorder(
  input: Input,
  root: () => BodyDescription,
  o: number,
): { readonly path: string; readonly last: string } {
  const body = bodiesAround(input, root, o).findLast((one) => one.start <= o && o < one.end);
  let last = 0;
  for (let at = body?.start ?? o; at < o; at += wordsOf(input.words, at)) last = input.words[at]! & 0xffff;
  return { path: body?.path ?? "", last: idText(last) };
}

function join(path: string, name: string): string {
  return path === "" || name === "" ? path + name : `${path}.${name}`;
}

function entryOf(
  description: BodyDescription,
  id: number,
): { readonly name: string; readonly type: Described | null } | undefined {
  return description.kind === "union"
    ? description.alternatives.find((one) => one.id === id)
    : allMembers(description).find((one) => one.id === id);
}

/** The bodies that hold a position or end at it, outermost first. */
function bodiesAround(input: Input, root: () => BodyDescription, o: number): readonly Body[] {
  const bodies: Body[] = [];
  let body: Body | undefined = {
    description: describe(root),
    path: "",
    id: undefined,
    start: input.start,
    end: input.end,
  };
  while (body !== undefined) {
    bodies.push(body);
    body = bodyWithin(input, body, o);
  }
  return bodies;
}

/** The body of a member or of an element of a member that holds or ends at a position. */
function bodyWithin(input: Input, body: Body, o: number): Body | undefined {
  const { words } = input;
  for (let head = body.start, next = head; head < body.end && head < o; head = next) {
    next = head + wordsOf(words, head);
    if (o > next) continue;
    const id = words[head]! & 0xffff;
    const entry = entryOf(body.description, id);
    if (entry === undefined || entry.type === null) return undefined;
    const type = describe(entry.type);
    const path = join(body.path, entry.name);
    if (isBody(type)) return head + 2 <= o ? { description: type, path, id, start: head + 2, end: next } : undefined;
    if (type.kind !== "list" || formOf(words[head]!) !== form.list) return undefined;
    const element = describe(type.element);
    return isBody(element) ? elementWithin(input, element, { path, id, start: head + 4, end: next }, o) : undefined;
  }
  return undefined;
}

function elementWithin(
  input: Input,
  description: BodyDescription,
  list: Omit<Body, "description">,
  o: number,
): Body | undefined {
  for (let i = 0, head = list.start, next = head; head < list.end && head + 2 <= o; i++, head = next) {
    next = head + 2 + (input.words[head]! >>> 2);
    if (o <= next) return { description, path: `${list.path}[${i}]`, id: list.id, start: head + 2, end: next };
  }
  return undefined;
}

function isBody(type: { readonly kind: string }): type is BodyDescription {
  return type.kind === "state" || type.kind === "union";
}

/** The rest of a path inside a payload: the element of a list, the row and field of a table; and the type there. */
function placeInPayload(
  input: Input,
  type: TypeDescription,
  head: number,
  next: number,
  at: number,
  whole: StructDescription | null,
): { readonly path: string; readonly type: TypeDescription } {
  const { words } = input;
  const here = { path: "", type };
  const found = formOf(words[head]!);
  const payload = (head + 4) * 4;
  if (at < payload || next < head + 4) return here;
  if (found === form.table) {
    const stride = words[head + 3]! & 0xffff;
    const row = stride === 0 ? 0 : Math.floor((at - payload) / stride);
    if (row >= words[head + 2]!) return here;
    const index = type.kind === "list" ? `[${row}]` : "";
    const element = type.kind === "list" ? describe(type.element) : type;
    if (element.kind !== "struct") return { path: index, type: element };
    const inner = placeInRow(element, at - payload - row * stride, whole);
    return { path: index + inner.path, type: inner.type };
  }
  if (found !== form.list || type.kind !== "list") return here;
  for (let i = 0, o = head + 4; o < next; i++) {
    const after = o + 2 + ((words[o]! + 7) >>> 3) * 2;
    if (at < after * 4) return { path: `[${i}]`, type: describe(type.element) };
    o = after;
  }
  return here;
}

function placeInRow(
  struct: StructDescription,
  offset: number,
  whole: StructDescription | null,
): { readonly path: string; readonly type: TypeDescription } {
  if (struct === whole && offset === 0) return { path: "", type: struct };
  const field = struct.members.find((one) => one.offset <= offset && offset < one.offset + one.size);
  if (field === undefined) return { path: "", type: struct };
  const type = describe(field.type);
  const element = type.kind === "list" ? describe(type.element) : type;
  const size = type.kind === "list" ? field.size / type.max : field.size;
  const index = Math.floor((offset - field.offset) / size);
  const path = `.${field.name}${type.kind === "list" ? `[${index}]` : ""}`;
  if (element.kind !== "struct") return { path, type: element };
  const inner = placeInRow(element, offset - field.offset - index * size, whole);
  return { path: path + inner.path, type: inner.type };
}

/** Tells the caller of `decode` that something at a byte was left out. */
export function reportDropped(input: Input, at: number, id: number): void {
  const { session } = input;
  if (session === null || session.dropped === null) return;
  session.dropped(locate(input, session.root, at).path, id);
}
