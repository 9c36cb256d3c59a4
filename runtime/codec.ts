import type { DecodeOptions, Input, Session } from "./input.ts";
import type { StateDescription, UnionDescription } from "./description.ts";
import type { BatonError } from "./errors.ts";
import type { Output } from "./output.ts";
import type { ModuleDescriptor, Version, VersionChoice } from "./versions.ts";

/** How a body is encoded. */
export interface EncodeOptions {
  /** The version to write for; the working version if it is left out. */
  readonly for?: VersionChoice;
  /** Told of each `ignorable` member that is left out because the version in `for` lacks it. */
  readonly dropped?: (path: string, id: number) => void;
}

/** What a generated module has for a state, as a record of its own or nested. `Init` is what it takes: defaults may be left out. */
export interface StateCodec<Value extends object, Init extends object = Value, View extends object = object> {
  /** With its module: `linux.pci.PciDevice`. */
  readonly name: string;
  /** As a record of a dump; null for a state that can only be nested. */
  readonly id: number | null;
  readonly module: ModuleDescriptor;
  readonly version: Version;
  /** Of the module at its version. */
  readonly fingerprint: string;
  encode(value: Init, options?: EncodeOptions): Uint8Array;
  /** Writes into `bytes` from `offset` on, and gives the offset after the body. */
  encodeInto(value: Init, bytes: Uint8Array, offset: number, options?: EncodeOptions): number;
  decode(bytes: Uint8Array, options?: DecodeOptions): Value;
  /** Reads members where they lie, when they are asked for. Values are checked by `decode`. */
  view(bytes: Uint8Array): View;
  /** Everything that is wrong with a value: what `encode` refuses, and once its members are right, checks, keys, order and references within it. */
  validate(value: Init): readonly BatonError[];
  /** For the runtime. */
  readonly inner: CodecParts<Value, Init>;
}

/** What a generated module has for a union: as for a state, without an id. */
export interface UnionCodec<Value extends object, Init extends object = Value> {
  readonly name: string;
  readonly module: ModuleDescriptor;
  encode(value: Init, options?: EncodeOptions): Uint8Array;
  decode(bytes: Uint8Array, options?: DecodeOptions): Value;
  validate(value: Init): readonly BatonError[];
  readonly inner: CodecParts<Value, Init>;
}

/** What a generated module has for a struct: its rows as the payload of a table. */
export interface StructCodec<Value extends object, Init extends object, Rows extends object> {
  readonly name: string;
  readonly module: ModuleDescriptor;
  /** Bytes of a row: C's `sizeof`. */
  readonly stride: number;
  encodeTable(rows: readonly Init[] | Rows): Uint8Array;
  decodeTable(bytes: Uint8Array): Value[];
  viewTable(bytes: Uint8Array): Rows;
}

/** The functions that a codec is made of. */
export interface CodecParts<Value, Init> {
  readonly describe: () => StateDescription | UnionDescription;
  /** At least the bytes that a value takes, at any version that is written. */
  readonly room: (value: Init) => number;
  readonly write: (out: Output, value: Init, o: number) => number;
  /** Writes at the versions that the output names. */
  readonly writeAt: (out: Output, value: Init, o: number) => number;
  readonly read: (input: Input, o: number, end: number) => Value;
  /** Whether it can hold itself, so that its depth has to be checked. */
  readonly deep: boolean;
}

export type { DecodeOptions, Session };
