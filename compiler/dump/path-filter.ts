import type { RecordItem } from "./inspect.ts";
import { PathCursor, type DumpPath } from "./path.ts";
import { fieldOf } from "./integers.ts";
import { atValue, hasMember, rangesAt } from "./path-value.ts";
import { type Problem } from "./problem.ts";
import type { PartHead, Sink, Status } from "./sink.ts";
import { integerOf, isList, isObject, memberOf, type Value } from "./value.ts";
import type { WireBitsField, WireType } from "./wire-type.ts";

/** Where the filter is: the cursor, and the type and value of what is open, by which keys are judged. */
interface Level {
  readonly cursor: PathCursor;
  readonly wire: WireType | null;
  readonly value: Value;
}

/** Hands on to another sink only what one of some paths names, what is in it, and what is around it. */
export class PathFilter implements Sink {
  readonly #inner: Sink;
  readonly #levels: Level[];
  #hidden = 0;
  /** Whether anything was named by a path. */
  found = false;

  /** `name`, `type` and `value` are those of the record that is told; of other pieces their name alone. */
  constructor(
    inner: Sink,
    paths: readonly DumpPath[],
    { name, type, value }: Pick<RecordItem, "name" | "type" | "value">,
  ) {
    this.#inner = inner;
    this.#levels = [{ cursor: PathCursor.record(paths, name, hasMember(type, value)), wire: type, value }];
  }

