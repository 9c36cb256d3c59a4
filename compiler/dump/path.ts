import { idText } from "../../runtime/id-text.ts";
import { stepName } from "./step-name.ts";

/** One step of a path. Module and state are names as well: only a dump's records tell which of the first names is the state. */
export type PathStep =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "instance"; readonly instance: number }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "every" }
  | { readonly kind: "key"; readonly parts: readonly KeyPart[] };

/** `bdf=0x0800`: a member of the record or element, and its value as people write it. */
export interface KeyPart {
  readonly member: string;
  readonly value: string;
}

/** `[module.]State[#instance|[key=v]].member[i|key=v|*].member`, as errors, findings, `--path`, `--ignore` and the search of a view write it. */
export interface DumpPath {
  readonly text: string;
  readonly steps: readonly PathStep[];
}

/** Why a text is no path, and where in it. */
export interface PathMistake {
  readonly at: number;
  readonly expected: string;
}

/** Reads a path. Members without a name are written by their id (`@12`, `@0x8001`), states without one by theirs (`0x70636901#3`). */
export function parsePath(
  text: string,
): { readonly ok: true; readonly path: DumpPath } | { readonly ok: false; readonly mistake: PathMistake } {
  const reader = new PathReader(text);
  const mistake = reader.read();
  return mistake === null ? { ok: true, path: { text, steps: reader.steps } } : { ok: false, mistake };
}

const nameForm = /(?:0x[\da-fA-F]+|@0x[\da-fA-F]+|@\d+|[A-Za-z_]\w*)/y;
const instanceForm = /#(\d{1,10})/y;
const indexForm = /\[(\d{1,10})\]/y;
const everyForm = /\[\*\]/y;
const keyForm = /([A-Za-z_]\w*|@0x[\da-fA-F]+|@\d+)=("(?:[^"\\]|\\.)*"|[^\],]*)/y;

