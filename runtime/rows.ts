import {
  alignmentOf,
  describe as made,
  isRequired,
  type FieldDescription,
  type StructDescription,
} from "./description.ts";
import { largestBody } from "./form.ts";
import { RowsInput, type Input } from "./input.ts";
import { reportDropped } from "./locate.ts";

/**
 * Makes the rows of a table what this reader's version has, once for the table. Rows of its own stride stay where they are; those of another
 * version are copied into rows of this one, where members that they lack stand at their defaults, so that one fast path reads all.
 */
export function conform(input: Input, o: number, describe: () => StructDescription): Input {
  const struct = made(describe);
  const stride = input.words[o + 3]! & 0xffff;
  judge(input, o, struct);
  if (stride > struct.stride) reportTail(input, o, struct.stride);
  return stride === struct.stride && !hasMore(input, o, struct) ? input : copyRows(input, o, struct);
}

/** Rows that are read by their own stride, without a pass over them: where they lie if they reach this reader's last member, else a copy. */
export function conformInPlace(input: Input, o: number, describe: () => StructDescription): Input {
  const struct = made(describe);
  judge(input, o, struct);
  return (input.words[o + 3]! & 0xffff) >= endOf(struct) ? input : copyRows(input, o, struct);
}

/** Whether rows hold more that must be understood, which only `keepUnknown` lets pass: it may lie where this reader has padding. */
function hasMore(input: Input, o: number, struct: StructDescription): boolean {
  return input.words[o + 3]! >>> 16 > endOf(struct);
}

/** The end of the last member; tail padding follows. */
function endOf(struct: StructDescription): number {
  const last = struct.members.at(-1);
  return last === undefined ? 0 : last.offset + last.size;
}

/** Refuses rows that hold what this reader must understand and does not know, and rows that no version can have written. */
function judge(input: Input, o: number, struct: StructDescription): void {
  const stride = input.words[o + 3]! & 0xffff;
  const required = input.words[o + 3]! >>> 16;
  const end = endOf(struct);
  if (required > end && input.session?.keepUnknown !== true) {
    throw input.refuse("B8214", o, { expected: String(end), found: String(required) });
  }
  if (required > stride) {
    throw input.refuse("B8110", o, { expected: `required within stride ${stride}`, found: `required ${required}` });
  }
  for (const member of struct.members) {
    const after = member.offset + member.size;
    const size = alignmentOf(member.type);
    if (cuts(member.offset, after, stride)) throw cut(input, o, "stride", stride, member);
    if (cuts(member.offset, after, required)) throw cut(input, o, "required", required, member);
    if (after <= stride && stride % size !== 0) {
      throw input.refuse("B8110", o, { expected: `a stride that is a multiple of ${size}`, found: String(stride) });
    }
    if (after > stride && isRequired(member)) {
      throw input.refuse("B8110", o, { expected: `\`${member.name}\` in every row`, found: `stride ${stride}` });
    }
  }
}

function cuts(start: number, end: number, at: number): boolean {
  return start < at && at < end;
}

function cut(input: Input, o: number, what: string, at: number, member: FieldDescription): Error {
  const expected = `${what} at the end of a member`;
  return input.refuse("B8110", o, { expected, found: `${what} ${at}, inside \`${member.name}\`` });
}

/** Reports bytes past this reader's rows, once for the table: they are at defaults or ignorable, as `required` says. */
function reportTail(input: Input, o: number, stride: number): void {
  if (input.session === null || input.session.dropped === null || input.session.keepUnknown) return;
  const { bytes, words } = input;
  const theirs = words[o + 3]! & 0xffff;
  const start = (o + 4) * 4;
  const end = start + words[o + 2]! * theirs;
  for (let row = start; row < end; row += theirs) {
    for (let at = row + stride; at < row + theirs; at++) if (bytes[at] !== 0) return reportDropped(input, o * 4, 0);
  }
}

function copyRows(input: Input, o: number, struct: StructDescription): Input {
  const count = input.words[o + 2]!;
  const theirs = input.words[o + 3]! & 0xffff;
  const ours = struct.stride;
  const size = 16 + Math.ceil((count * ours) / 8) * 8;
  if (size > largestBody) {
    throw input.refuse("B8110", o, { expected: `at most ${largestBody} bytes of rows`, found: String(size) });
  }
  const copy = new RowsInput(input, new ArrayBuffer(size), o, ours);
  copy.words[2] = count;
  copy.words[3] = ours;
  const { bytes } = copy;
  const shared = Math.min(theirs, hasMore(input, o, struct) ? endOf(struct) : ours);
  for (let row = 0, from = (o + 4) * 4, to = 16; row < count; row++, from += theirs, to += ours) {
    if (struct.pattern !== undefined) bytes.set(struct.pattern, to);
    bytes.set(input.bytes.subarray(from, from + shared), to);
  }
  return copy;
}
