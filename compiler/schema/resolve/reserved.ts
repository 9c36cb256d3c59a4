import type { ReservedItem } from "../../syntax/ast.ts";
import type { Span } from "../../text.ts";
import type { Range, Reserved } from "../ir.ts";
import type { Problems } from "../problems.ts";

/** What a declaration's `reserved` lines keep from being used again. */
export interface ReservedLines {
  readonly ir: readonly Reserved[];
  /** Where a number or a name is reserved, or undefined. */
  readonly numberAt: (value: bigint) => Span | undefined;
  readonly nameAt: (name: string) => Span | undefined;
}

/** Takes `reserved` lines; numbers outside `bounds` could never be used, so reserving them is a slip. */
export function takeReserved(items: readonly ReservedItem[], bounds: Range, problems: Problems): ReservedLines {
  if (items.length === 0) return none;
  const ir: Reserved[] = [];
  const numbers: NumberRange[] = [];
  const names = new Map<string, Span>();
  for (const { min, max, name, span } of items.flatMap((item) => item.ranges)) {
    const low = min?.value ?? null;
    const high = (max ?? min)?.value ?? null;
    if (low !== null && high !== null) {
      const numberSpan = { ...span, start: min?.span.start ?? span.start, end: (max ?? min)?.span.end ?? span.end };
      const text = span.source.text.slice(numberSpan.start, numberSpan.end).replaceAll(/\s+/g, " ");
      if (low > high) problems.add("B3010", { text, problem: "the range ends before it begins" }, { span: numberSpan });
      else if (low < bounds.min || high > bounds.max) {
        const problem = `expected ${bounds.min} to ${bounds.max}`;
        problems.add("B3010", { text, problem }, { span: numberSpan });
      } else numbers.push({ min: low, max: high, span: numberSpan });
    }
    if (name !== null && name.value !== "") names.set(name.value, name.span);
    ir.push({ min: low, max: high, name: name?.value ?? null });
  }
  const apart = merged(numbers);
  return {
    ir,
    numberAt: (value) => {
      const range = apart[lastUpTo(apart, value)];
      return range !== undefined && value <= range.max ? range.span : undefined;
    },
    nameAt: (name) => names.get(name),
  };
}

interface NumberRange {
  readonly min: bigint;
  readonly max: bigint;
  readonly span: Span;
}

/** The ranges in ascending order, those that overlap as one, which stands where the first of them does. */
function merged(ranges: readonly NumberRange[]): readonly NumberRange[] {
  const apart: NumberRange[] = [];
  for (const range of ranges.toSorted((a, b) => (a.min < b.min ? -1 : a.min > b.min ? 1 : 0))) {
    const last = apart.at(-1);
    if (last === undefined || range.min > last.max) apart.push(range);
    else if (range.max > last.max) apart[apart.length - 1] = { ...last, max: range.max };
  }
  return apart;
}

/** The index of the last range that begins at a number or before it; -1 if there is none. */
function lastUpTo(ranges: readonly NumberRange[], value: bigint): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.min ?? 0n) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const none: ReservedLines = { ir: [], numberAt: () => undefined, nameAt: () => undefined };

/** Numbers that are taken, and the next one that is not: what a fix proposes. Each proposal counts as taken afterwards. */
export class FreeNumbers {
  private readonly used: () => Iterable<bigint>;
  private readonly reserved: ReservedLines;
  private readonly bounds: Range;
  private known: Set<bigint> | undefined;
  /** The highest that is taken within the bounds, and where free ones below it may begin. */
  private highest: bigint;
  private lowest: bigint;
  private exhausted = false;

  /** `used` is asked only if a proposal is needed: most declarations have nothing to fix. */
  constructor(used: () => Iterable<bigint>, reserved: ReservedLines, bounds: Range) {
    this.used = used;
    this.reserved = reserved;
    this.bounds = bounds;
    this.highest = bounds.min - 1n;
    this.lowest = bounds.min;
  }

  /** The first free number after all that are taken; if there is none, the first free one at all; undefined if there is none left. */
  next(): bigint | undefined {
    if (this.exhausted) return undefined;
    const { min, max } = this.bounds;
    if (this.known === undefined) {
      this.known = new Set(this.used());
      for (const each of this.known) if (min <= each && each <= max && each > this.highest) this.highest = each;
    }
    const found = this.from(this.highest + 1n, this.known) ?? this.from(this.lowest, this.known);
    if (found === undefined) {
      this.exhausted = true;
      return undefined;
    }
    this.known.add(found);
    if (found > this.highest) this.highest = found;
    else this.lowest = found + 1n;
    return found;
  }

  /** Few numbers are looked at in a declaration of any sense; a hostile one has none to propose. */
  private from(start: bigint, taken: ReadonlySet<bigint>): bigint | undefined {
    for (let value = start; value <= this.bounds.max && value < start + 4096n; value++) {
      if (!taken.has(value) && this.reserved.numberAt(value) === undefined) return value;
    }
    return undefined;
  }
}
