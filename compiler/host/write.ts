import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
  writeSync,
  type Dirent,
  type Stats,
} from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { done, failed, reason, shorter, type Outcome } from "./files.ts";

/** Text, text in parts, or bytes. */
type Content = string | readonly string[] | Uint8Array;

/** A file to write: its path below the folder, with `/`, and what is in it. */
export interface Output {
  readonly path: string;
  readonly content: Content;
}

/** Paths of the outputs that are not on the disk as they should be, in order; nothing is written. */
export function differing(folder: string, outputs: readonly Output[]): readonly string[] {
  return outputs.filter((output) => !isSame(join(folder, output.path), output.content)).map((output) => output.path);
}

/**
 * Writes the outputs that differ from what is there and returns their paths. All are written beside their places before the first is renamed,
 * so after a mistake everything is as it was. No output leaves the folder, whatever links are in it.
 */
export function writeAll(directory: string, folder: string, outputs: readonly Output[]): Outcome<readonly string[]> {
  const made: string[] = [];
  const staged: { readonly temporary: string; readonly path: string }[] = [];
  const undo = (mistake: Diagnostic): Outcome<never> => {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
    for (const each of made.reverse()) removeIfEmpty(each);
    return failed(mistake);
  };
  let current = folder;
  try {
    makeFolder(folder, made);
    const real = realpathSync(folder);
    const changed = differing(folder, outputs);
    for (const output of outputs) {
      if (!changed.includes(output.path)) continue;
      current = join(folder, output.path);
      const leaving = linkOutOf(real, folder, output.path);
      if (leaving !== null) {
        const names = { path: output.path, out: shorter(directory, folder), through: shorter(directory, leaving) };
        return undo(diagnose("B9007", rows.B9007, names, { span: null }));
      }
      makeFolder(dirname(current), made);
      if (statOrNull(current)?.isDirectory() === true) return undo(cannotWrite(directory, current, "it is a folder"));
      staged.push({ temporary: stage(current, output.content), path: current });
    }
    for (const { temporary, path } of staged) {
      current = path;
      renameSync(temporary, path);
    }
    return done(changed);
  } catch (error) {
    return undo(cannotWrite(directory, current, reason(error)));
  }
}

