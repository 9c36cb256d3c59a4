import { carry } from "./carried.ts";
import type { CodecParts } from "./codec.ts";
import { checkDepth } from "./depth.ts";
import { describe as made, typeNamed, type StateDescription, type StructDescription } from "./description.ts";
import { BatonError } from "./errors.ts";
import { refused } from "./encode.ts";
import type { DecodeOptions, Input } from "./input.ts";
import { misread } from "./locate.ts";
import { openInput, sessionOf } from "./open-input.ts";
import { reserve } from "./memory.ts";
import { checkDecodeOptions } from "./options.ts";
import type { Output } from "./output.ts";
import { fixedAt, Table, type Row } from "./table.ts";
import { checkBytes } from "./values.ts";
import { viewed, viewState } from "./view.ts";

/** The part of a codec that decoding needs. */
interface Decodes<Value> {
  readonly inner: Pick<CodecParts<Value, never>, "describe" | "read" | "deep">;
}

/** Decodes what the fast path of a generated `decode` does not: with options, and types that can hold themselves. */
export function decodeOtherwise<Value extends object>(
  codec: Decodes<Value>,
  bytes: Uint8Array,
  options: DecodeOptions | undefined,
): Value {
  checkDecodeOptions(options);
  const { describe, read, deep } = codec.inner;
  const input = openInput(bytes, sessionOf(describe, options), describe);
  try {
    if (deep) checkDepth(input, describe);
    const value = read(input, input.start, input.end);
    return options?.keepUnknown === true
      ? carry(value, describe, { body: bytes, manifest: null, writer: options.writer })
      : value;
  } catch (error) {
    throw misread(error, input, describe);
  }
}

/** A view of a state's body. Reading a member of it throws only what `decode` would throw. */
export function viewBytes<View extends object>(bytes: Uint8Array, describe: () => StateDescription): View {
  // A view is kept, and an input that is remembered is opened on other bytes meanwhile. What its members fail with names their place by the root.
  const own = openInput(bytes, null, describe).fixed({ root: describe, dropped: null, keepUnknown: false });
  // The members of the view are those of the description, which the type was generated from.
  return viewed(own, () => viewState(own, own.start, own.end, describe) as View);
}

/** The payload of a table: count, stride, required and rows, without padding after them. */
export function encodeRows<Rows extends { readonly length: number }>(
  rows: Rows,
  stride: number,
  write: (out: Output, o: number, head: number, rows: Rows) => number,
  describe: () => StructDescription,
): Uint8Array {
  try {
    const out = reserve(24 + rows.length * stride);
    const start = out.start;
    const whole = out.take(write(out, start, 0, rows));
    return whole.slice(8, 16 + rows.length * stride);
  } catch (error) {
    throw refused(error, { kind: "list", element: describe, min: 0, max: Infinity, table: true }, rows);
  }
}

/** The rows of a table's payload. */
export function decodeRows<Value>(
  bytes: Uint8Array,
  read: (input: Input, o: number) => Value[],
  describe: () => StructDescription,
): Value[] {
  return readTable(bytes, describe, (input) => read(input, 0));
}

/** The rows of a table's payload where they lie (in a copy, if their size is no multiple of 8). */
export function viewRows<Rows extends object>(bytes: Uint8Array, describe: () => StructDescription): Rows {
  // The types of a table's rows and columns were generated from the description.
  return readTable(bytes, describe, (input) => new Table<Row>(input, 0, describe)) as unknown as Rows;
}

/** Reads a payload. What is wrong with the table as a whole is told of its start: the header before it is none of the caller's. */
function readTable<Part>(bytes: Uint8Array, describe: () => StructDescription, read: (input: Input) => Part): Part {
  const root = (): StateDescription => tableBody(describe);
  try {
    return viewed(openTable(bytes, root), (input) => {
      input.table(0, input.end);
      return read(input);
    });
  } catch (error) {
    if (!(error instanceof BatonError) || error.offset === undefined || error.offset >= 0) throw error;
    const { code, expected, found } = error;
    throw new BatonError(code, {
      ...typeNamed(root),
      path: "",
      offset: 0,
      ...(expected === undefined ? {} : { expected }),
      ...(found === undefined ? {} : { found }),
    });
  }
}

/** A payload behind the header that it has as the only member of a body. */
function openTable(bytes: Uint8Array, root: () => StateDescription): Input {
  checkBytes(bytes);
  const whole = new Uint8Array(8 + Math.ceil(bytes.length / 8) * 8);
  new DataView(whole.buffer).setUint32(0, 0x103_0001, true);
  new DataView(whole.buffer).setUint32(4, bytes.length, true);
  whole.set(bytes, 8);
  const input = openInput(whole, null).fixed({ root, dropped: null, keepUnknown: false });
  input.origin = 8;
  return input;
}

/** A body with nothing but a table. */
function tableBody(describe: () => StructDescription): StateDescription {
  const type = { kind: "list", element: describe, min: 0, max: Infinity, table: true } as const;
  const read = (): never => {
    throw new BatonError("B8308", { expected: "a codec", found: "a table" });
  };
  return { kind: "state", name: made(describe).name, members: [{ id: 1, name: "", type }], read };
}

/** A member of a row, by its id, where it takes more than one expression to read it. */
export function fieldAt<Value>(input: Input, at: number, describe: () => StructDescription, id: number): Value {
  const field = made(describe).members.find((one) => one.id === id);
  if (field === undefined) throw new Error(`${made(describe).name} has no member @${id}`);
  // The caller's type was generated from the same member.
  return fixedAt(input, at, field.type) as Value;
}