class PathReader {
  readonly steps: PathStep[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): PathMistake | null {
    for (;;) {
      const name = this.#take(nameForm);
      if (name === null)
        return { at: this.#at, expected: this.steps.length === 0 ? "the name of a state" : "the name of a member" };
      this.steps.push({ kind: "name", name: stepName(name[0]) });
      const instance = this.#take(instanceForm);
      if (instance !== null) {
        if (this.steps.some(({ kind }) => kind !== "name"))
          return { at: this.#at, expected: "an instance behind a state alone" };
        this.steps.push({ kind: "instance", instance: Number(instance[1]) });
      }
      while (this.#text[this.#at] === "[") {
        const mistake = this.#brackets();
        if (mistake !== null) return mistake;
      }
      if (this.#at === this.#text.length) return null;
      if (this.#text[this.#at] !== ".") return { at: this.#at, expected: "`.`, `[` or the end" };
      this.#at++;
    }
  }

  #brackets(): PathMistake | null {
    const index = this.#take(indexForm);
    if (index !== null) this.steps.push({ kind: "index", index: Number(index[1]) });
    else if (this.#take(everyForm) !== null) this.steps.push({ kind: "every" });
    else return this.#key();
    return null;
  }

  #key(): PathMistake | null {
    const parts: KeyPart[] = [];
    do {
      this.#at++;
      const part = this.#take(keyForm);
      const [, member, written] = part ?? [];
      if (member === undefined || written === undefined)
        return { at: this.#at, expected: "an index, `*` or `member=value`" };
      const value = unquoted(written);
      if (value === null) return { at: this.#at - written.length, expected: "a string as JSON has it" };
      parts.push({ member: stepName(member), value });
    } while (this.#text[this.#at] === ",");
    if (this.#text[this.#at] !== "]") return { at: this.#at, expected: "`]`" };
    this.#at++;
    this.steps.push({ kind: "key", parts });
    return null;
  }

  #take(form: RegExp): RegExpExecArray | null {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text);
    if (found !== null) this.#at = form.lastIndex;
    return found;
  }
}

function unquoted(written: string): string | null {
  if (!written.startsWith('"')) return written.trim();
  try {
    return String(JSON.parse(written));
  } catch {
    return null;
  }
}

/** Whether a record or element has a member with a value that is written so: `hasMember` of path-value.ts answers it for values. */
export type HasMember = (part: KeyPart) => boolean;

/**
 * Where some paths stand on the way from a record to its members: given the pieces of the way, it says whether what it has come to is named by one
 * of them. It is a value: every step gives a new one, so that siblings start from the same place.
 */
export class PathCursor {
  /** Whether one of the paths ends here, or ended above: what is here belongs to it. */
  readonly matched: boolean;
  readonly #open: readonly Open[];
  readonly #met: Set<DumpPath> | null;

  private constructor(matched: boolean, open: readonly Open[], met: Set<DumpPath> | null) {
    this.matched = matched;
    this.#open = open;
    this.#met = met;
  }

  /**
   * At a record. `name` is `linux.pci.PciDevice#3` as problems and nodes have it; header, manifest and the end have their names. Paths that were
   * come to are put into `met`.
   */
  static record(
    paths: readonly DumpPath[],
    name: string,
    has: HasMember,
    met: Set<DumpPath> | null = null,
  ): PathCursor {
    const hash = name.lastIndexOf("#");
    const type = hash < 0 ? name : name.slice(0, hash);
    const instance = hash < 0 ? null : Number(name.slice(hash + 1));
    const open: Open[] = [];
    for (const path of paths) {
      const { steps } = path;
      const at = stateEnd(steps, type);
      if (at === null) continue;
      const next = steps[at];
      if (next?.kind === "instance" && next.instance !== instance) continue;
      if (next?.kind === "key" && !next.parts.every(has)) continue;
      const selects =
        next?.kind === "instance" || next?.kind === "key" || (next?.kind === "every" && instance !== null);
      open.push({ path, at: selects ? at + 1 : at });
    }
    return PathCursor.#at(false, open, met);
  }

  static #at(matched: boolean, open: readonly Open[], met: Set<DumpPath> | null): PathCursor {
    let ends = false;
    for (const { path, at } of open) {
      if (at !== path.steps.length) continue;
      ends = true;
      met?.add(path);
    }
    return new PathCursor(matched || ends, open, met);
  }

  /** Whether one of the paths ends here or may end below. */
  get live(): boolean {
    return this.matched || this.#open.length > 0;
  }

  /** At a member or an alternative of what is here. */
  member(name: string, id: number | null): PathCursor {
    return this.#step(
      (step) => step.kind === "name" && (step.name === name || (id !== null && step.name === idText(id))),
    );
  }

  /** At an element of what is here. */
  element(index: number, has: HasMember): PathCursor {
    return this.#step((step) => {
      if (step.kind === "index") return step.index === index;
      return step.kind === "every" || (step.kind === "key" && step.parts.every(has));
    });
  }

  #step(takes: (step: PathStep) => boolean): PathCursor {
    if (this.#open.length === 0) return this;
    const open = this.#open.flatMap(({ path, at }) => {
      const step = path.steps[at];
      return step !== undefined && takes(step) ? [{ path, at: at + 1 }] : [];
    });
    return PathCursor.#at(this.matched, open, this.#met);
  }
}

interface Open {
  readonly path: DumpPath;
  readonly at: number;
}

/** How many steps of a path name the state, with or without its module; null if they name another. */
function stateEnd(steps: readonly PathStep[], type: string): number | null {
  const names = type.split(".");
  const fits = (wanted: readonly string[]): boolean =>
    wanted.every((name, i) => {
      const step = steps[i];
      return step?.kind === "name" && sameName(step.name, name);
    });
  if (fits(names)) return names.length;
  return fits(names.slice(-1)) ? 1 : null;
}

/** Ids of states are numbers, however they are written. */
function sameName(written: string, name: string): boolean {
  if (written === name) return true;
  return written.startsWith("0x") && name.startsWith("0x") && Number(written) === Number(name);
}
