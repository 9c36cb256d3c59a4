import { parsePath } from "../../dump/path.ts";
import { integerText } from "../../dump/path-value.ts";
import { offsetText } from "./dom.ts";
import type { SearchMode } from "./protocol.ts";
import { wantedBytes } from "./search.ts";

/** What a text asks for. */
export type Query =
  | { readonly kind: "offset"; readonly offset: number }
  | { readonly kind: "wrong"; readonly why: string }
  | {
      readonly kind: "search";
      readonly mode: SearchMode;
      /** Whether it may lead to one place: a single name is looked for everywhere. */
      readonly isPath: boolean;
      /** The byte that it may mean beside the values. */
      readonly offset: number | null;
      /** What to say where nothing is found, "" for nothing. */
      readonly hint: string;
    };

/** Reads what people write to find something in a dump of a size. */
export function readQuery(mode: string, text: string, size: number): Query {
  const end = `the dump ends at ${offsetText(size)}`;
  if (mode === "offset") {
    const offset = integerText(/^[\da-f]*[a-f][\da-f]*$/i.test(text) ? `0x${text}` : text);
    if (offset === null || offset < 0n) return { kind: "wrong", why: "no offset: write `0x1c0` or `448`" };
    if (offset >= BigInt(size)) return { kind: "wrong", why: `no such offset: ${end}` };
    return { kind: "offset", offset: Number(offset) };
  }
  if (mode === "bytes") {
    if (wantedBytes(text) === null)
      return { kind: "wrong", why: 'no bytes: write pairs of digits, `ca fe`, or `"text"`' };
    return { kind: "search", mode, isPath: false, offset: null, hint: "" };
  }
  if (mode === "value") return { kind: "search", mode, isPath: false, offset: null, hint: "" };
  const isPath = /[.#[\]]/.test(text);
  const read = isPath ? parsePath(text) : null;
  const noPath = read?.ok === false ? `no path either: expected ${read.mistake.expected}` : "";
  if (mode === "path") return { kind: "search", mode, isPath, offset: null, hint: noPath };
  const offset = /^0x[\da-f]+$/i.test(text) ? integerText(text) : null;
  const inside = offset !== null && offset < BigInt(size);
  const hint = offset !== null && !inside ? end : noPath;
  return { kind: "search", mode: "any", isPath, offset: inside ? Number(offset) : null, hint };
}
