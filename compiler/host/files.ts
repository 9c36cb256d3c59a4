import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { diagnose, type Diagnostic, type Place } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import type { Source } from "../text.ts";

/** A value, or what stood in the way of it. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly mistakes: readonly Diagnostic[] };

/** Wraps a value. */
export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** Wraps a mistake. */
export function failed(...mistakes: readonly Diagnostic[]): {
  readonly ok: false;
  readonly mistakes: readonly Diagnostic[];
} {
  return { ok: false, mistakes };
}

export type Kind = "file" | "folder";

export interface Entry {
  readonly name: string;
  readonly kind: Kind;
}

/** A tree of files to read schemas from: the disk, or a revision of a git repository. Paths are absolute; a revision's start at its root. */
export interface Files {
  /** How messages name a path. */
  readonly show: (path: string) => string;
  /** What stands at a path, links followed; null for nothing. A pipe or a device is a file. */
  readonly kind: (path: string) => Outcome<Kind | null>;
  /** Files and folders of a folder, by name; links to folders left out. */
  readonly list: (folder: string) => Outcome<readonly Entry[]>;
  /** The bytes of a file; more than `limit` of them are a mistake. */
  readonly read: (file: string, limit: number) => Outcome<Uint8Array>;
}

/** More than any schema that people wrote; a schema of 160,000 members has 10 MB. */
export const largestSchema = 64 * 1024 * 1024;

/** The file system, with paths shown relative to `directory` where that is shorter. */
export function disk(directory: string): Files {
  const show = (path: string): string => shorter(directory, path);
  const unreadable = (path: string, error: unknown): { readonly ok: false; readonly mistakes: readonly Diagnostic[] } =>
    failed(cannotRead(show(path), reason(error)));
  return {
    show,
    kind(path) {
      try {
        return done(statSync(path).isDirectory() ? "folder" : "file");
      } catch (error) {
        return isMissing(error) ? done(null) : unreadable(path, error);
      }
    },
    list(folder) {
      try {
        const entries = readdirSync(folder, { withFileTypes: true }).flatMap((entry): Entry[] => {
          if (entry.isDirectory()) return [{ name: entry.name, kind: "folder" }];
          if (entry.isFile()) return [{ name: entry.name, kind: "file" }];
          if (!entry.isSymbolicLink()) return [];
          // A link to a folder could lead in a circle; one to nothing is listed, so that reading it says what is wrong.
          return leadsToFolder(join(folder, entry.name)) ? [] : [{ name: entry.name, kind: "file" }];
        });
        return done(entries.sort((a, b) => (a.name < b.name ? -1 : 1)));
      } catch (error) {
        return unreadable(folder, error);
      }
    },
    read(file, limit) {
      try {
        const bytes = readAtMost(file, limit);
        return bytes === null ? failed(tooLarge(show(file), limit)) : done(bytes);
      } catch (error) {
        return unreadable(file, error);
      }
    },
  };
}

