/** What programs use beside generated codecs, and what generated codecs use. It needs nothing but JavaScript, in Node and in browsers. */
export type { CodecParts, EncodeOptions, StateCodec, StructCodec, UnionCodec } from "./codec.ts";
export type { Column, LongColumn, NumberColumn } from "./column.ts";
export { crc32 } from "./crc.ts";
export { decodeOtherwise, decodeRows, encodeRows, fieldAt, viewBytes, viewRows } from "./decode.ts";
export {
  bool,
  bytesOf,
  cstringOf,
  i16,
  i32,
  i64,
  i8,
  intOf,
  listOf,
  stringOf,
  tableOf,
  u16,
  u32,
  u64,
  u8,
  uuid,
} from "./description.ts";
export type {
  BitsDescription,
  EnumDescription,
  StateDescription,
  StructDescription,
  UnionDescription,
} from "./description.ts";
export { Dump, DumpRecord } from "./dump.ts";
export { StreamedDump, StreamedRecord } from "./dump-stream.ts";
export { sourceOfBlob, sourceOfChunks, type ByteSource } from "./incoming.ts";
export type { DumpWriterOptions, RecordPlace } from "./dump-records.ts";
export { DumpWriter } from "./dump-writer.ts";
export { encodeAgain, encodeAside, encodeOtherwise, refused } from "./encode.ts";
export { BatonError, fullPath, messages, type Code, type ErrorDetails, type Facts } from "./errors.ts";
export {
  asBigInt,
  asNumber,
  divide,
  held,
  isHeld,
  isPresent,
  present,
  remainder,
  shiftLeft,
  shiftRight,
} from "./expression.ts";
export {
  cannotCompute,
  cannotHold,
  cannotWrite,
  checkFailed,
  failedCheck,
  failedRow,
  holdEach,
  leaveOut,
  reproduces,
  uncomputed,
  unevaluated,
  unevaluatedRow,
} from "./failure.ts";
export { isRows, rowsOf, writeView, type GivenTable } from "./given-tables.ts";
export { isCarried } from "./carried.ts";
export type { DecodeOptions, Input } from "./input.ts";
export { openInput } from "./open-input.ts";
export { misread } from "./locate.ts";
export type { Manifest, ManifestModule, ManifestVersion } from "./manifest.ts";
export { openDump } from "./open.ts";
export { outputInto, reserve, reserveFor } from "./memory.ts";
export { isU64, unfit, type Output } from "./output.ts";
export { longPart, part } from "./part.ts";
export { repeatsOf, type Repeats } from "./repeats.ts";
export { judgeRetired } from "./retired.ts";
export {
  bigIntsAt,
  booleansAt,
  checkEach,
  checkEachAt,
  computed,
  cstringsAt,
  high,
  isFilled,
  isList,
  isZero,
  low,
  numbersAt,
  putBigInts,
  putBooleans,
  putCStrings,
  putNumbers,
  putRows,
  putSlices,
  readBigInts,
  readBooleans,
  readBytes,
  readNumbers,
  readSlices,
  readTexts,
  roomForBytes,
  roomForTexts,
  rowsAt,
  slicesAt,
  writeBigInts,
  writeBooleans,
  writeBytes,
  writeNumbers,
  writeSlices,
  writeTexts,
} from "./scalars.ts";
export type { DumpOptions } from "./sequence.ts";
export { DumpStream, type DumpStreamOptions, type Sink } from "./stream-writer.ts";
export { Table, type Cursor, type Row } from "./table.ts";
export { utf8Length } from "./text.ts";
export { readUnknown, writeUnknown } from "./unions.ts";
export { problemsOf } from "./validate.ts";
export { checkHolder, fromHex, own, sameValue } from "./values.ts";
export type { JudgedVersion, ModuleDescriptor, RecordState, Version, VersionChoice } from "./versions.ts";
export type { ListView } from "./view.ts";
