import type { Stretch } from "../../dump/diff/places.ts";
import { dumpFields, recordFields, wholeFields } from "../../dump/header-fields.ts";
import type { Entry } from "../entry.ts";
import type { Outline } from "../outline.ts";
import type { PlainProblem } from "./protocol.ts";

/** Bytes that are marked where a problem has a place. */
const problemBytes = 8;

/** Fields of a record's header that are marked for what is wrong with a record as a whole, by how far before the place of the problem they stand. */
const headerFields: { readonly [code: string]: { readonly before: number; readonly length: number } } = {
  // Told at the body, of the record: its members are whole up to the one that is cut, which is told, too.
  B8005: { before: 16, length: 8 },
  B8006: { before: 0, length: 4 },
  // The checksum stands before the body that does not have it.
  B8007: { before: 8, length: 4 },
};

/** A check of a record, told at its body, is of no member alone: its state and instance are marked. */
const recordChecks = new Set(["B8212", "B8213"]);
const recordName = { before: 32, length: 8 };

/** A member that is missing is told at the body that has not got it: what stands before that is marked, and not its first member. */
const isMissing = (code: string): boolean => code === "B8208";
const bodyHeader = { before: 8, length: 8 };

function fieldOf({ code, path }: PlainProblem): { readonly before: number; readonly length: number } | undefined {
  if (recordChecks.has(code) && /#\d+$/.test(path)) return recordName;
  if (isMissing(code)) return /#\d+\.[^.[\]]+$/.test(path) ? recordName : bodyHeader;
  return headerFields[code];
}

/** The bytes that are marked for a problem. */
export function marked(one: PlainProblem, outline: Outline): readonly Stretch[] {
  const { offset } = one;
  const size = outline.bytes.length;
  if (offset === null || offset >= size) return [];
  const field = fieldOf(one);
  const cut = cutHeader(one, outline);
  if (cut !== null) {
    // What is there of the field in which it was cut.
    const fields = cut.name === "header" ? dumpFields : recordFields;
    const whole = wholeFields(fields, size - offset);
    const isPadding = fields.some(({ type, at }) => type === "padding" && at === whole);
    return isPadding ? [] : [{ offset: offset + whole, length: size - offset - whole }];
  }
  if (field === undefined || offset < field.before) return [{ offset, length: Math.min(problemBytes, size - offset) }];
  return [{ offset: offset - field.before, length: field.length }];
}

/** The path of what a problem is shown with. */
export function shownPath({ code, path }: PlainProblem): string {
  return isMissing(code) ? path.replace(/\.[^.[\]]*$/, "") : path;
}

/** The header of the dump, or the record, that a problem says is cut in its header: it is told where that starts. */
export function cutHeader({ code, offset }: PlainProblem, { root }: Outline): Entry | null {
  if (code !== "B8005" || offset === null) return null;
  const index = root.children.find(offset);
  const entry = index < 0 ? null : root.children.at(index);
  return entry?.offset === offset ? entry : null;
}
