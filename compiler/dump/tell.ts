import { END_BODY_BYTES, HEADER_BYTES } from "./format.ts";
import type { HeaderFrame } from "./dump-header.ts";
import type { Frame, RecordFrame } from "./frames.ts";
import { manifestType } from "./manifest.ts";
import { isDamaged, type Problem } from "./problem.ts";
import { readRaw } from "./raw.ts";
import { FAILED, Reading, type Read } from "./reading.ts";
import type { Sink } from "./sink.ts";
import { readState } from "./state.ts";
import type { WireState } from "./wire-type.ts";

/** Tells of the header of a dump. */
export function tellHeader(sink: Sink, { bytes, problems }: HeaderFrame): void {
  const r = new Reading(bytes, 0, "", sink);
  r.enter("frame", "header", null, "dump header", null, 0);
  if (bytes.length < HEADER_BYTES || problems.some((one) => one.code === "B8001")) {
    r.damaged(0, bytes.length);
  } else {
    r.leaf("frame", "magic", "8 bytes", 0, 8, bytes.subarray(0, 8));
    r.leaf("frame", "format major", "u16", 8, 2, r.u16(8));
    r.leaf("frame", "format minor", "u16", 10, 2, r.u16(10));
    r.leaf("frame", "header bytes", "u32", 12, 4, r.u32(12));
    r.leaf("frame", "flags", "u32", 16, 4, r.u32(16));
    r.leaf("padding", "", "padding", 20, 40);
    r.leaf("frame", "checksum", "u32", 60, 4, r.u32(60));
  }
  for (const one of problems) sink.problem(one);
  r.leave(bytes.length, undefined);
}

/** Tells of bytes that belong to no record. */
export function tellDamaged(sink: Sink, frame: Extract<Frame, { kind: "damaged" }>): void {
  for (const one of frame.problems) sink.problem(one);
  const head = { part: "damaged", name: "", id: null, type: "", wire: null, offset: frame.offset } as const;
  sink.leaf(head, frame.length, undefined, "error");
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
  r.suspect = isDamaged(problems);
  sink.enter({ part: "record", name, id: header.id, type: type?.text ?? role, wire: type, offset });
  recordHeaderLeaves(sink, frame);
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

function recordHeaderLeaves(sink: Sink, { offset, headerBytes, header }: RecordFrame): void {
  const r = new Reading(headerBytes, offset, "", sink);
  r.enter("frame", "header", null, "record header", null, 0);
  r.leaf("frame", "state id", "u32", 0, 4, header.id);
  r.leaf("frame", "instance", "u32", 4, 4, header.instance);
  r.leaf("frame", "version", "u16", 8, 2, r.u16(8));
  r.leaf("frame", "backport", "u16", 10, 2, r.u16(10));
  r.leaf("frame", "flags", "u32", 12, 4, header.flags);
  r.leaf("frame", "body bytes", "u64", 16, 8, r.view.getBigUint64(16, true));
  r.leaf("frame", "body checksum", "u32", 24, 4, r.u32(24));
  r.leaf("frame", "header checksum", "u32", 28, 4, r.u32(28));
  r.leave(headerBytes.length, undefined);
}
