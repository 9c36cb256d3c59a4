import { END_BODY_BYTES, HEADER_BYTES, RECORD_HEADER_BYTES } from "./format.ts";
import type { HeaderFrame } from "./dump-header.ts";
import type { Frame, RecordFrame } from "./frames.ts";
import { dumpFields, recordFields, wholeFields, type HeaderField } from "./header-fields.ts";
import { manifestType } from "./manifest.ts";
import { isDamaged, type Problem } from "./problem.ts";
import { readRaw } from "./raw.ts";
import { FAILED, Reading, type Read } from "./reading.ts";
import type { Sink } from "./sink.ts";
import { readState } from "./state.ts";
import type { Value } from "./value.ts";
import type { WireState } from "./wire-type.ts";

export type DamagedFrame = Extract<Frame, { kind: "damaged" }>;

/** Tells of the header of a dump, as much of it as is there. */
export function tellHeader(sink: Sink, { bytes, problems }: HeaderFrame): void {
  const r = new Reading(bytes, 0, "", sink);
  r.enter("frame", "header", null, "dump header", null, 0);
  if (problems.some((one) => one.code === "B8001")) r.damaged(0, bytes.length);
  else fieldLeaves(r, dumpFields, HEADER_BYTES);
  for (const one of problems) sink.problem(one);
  r.leave(bytes.length, undefined);
}

/** Tells of the fields of a header that are whole, and of what is there of the next one. */
function fieldLeaves(r: Reading, fields: readonly HeaderField[], end: number): void {
  const { length } = r.bytes;
  for (const { name, type, at, size } of fields) {
    if (type === "padding" && at < length) r.leaf("padding", name, type, at, Math.min(size, length - at));
    else if (at + size <= length) r.leaf("frame", name, type, at, size, fieldValue(r, type, at, size));
  }
  const whole = wholeFields(fields, length);
  if (fields.every(({ type, at }) => type !== "padding" || at !== whole)) r.damaged(whole, end);
}

function fieldValue(r: Reading, type: HeaderField["type"], at: number, size: number): Value {
  switch (type) {
    case "u16":
      return r.u16(at);
    case "u32":
      return r.u32(at);
    case "u64":
      return r.view.getBigUint64(at, true);
    case "8 bytes":
    case "padding":
      return r.bytes.subarray(at, at + size);
  }
}

/** Tells of bytes that belong to no record, or to one of which not even the header is all there. */
export function tellDamaged(sink: Sink, frame: DamagedFrame, type: WireState | null): void {
  const { cut, offset, length, bytes, problems } = frame;
  if (cut === undefined) {
    for (const one of problems) sink.problem(one);
    const head = { part: "damaged", name: "", id: null, type: "", wire: null, offset } as const;
    return sink.leaf(head, length, undefined, "error");
  }
  const { name, role, header } = cut;
  if (name !== null) {
    sink.enter({ part: "record", name, id: header.id, type: type?.text ?? role ?? "", wire: type, offset });
  }
  recordHeaderLeaves(sink, offset, bytes, name !== null);
  for (const one of problems) sink.problem(one);
  if (name !== null) sink.leave(offset + length, undefined, "error");
}

/** How a record is read. */
export interface RecordReading {
  readonly name: string;
  /** null where no schema has the state. */
  readonly type: WireState | null;
  /** By ids and forms, though there is a schema. */
  readonly raw: boolean;
  /** What is wrong with it beyond its frame. */
  readonly judged: readonly Problem[];
  /** Whether its headers may not be those that were written, though its checksum is right: what is in it does not agree with them. */
  readonly suspect?: boolean;
}

/** Reads a record and tells of all its bytes on the way. */
export function tellRecord(
  sink: Sink,
  frame: RecordFrame,
  reading: RecordReading,
): { readonly r: Reading; readonly value: Read } {
  const { role, header, offset, body, padding, skipped, problems } = frame;
  const { name, type, judged } = reading;
  const r = new Reading(body, offset + 32, name, sink);
  r.suspect = reading.suspect === true || isDamaged(problems);
  sink.enter({ part: "record", name, id: header.id, type: type?.text ?? role, wire: type, offset });
  recordHeaderLeaves(sink, offset, frame.headerBytes);
  const value = readBody(r, frame, reading);
  const end = offset + 32 + body.length + skipped;
  if (padding.length > 0) {
    const head = { part: "padding", name: "", id: null, type: "padding", wire: null } as const;
    sink.leaf({ ...head, offset: end }, padding.length, undefined, "ok");
  }
  // Behind what is in the record, which is there all the same.
  for (const one of [...problems, ...judged]) sink.problem(one);
  const sound = problems.length + judged.length + r.problemCount === 0;
  sink.leave(end + padding.length, value === FAILED ? undefined : value, sound ? "ok" : "error");
  return { r, value };
}

function readBody(r: Reading, frame: RecordFrame, { type, raw }: RecordReading): Read {
  const { role, header, body } = frame;
  if (frame.skipped > 0) {
    const head = { part: "unknown", name: "body", id: null, type: "bytes", wire: null } as const;
    r.sink?.leaf({ ...head, offset: frame.offset + 32 }, frame.skipped, undefined, "unknown");
    return undefined;
  }
  switch (role) {
    case "manifest":
      return readState(r, manifestType(), 0, header.length);
    case "schema":
    case "end":
      if (role === "end" && body.length === END_BODY_BYTES) endLeaves(r);
      else if (body.length > 0) r.leaf("frame", role, `body of the ${role} record`, 0, body.length, body);
      return undefined;
    case "state":
      if (type === null || raw) return readRaw(r, 0, header.length);
      return readState(r, type, 0, header.length);
  }
}

function endLeaves(r: Reading): void {
  r.leaf("frame", "records", "u64", 0, 8, r.view.getBigUint64(0, true));
  r.leaf("frame", "bytes", "u64", 8, 8, r.view.getBigUint64(8, true));
  r.leaf("frame", "headers' checksum", "u32", 16, 4, r.u32(16));
  r.leaf("frame", "zero", "u32", 20, 4, r.u32(20));
}

/** `isKnown`: whether it is told of which record; else its id alone says anything. */
function recordHeaderLeaves(sink: Sink, offset: number, bytes: Uint8Array, isKnown: boolean = true): void {
  const r = new Reading(bytes, offset, "", sink);
  r.enter("frame", isKnown ? "header" : "record header", null, "record header", null, 0);
  fieldLeaves(r, isKnown ? recordFields : recordFields.slice(0, 1), RECORD_HEADER_BYTES);
  r.leave(bytes.length, undefined, bytes.length < RECORD_HEADER_BYTES ? "error" : "ok");
}
