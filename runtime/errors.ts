import { idText } from "./id-text.ts";

/** What a message is about beside its place: as words, ready to print. */
export interface Facts {
  readonly expected?: string;
  readonly found?: string;
}

/**
 * Every code that a codec or a reader of dumps reports, with its message: one line, no capital, no full stop. Codes are never reused.
 * B80xx the frame of a dump, B81xx the form of a body, B82xx values, B83xx writing, B84xx JSON, B85xx what only `verify` and `preflight` ask for.
 */
export const messages = {
  B8001: (f: Facts) => `not a Baton dump: ${f.found ?? "the magic bytes are missing"}`,
  B8002: (f: Facts) => `format version ${f.found} is not supported, this reader knows ${f.expected}`,
  B8003: (f: Facts) => `checksum of the dump's header is ${f.found}, computed ${f.expected}`,
  B8004: (f: Facts) => `dump header: expected ${f.expected}, found ${f.found}`,
  B8005: (f: Facts) => `dump ends early: needs ${f.expected} bytes, ${f.found} left`,
  B8006: (f: Facts) => `checksum of the record's header is ${f.found}, computed ${f.expected}`,
  B8007: (f: Facts) => `checksum of the record's body is ${f.found}, computed ${f.expected}`,
  B8008: (f: Facts) => `record flags ${f.found} have no meaning here, expected ${f.expected}`,
  B8009: (f: Facts) => `record ${f.found} does not come after ${f.expected}`,
  B8010: (f: Facts) => `expected ${f.expected}, found ${f.found}`,
  B8011: () => "the end record is missing",
  B8012: (f: Facts) => `the end record says ${f.found}, the dump has ${f.expected}`,
  B8013: (f: Facts) => `${f.found} bytes follow the end record${f.expected === undefined ? "" : `, ${f.expected}`}`,
  B8014: (f: Facts) => `module ${f.found} of this record is not in the manifest`,
  B8015: (f: Facts) =>
    f.expected === undefined
      ? `record of unknown state ${f.found} must be understood`
      : `record id ${f.found} is not ${f.expected}`,
  B8016: (f: Facts) => `written by ${f.found}, which this reader does not know; it takes ${f.expected}`,
  B8017: (f: Facts) => `record version ${f.found}, the manifest says ${f.expected}`,
  B8018: (f: Facts) => `embedded schema: expected ${f.expected}, found ${f.found}`,
  B8019: (f: Facts) => `state ${f.found} is \`single\` and stands more than once in the dump`,
  B8020: (f: Facts) => `no record ${f.found} in the dump${f.expected === undefined ? "" : `, ${f.expected}`}`,
  B8021: (f: Facts) => `no schema for ${f.found}${f.expected === undefined ? "" : `; ${f.expected}`}`,
  B8022: (f: Facts) => `record of ${f.found} bytes, this reader takes at most ${f.expected} at once`,
  B8023: (f: Facts) => `${f.found} more problems in this record`,
  B8024: (f: Facts) => `written by ${f.found}, which this reader never takes: ${f.expected}`,
  B8025: (f: Facts) => `the source of the dump failed: ${f.found}`,
  B8026: (f: Facts) => `the sink of the dump failed, and what it was given is no dump: ${f.found}`,
  B8101: (f: Facts) => `needs ${f.expected} bytes, ${f.found} left`,
  B8102: (f: Facts) => `member id ${f.found} does not come after ${f.expected}`,
  B8103: (f: Facts) => `form ${f.found} does not exist`,
  B8104: (f: Facts) => `member flags ${f.found} do not exist in this form`,
  B8105: (f: Facts) => `expected ${f.expected}, found ${f.found}`,
  B8106: (f: Facts) => `length is ${f.found}, expected ${f.expected}`,
  B8107: (f: Facts) => `integer is not in its one form: expected ${f.expected}, found ${f.found}`,
  B8108: () => "padding is not zero",
  B8109: () => "nesting is deeper than 64",
  B8110: (f: Facts) => `table rows: expected ${f.expected}, found ${f.found}`,
  B8111: (f: Facts) => `a union holds exactly one alternative, found ${f.found}`,
  B8112: (f: Facts) => `reserved word is ${f.found}, expected 0`,
  B8201: (f: Facts) => `${f.found} is outside ${f.expected}`,
  B8202: (f: Facts) => `${f.found} is no value of ${f.expected}`,
  B8203: (f: Facts) => `bits ${bitsText(f.found)} have no name in ${f.expected}`,
  B8204: (f: Facts) => `bool is ${f.found}, expected 0 or 1`,
  B8205: () => "text is not well-formed UTF-8",
  B8206: (f: Facts) => `length ${f.found} is outside ${f.expected}`,
  B8207: (f: Facts) => `expected ${f.expected}, found ${f.found}`,
  B8208: (f: Facts) => `required and missing${f.found === undefined ? "" : `, unless it is what ${f.found} names`}`,
  B8209: (f: Facts) => `unknown member ${f.found} must be understood`,
  B8210: (f: Facts) => `unknown alternative ${f.found}`,
  B8211: (f: Facts) => `retired member holds ${f.found}, expected ${f.expected}`,
  B8212: (f: Facts) => `check failed${f.found === undefined ? "" : `, ${f.found}`}: ${f.expected}`,
  B8213: (f: Facts) => `${f.expected ?? "expression"} cannot be evaluated: ${f.found}`,
  B8214: (f: Facts) => `row has bytes that must be understood: required ${f.found}, this reader knows ${f.expected}`,
  B8301: (f: Facts) => `expected ${f.expected}, found ${f.found}`,
  B8302: (f: Facts) => `payload of ${f.found} bytes, at most ${f.expected} can be written`,
  B8303: (f: Facts) => `cannot be written for version ${f.expected}: holds ${f.found}`,
  B8304: (f: Facts) => `${f.found} is no version to write for, expected ${f.expected}`,
  B8305: (f: Facts) => `needs ${f.expected} bytes, the buffer has ${f.found} left`,
  B8306: (f: Facts) =>
    f.found === f.expected ? `record ${f.found} is added twice` : `record ${f.found} is added after ${f.expected}`,
  B8307: (f: Facts) => `module ${f.found} was not named when the dump was begun or opened`,
  B8308: (f: Facts) => `expected ${f.expected}, found ${f.found}`,
  B8401: (f: Facts) => `not JSON: expected ${f.expected}, found ${f.found}`,
  B8402: (f: Facts) => `${f.expected ?? "member"} ${f.found} is given twice`,
  B8403: (f: Facts) => `unknown member ${f.found}`,
  B8404: (f: Facts) => `expected ${f.expected}, found ${f.found}`,
  B8405: (f: Facts) => `number ${f.found} is not exact in JSON`,
  B8406: (f: Facts) => `${f.found} is no ${f.expected}`,
  B8407: (f: Facts) => `unknown name ${f.found}`,
  B8501: (f: Facts) => `not in canonical form: expected ${f.expected}, found ${f.found}`,
  B8502: (f: Facts) => `key ${f.found} is used twice, first by ${f.expected}`,
  B8503: (f: Facts) => `key ${f.found} is not in ${f.expected}`,
  B8504: (f: Facts) => `refers to ${f.found}, and no ${f.expected} has that key`,
} as const;