function leadsToFolder(link: string): boolean {
  try {
    return statSync(link, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    // A link that leads in a circle, or where nobody may look.
    reason(error);
    return false;
  }
}

/** All bytes of a file, a pipe included; null if there are more than `limit`. */
function readAtMost(file: string, limit: number): Uint8Array | null {
  const descriptor = openSync(file, "r");
  try {
    return readDescriptor(descriptor, fstatSync(descriptor).size, limit);
  } finally {
    closeSync(descriptor);
  }
}

/** What is left to read of an open file; null if there are more than `limit` bytes. `size` is what it is known to have. */
export function readDescriptor(descriptor: number, size: number, limit: number): Uint8Array | null {
  if (size > limit) return null;
  const chunks: Uint8Array[] = [];
  let total = 0;
  // One byte more than the size, so that a regular file is read whole and its end seen in two reads.
  for (let room = size + 1; ; room = 1 << 16) {
    const chunk = new Uint8Array(room);
    const count = readSync(descriptor, chunk);
    if (count === 0) break;
    total += count;
    if (total > limit) return null;
    chunks.push(chunk.subarray(0, count));
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, total);
}

/** A text file as a source: UTF-8, a byte order mark dropped. */
export function readSource(files: Files, path: string, limit = largestSchema): Outcome<Source> {
  const bytes = files.read(path, limit);
  return bytes.ok ? decodeSource(files.show(path), bytes.value) : bytes;
}

/** How a dump begins: 0x89, `BATON`. */
const dumpStart = [0x89, 0x42, 0x41, 0x54, 0x4f, 0x4e];

/** Bytes as a source; bytes that are no UTF-8 are a mistake at the first of them. */
export function decodeSource(shown: string, bytes: Uint8Array): Outcome<Source> {
  if (dumpStart.every((byte, i) => bytes[i] === byte))
    return failed(diagnose("B9009", rows.B9009, { path: shown }, { span: null }));
  try {
    return done({ path: shown, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) });
  } catch {
    const text = new TextDecoder("utf-8").decode(bytes);
    const source = { path: shown, text };
    const start = Math.max(0, firstReplaced(bytes, text));
    const offset = Buffer.byteLength(text.slice(0, start));
    return failed(
      diagnose("B9004", rows.B9004, { offset, looks: looksOf(bytes) }, { span: { source, start, end: start + 1 } }),
    );
  }
}

/** What bytes that are no UTF-8 are most likely. */
function looksOf(bytes: Uint8Array): "text" | "binary" | "UTF-16" {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return "UTF-16";
  return bytes.includes(0) ? "binary" : "text";
}

/** Index of the first replacement character that stands for bytes which are not that character. */
function firstReplaced(bytes: Uint8Array, text: string): number {
  for (let at = text.indexOf("\ufffd"), from = 0, offset = 0; at >= 0; from = at, at = text.indexOf("\ufffd", at + 1)) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return at;
  }
  return text.length - 1;
}

/** The diagnostic of a file that cannot be read. */
export function cannotRead(shown: string, why: string, place: Place = { span: null }): Diagnostic {
  return diagnose("B9002", rows.B9002, { path: shown, why }, place);
}

function tooLarge(shown: string, limit: number): Diagnostic {
  return diagnose("B9005", rows.B9005, { path: shown, limit }, { span: null });
}

/** A path as messages print it: relative to `directory` where that is shorter, and has a name in it. */
export function shorter(directory: string, path: string): string {
  const near = relative(directory, path);
  if (/^\.\.(?:[/\\]\.\.)*$/.test(near)) return path;
  return directory !== "/" && near.length < path.length && !isAbsolute(near) ? near || "." : path;
}

/** An absolute path from one that a person wrote. */
export function absolute(directory: string, path: string): string {
  return resolve(directory, path);
}

/** The folder and its parents, nearest first. */
export function* upwards(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file or folder"],
  ["ENOTDIR", "a part of the path is a file, not a folder"],
  ["EISDIR", "it is a folder"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "no space is left"],
  ["EDQUOT", "the quota is used up"],
  ["ELOOP", "its symbolic links lead in a circle"],
  ["ENAMETOOLONG", "the name is too long"],
  ["EMFILE", "too many files are open"],
  ["ENXIO", "nothing is at its other end"],
  ["EINVAL", "the name or the operation is not allowed there"],
  ["EIO", "the device reports an error"],
  ["ENOTEMPTY", "the folder is not empty"],
  ["EEXIST", "a file is already there"],
  ["EBUSY", "it is in use"],
  ["EFBIG", "the file would be too large"],
]);

/** Why the system refused, in words; what is no error of the system is a bug of ours and goes on being thrown. */
export function reason(error: unknown): string {
  const code = systemCode(error);
  if (code === undefined) throw error;
  return reasons.get(code) ?? code;
}

/** `ENOENT` and the like; undefined for an error that is not of the system. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  // Node refuses a path with a NUL itself.
  if (error.code === "ERR_INVALID_ARG_VALUE") return "EINVAL";
  return error.code.startsWith("ERR_") ? undefined : error.code;
}

function isMissing(error: unknown): boolean {
  const code = systemCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}
