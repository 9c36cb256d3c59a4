import { describe as made, type UnionDescription } from "./description.ts";
import { BatonError } from "./errors.ts";
import { idText } from "./id-text.ts";
import type { Input } from "./input.ts";
import { unfit, type Output } from "./output.ts";
import { own } from "./values.ts";

/**
 * An alternative that this reader does not know is refused: there is nothing to put in its place. `keepUnknown` gives it as `kind` "@7" with
 * the bytes of its body as `value`, which only `encode` makes anything of.
 */
export function readUnknown(input: Input, start: number, end: number, describe: () => UnionDescription): never {
  if (start >= end) throw input.refuse("B8111", start, { found: "none" });
  const id = input.words[start]! & 0xffff;
  if (input.session?.keepUnknown !== true) {
    throw input.refuse("B8210", start, { expected: made(describe).name, found: idText(id) });
  }
  if (input.endOfUnknown(start, end) !== end) throw input.crowded(start);
  // No type has it; who asks for `keepUnknown` is told so.
  return { kind: idText(id), value: input.slice(start * 4, (end - start) * 4) } as never;
}

/** Writes an alternative that was kept, and refuses a kind that no alternative has. */
export function writeUnknown(out: Output, value: object, start: number): number {
  const kind = own(value, "kind");
  const held = own(value, "value");
  if (out.keepUnknown && typeof kind === "string" && kind.startsWith("@") && held instanceof Uint8Array) {
    out.copy(start * 4, held, 0, Infinity);
    return start + (held.length >>> 2);
  }
  if (typeof kind !== "string") throw unfit(value);
  throw new BatonError("B8210", { found: kind });
}