export type Code = keyof typeof messages;

/** Bits are told in hexadecimal, however they were found. */
function bitsText(found = ""): string {
  return /^\d+$/.test(found) ? `0x${BigInt(found).toString(16)}` : found;
}

/** Where and what: data beside the message of a `BatonError`, and of a problem that the tools list. */
export interface ErrorDetails extends Facts {
  /** The record that was read or written, where there is one. */
  readonly record?: { readonly type: string; readonly instance: number; readonly id: number };
  /** What was read or written where it is not a record's own: `linux.pci.Bar`. */
  readonly type?: string;
  /** From the type on: `caps[12].data`; "" for the value itself. */
  readonly path?: string;
  /** The member's, alternative's or state's id. */
  readonly id?: number;
  /** In bytes from the start of what was given to the reader. */
  readonly offset?: number;
  /** What something outside of Baton failed with. */
  readonly cause?: unknown;
}

/** The path of a member as every tool writes it: `linux.pci.PciDevice#3.caps[12].data`; without `#3` where it is not in a record. */
export function fullPath(details: ErrorDetails): string {
  const { record, type = "", path = "" } = details;
  const start = record === undefined ? type : `${record.type}#${record.instance}`;
  if (start === "") return path;
  return path === "" ? start : path.startsWith("[") ? start + path : `${start}.${path}`;
}

/**
 * What codecs and dumps throw, and nothing else: one line with a code that `baton explain` knows, and the same facts as data.
 */
export class BatonError extends Error implements ErrorDetails {
  override readonly name = "BatonError";
  readonly code: Code;
  declare readonly record?: NonNullable<ErrorDetails["record"]>;
  declare readonly type?: string;
  declare readonly path?: string;
  declare readonly id?: number;
  declare readonly offset?: number;
  declare readonly expected?: string;
  declare readonly found?: string;

  constructor(code: Code, details: ErrorDetails = {}) {
    super(errorLine(code, details));
    this.code = code;
    Object.assign(this, details);
  }
}

/** The line of an error: code, path, id and offset as far as they are known, and the message. */
function errorLine(code: Code, details: ErrorDetails): string {
  const path = fullPath(details);
  const name = details.id === undefined || path === "" ? "" : idText(details.id);
  const id = name === "" || path.endsWith(name) ? "" : ` ${name}`;
  const offset = details.offset === undefined ? "" : `${path === "" ? "" : " "}at 0x${details.offset.toString(16)}`;
  const place = `${path}${id}${offset}`;
  return `${code}: ${place === "" ? "" : `${place}: `}${messages[code](details)}`;
}

/** The same error with more known about its place. What it says already stays. */
export function withPlace(error: BatonError, details: ErrorDetails): BatonError {
  const { code, record, type, path, id, offset, expected, found, cause } = error;
  const known = { record, type, path, id, offset, expected, found, cause };
  const merged: Record<string, unknown> = { ...details };
  for (const [name, value] of Object.entries(known)) if (value !== undefined) merged[name] = value;
  // Every property comes from an ErrorDetails.
  return new BatonError(code, merged as ErrorDetails);
}

/** Text of a value or a dump, fit for a terminal: quoted, clipped, control and bidirectional characters escaped. */
export function quoted(text: string): string {
  const clipped = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return JSON.stringify(clipped).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