/** Files below a folder that begin with a line, relative to it, with `/`. Hidden folders and `node_modules` are left out, as is what cannot be read. */
export function generatedFiles(folder: string, firstLine: string): readonly string[] {
  const found: string[] = [];
  const walk = (way: string): void => {
    for (const entry of entriesOf(join(folder, way))) {
      const path = way === "" ? entry.name : `${way}/${entry.name}`;
      if (entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules") walk(path);
      else if (entry.isFile() && startsWith(join(folder, path), firstLine)) found.push(path);
    }
  };
  walk("");
  return found.sort();
}

/** Paths of the outputs in whose place is a file with something in it that does not begin with a line. */
export function foreignFiles(folder: string, outputs: readonly Output[], firstLine: string): readonly string[] {
  return outputs.flatMap(({ path }) => {
    const place = join(folder, path);
    return hasContent(place) && !startsWith(place, firstLine) ? [path] : [];
  });
}

function hasContent(path: string): boolean {
  try {
    const there = statOrNull(path);
    return there?.isFile() === true && there.size > 0;
  } catch {
    // What cannot be looked at is left to whoever writes it.
    return false;
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function startsWith(path: string, line: string): boolean {
  try {
    const descriptor = openSync(path, "r");
    try {
      const start = Buffer.alloc(Buffer.byteLength(line));
      return readSync(descriptor, start) === start.length && start.toString() === line;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

/** Replaces one file that a person named, through a link if it is one and with the permissions it had. A device or pipe is written as it is. */
export function writeOne(directory: string, path: string, content: string | Uint8Array): Outcome<boolean> {
  let temporary: string | undefined;
  try {
    const there = statOrNull(path);
    if (there !== null && !there.isFile()) {
      if (there.isDirectory()) return failed(cannotWrite(directory, path, "it is a folder"));
      writeFileSync(path, content);
      return done(true);
    }
    if (isSame(path, content)) return done(false);
    const target = there === null ? path : realpathSync(path);
    temporary = stage(target, content);
    if (there !== null) chmodSync(temporary, there.mode & 0o7777);
    renameSync(temporary, target);
    return done(true);
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    return failed(cannotWrite(directory, path, reason(error)));
  }
}

/** A file that is written piece by piece, beside its place until all of it is there. */
export interface OutputFile {
  readonly write: (bytes: Uint8Array) => void;
  /** Puts it in its place. */
  readonly commit: () => Outcome<boolean>;
  /** Leaves everything as it was. */
  readonly abort: () => void;
}

/** Opens a file that a person named to write it piece by piece; a device or pipe is written as it is. */
export function openOutput(directory: string, path: string): Outcome<OutputFile> {
  let temporary: string | null = null;
  const undo = (): void => {
    if (temporary !== null) rmSync(temporary, { force: true });
  };
  try {
    const there = statOrNull(path);
    if (there?.isDirectory() === true) return failed(cannotWrite(directory, path, "it is a folder"));
    const isDevice = there !== null && !there.isFile();
    const target = there === null || isDevice ? path : realpathSync(path);
    if (!isDevice) temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
    const descriptor = openSync(temporary ?? target, isDevice ? "w" : "wx");
    let mistake: Diagnostic | null = null;
    const guarded = (action: () => void): void => {
      if (mistake !== null) return;
      try {
        action();
      } catch (error) {
        mistake = cannotWrite(directory, path, reason(error));
      }
    };
    return done({
      write: (bytes) =>
        guarded(() => {
          for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
        }),
      commit() {
        guarded(() => {
          closeSync(descriptor);
          if (temporary === null) return;
          if (there !== null) chmodSync(temporary, there.mode & 0o7777);
          renameSync(temporary, target);
        });
        if (mistake === null) return done(true);
        undo();
        return failed(mistake);
      },
      abort() {
        closeSync(descriptor);
        undo();
      },
    });
  } catch (error) {
    undo();
    return failed(cannotWrite(directory, path, reason(error)));
  }
}

/** Writes a new file beside its place, and returns its name; on an error nothing stays. */
function stage(path: string, content: Content): string {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  try {
    const descriptor = openSync(temporary, "wx");
    try {
      for (const part of partsOf(content)) writeFileSync(descriptor, part);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return temporary;
}

function partsOf(content: Content): readonly (string | Uint8Array)[] {
  return typeof content === "string" || content instanceof Uint8Array ? [content] : content;
}

/** The first link on the way to an output that leads out of the real folder; the last part is replaced and not followed. */
function linkOutOf(real: string, folder: string, path: string): string | null {
  const parts = path.split("/").slice(0, -1);
  for (let count = 1; count <= parts.length; count++) {
    const at = join(folder, ...parts.slice(0, count));
    const status = lstatSync(at, { throwIfNoEntry: false });
    if (status === undefined) return null;
    if (status.isSymbolicLink() && !isInside(real, realpathSync(at))) return at;
  }
  return null;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`));
}

/** Makes a folder and its missing parents, and notes each that it made. */
function makeFolder(folder: string, made: string[]): void {
  if (statOrNull(folder)?.isDirectory() === true) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder), made);
  try {
    mkdirSync(folder);
    made.push(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (statOrNull(folder)?.isDirectory() !== true) throw error;
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody else put something there meanwhile: it stays.
  }
}

function isSame(path: string, content: Content): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined || !status.isFile()) return false;
  // Sizes tell most differences without a copy of the text, which can be large.
  let size = 0;
  for (const part of partsOf(content)) size += typeof part === "string" ? Buffer.byteLength(part) : part.length;
  if (status.size !== size) return false;
  try {
    return holds(path, partsOf(content));
  } catch {
    return false;
  }
}

/** Whether a file begins with these parts, one after the other; compared block by block. */
function holds(path: string, parts: readonly (string | Uint8Array)[]): boolean {
  const descriptor = openSync(path, "r");
  try {
    const found = Buffer.allocUnsafe(1 << 20);
    const isNext = (expected: Uint8Array): boolean => {
      for (let at = 0, count = 0; at < expected.length; at += count) {
        count = readSync(descriptor, found, 0, Math.min(found.length, expected.length - at), null);
        if (count === 0 || found.compare(expected, at, at + count, 0, count) !== 0) return false;
      }
      return true;
    };
    // Most parts are short: they are gathered, so that a block is read for many of them.
    const gathered = Buffer.allocUnsafe(1 << 20);
    let length = 0;
    for (const part of parts) {
      const size = typeof part === "string" ? part.length * 3 : part.length;
      if (size > gathered.length - length) {
        if (!isNext(gathered.subarray(0, length))) return false;
        length = 0;
      }
      if (size > gathered.length) {
        if (!isNext(typeof part === "string" ? Buffer.from(part) : part)) return false;
      } else if (typeof part === "string") length += gathered.write(part, length);
      else {
        gathered.set(part, length);
        length += part.length;
      }
    }
    return isNext(gathered.subarray(0, length));
  } finally {
    closeSync(descriptor);
  }
}

/** Whether two paths, through links, are one regular file. What cannot be looked at is left to whoever reads or writes it. */
export function isOneFile(one: string, other: string): boolean {
  try {
    const [first, second] = [statOrNull(one), statOrNull(other)];
    return first?.isFile() === true && second !== null && first.dev === second.dev && first.ino === second.ino;
  } catch {
    return false;
  }
}

function statOrNull(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}

/** Standard output that does not take what is written to it. */
export function cannotWriteOutput(error: unknown): Diagnostic {
  return diagnose("B9003", rows.B9003, { path: "<stdout>", why: reason(error) }, { span: null });
}

function cannotWrite(directory: string, path: string, why: string): Diagnostic {
  return diagnose("B9003", rows.B9003, { path: shorter(directory, path), why }, { span: null });
}