  get #here(): Level {
    const level = this.#levels.at(-1);
    if (level === undefined) throw new Error("left what was not entered");
    return level;
  }

  #below(head: PartHead): Level {
    const { cursor, wire, value } = this.#here;
    const inner = wire?.kind === "optional" ? wire.element : wire;
    if (typeof head.name === "number") {
      const element = isList(value) ? value[head.name] : undefined;
      const at = atValue(cursor.element(head.name, hasMember(head.wire, element)), head.wire);
      return { cursor: at, wire: head.wire, value: element };
    }
    if (head.part === "frame" || head.part === "padding" || head.id === null) return this.#here;
    const held = isObject(value) ? memberOf(value, inner?.kind === "union" ? "value" : head.name) : undefined;
    return { cursor: atValue(cursor.member(head.name, head.id), head.wire), wire: head.wire, value: held };
  }

  enter(head: PartHead): void {
    if (this.#hidden > 0) {
      this.#hidden++;
      return;
    }
    const level = head.part === "record" || this.#levels.length === 0 ? this.#here : this.#below(head);
    if (!level.cursor.live || (level.cursor === this.#here.cursor && !level.cursor.matched && head.part !== "record")) {
      this.#hidden = 1;
      return;
    }
    this.#levels.push(level);
    this.#inner.enter(head);
    if (level.cursor.matched) this.found = true;
  }

  leave(end: number, value: Value, status: Status): void {
    if (this.#hidden > 0) {
      this.#hidden--;
      return;
    }
    this.#levels.pop();
    this.#inner.leave(end, value, status);
  }

  leaf(head: PartHead, length: number, value: Value, status: Status): void {
    if (this.#hidden > 0) return;
    const { cursor } = this.#below(head);
    if (!cursor.matched) return;
    this.found = true;
    this.#inner.leaf(head, length, value, status);
  }

  problem(_one: Problem): void {}

  wanted(rows: number): number {
    if (this.#hidden > 0) return 0;
    return this.#here.cursor.matched ? (this.#inner.wanted?.(rows) ?? rows) : rows;
  }

  passed(rows: number, each: Parameters<NonNullable<Sink["passed"]>>[1]): void {
    if (this.#hidden === 0) this.#inner.passed?.(rows, each);
  }
}

/** What a path selects of a value. */
export interface Selected {
  readonly path: string;
  readonly type: WireType | null;
  readonly value: Value;
}

/** The members and elements of a record that a path names, the outermost of each branch. */
export function* selected(
  paths: readonly DumpPath[],
  { name, type: known, value, raw }: RecordItem,
): Generator<Selected, void, undefined> {
  const type = raw ? null : known;
  yield* selectedIn(PathCursor.record(paths, name, hasMember(type, value)), name, type, value);
}

function* selectedIn(
  cursor: PathCursor,
  path: string,
  type: WireType | null,
  value: Value,
): Generator<Selected, void, undefined> {
  if (cursor.matched) {
    yield { path, type, value };
    return;
  }
  if (!cursor.live) return;
  const inner = type?.kind === "optional" ? type.element : type;
  if (inner?.kind === "bits") {
    if (value === undefined) return;
    for (const range of rangesAt(cursor, inner.fields))
      yield { path: `${path}.${range.name}`, ...inRange(range, value) };
    return;
  }
  if (isList(value)) {
    const element = inner?.kind === "list" ? inner.element : null;
    for (const [i, one] of value.entries())
      yield* selectedIn(cursor.element(i, hasMember(element, one)), `${path}[${i}]`, element, one);
    return;
  }
  if (!isObject(value)) return;
  if (inner === null) {
    for (const [name, held] of Object.entries(value))
      yield* selectedIn(cursor.member(name, null), `${path}.${name}`, null, held);
  } else if (inner.kind === "union") {
    const held = inner.alternatives.find((one) => one.name === memberOf(value, "kind"));
    if (held !== undefined)
      yield* selectedIn(cursor.member(held.name, held.id), `${path}.${held.name}`, held.type, memberOf(value, "value"));
  } else if (inner.kind === "state" || inner.kind === "struct") {
    for (const one of inner.members) {
      const held = memberOf(value, one.name);
      if (held !== undefined) yield* selectedIn(cursor.member(one.name, one.id), `${path}.${one.name}`, one.type, held);
    }
  }
}

const bool: WireType = { kind: "bool", text: "bool" };

/** The value of a named bit or range; null where the whole cannot be read. */
function inRange(range: WireBitsField, value: Value): Pick<Selected, "type" | "value"> {
  const { single, low, high } = range;
  const type = single ? bool : range.type;
  const bits = integerOf(value);
  if (bits === null) return { type, value: null };
  const number = fieldOf(range, bits);
  if (single) return { type, value: number !== 0n };
  // As integers of a type go: a number where all that it may hold is one.
  return { type, value: high - low < 53 ? Number(number) : number };
}

/** Whether a path names a member that the record's schema has and its value has not: an optional one that is absent, or another alternative. */
export function namesAbsent(paths: readonly DumpPath[], { name, type: known, value, raw }: RecordItem): boolean {
  const type = raw ? null : known;
  return absentIn(PathCursor.record(paths, name, hasMember(type, value)), type, value);
}

function absentIn(cursor: PathCursor, type: WireType | null, value: Value): boolean {
  if (!cursor.live || type === null) return false;
  if (cursor.matched) return value === undefined;
  const inner = type.kind === "optional" ? type.element : type;
  switch (inner.kind) {
    case "list": {
      if (isList(value)) {
        return value.some((one, i) => absentIn(cursor.element(i, hasMember(inner.element, one)), inner.element, one));
      }
      return false;
    }
    case "state":
    case "struct":
      return inner.members.some(({ name, id, type: held }) => {
        return absentIn(cursor.member(name, id), held, isObject(value) ? memberOf(value, name) : undefined);
      });
    case "union": {
      const kind = isObject(value) ? memberOf(value, "kind") : undefined;
      return inner.alternatives.some(({ name, id, type: held }) => {
        const below = cursor.member(name, id);
        if (kind === name && isObject(value)) return absentIn(below, held, memberOf(value, "value"));
        return held === null ? below.matched : absentIn(below, held, undefined);
      });
    }
    case "bits":
      return value === undefined && rangesAt(cursor, inner.fields).length > 0;
    case "int":
    case "enum":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
    case "optional":
      return false;
  }
}
