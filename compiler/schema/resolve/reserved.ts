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
  const numbers: { readonly min: bigint; readonly max: bigint; readonly span: Span }[] = [];
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
  return {
    ir,
    numberAt: (value) => numbers.find((each) => each.min <= value && value <= each.max)?.span,
    nameAt: (name) => names.get(name),
  };
}

const none: ReservedLines = { ir: [], numberAt: () => undefined, nameAt: () => undefined };

/** Numbers that are taken, and the next one that is not: what a fix proposes. Each proposal counts as taken afterwards. */
export class FreeNumbers {
  private readonly used: () => Iterable<bigint>;
  private readonly reserved: ReservedLines;
  private readonly bounds: Range;
  private known: Set<bigint> | undefined;

  /** `used` is asked only if a proposal is needed: most declarations have nothing to fix. */
  constructor(used: () => Iterable<bigint>, reserved: ReservedLines, bounds: Range) {
    this.used = used;
    this.reserved = reserved;
    this.bounds = bounds;
  }

  /** The first free number after all that are taken; if there is none, the first free one at all; undefined if there is none left. */
  next(): bigint | undefined {
    const { min, max } = this.bounds;
    const taken = (this.known ??= new Set(this.used()));
    let highest = min - 1n;
    for (const each of taken) if (min <= each && each <= max && each > highest) highest = each;
    const found = this.from(highest + 1n, taken) ?? this.from(min, taken);
    if (found !== undefined) taken.add(found);
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
