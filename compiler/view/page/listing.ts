import { escapeText } from "../../printable.ts";
import type { Entry } from "../entry.ts";
import type { Outline } from "../outline.ts";
import { offsetText, plural } from "./dom.ts";
import type { PlainChange, PlainProblem, Stretches } from "./protocol.ts";
import type { Results } from "./results.ts";
import { cutHeader, shownPath } from "./problem-place.ts";
import type { OpenSide } from "./side.ts";

/** Selects an entry, with the byte that was meant. */
export type Select = (entry: Entry, cursor?: number) => void;

/** Stretches of a dump: what a search hit, by its value, or what is unknown or padding, by its length. */
export function listStretches(
  side: OpenSide,
  stretches: Stretches,
  kind: "hit" | "unknown" | "padding",
  select: Select,
): Results {
  const at = (i: number): readonly [number, number] => [stretches[i * 2] ?? 0, stretches[i * 2 + 1] ?? 0];
  return {
    count: stretches.length / 2,
    at: (i) => {
      const [offset, length] = at(i);
      const entry = side.entryOf(offset, length);
      // A hit without bytes is a place that was asked for.
      const meant = length === 0 ? `byte ${offsetText(offset)}: ${entry.text}` : entry.text;
      const text = kind === "hit" ? meant : plural(length, "byte");
      return { offset, path: entry.path || "dump", text, class: kind };
    },
    pick: (i) => {
      const [offset, length] = at(i);
      select(side.entryOf(offset, length), offset);
    },
  };
}

/** What is wrong with a dump. */
export function listProblems({ problems, outline }: OpenSide, select: Select): Results {
  return {
    count: problems.length,
    at: (i) => {
      const { offset = null, path = "", code = "", message = "" } = problems[i] ?? {};
      return { offset, path: path || "dump", text: `${escapeText(message)} [${code}]`, class: "error" };
    },
    pick: (i) => {
      const one = problems[i];
      const offset = one?.offset ?? null;
      const named = one === undefined ? null : (cutHeader(one, outline) ?? namedBy(one, outline));
      if (offset === null || offset >= outline.bytes.length) select(named ?? outline.root);
      else select(named ?? outline.at(offset), offset);
    },
  };
}

/** What a problem's path names; of what is out of order that is what it stands in, and not itself. */
function namedBy(one: PlainProblem, outline: Outline): Entry | null {
  return one.code === "B8102" ? null : outline.resolve(shownPath(one));
}

/** The number of the problem that stands first in a dump; of what is wrong with a body the one that is why its checksum fails. */
export function firstProblem({ problems }: OpenSide): number | null {
  if (problems.length === 0) return null;
  const recordOf = (path: string): string => /^.*?#\d+|^[^.]*/.exec(path)?.[0] ?? path;
  const causes = new Set(problems.filter(({ code }) => code !== "B8007").map(({ path }) => recordOf(path)));
  const at = (i: number): number => {
    const { code, path = "", offset = null } = problems[i] ?? {};
    return offset === null || (code === "B8007" && causes.has(path)) ? Number.POSITIVE_INFINITY : offset;
  };
  return problems.reduce((first, _, i) => (at(i) < at(first) ? i : first), 0);
}

/** What two dumps differ in. */
export function listChanges(
  { side }: OpenSide,
  changes: readonly PlainChange[],
  pick: (change: PlainChange) => void,
): Results {
  return {
    count: changes.length,
    at: (i) => {
      const change = changes[i];
      const texts = [change?.a, change?.b].flatMap((spot) => (spot === null || spot === undefined ? [] : [spot.text]));
      const offset = (change?.[side] ?? change?.a ?? change?.b)?.offset ?? null;
      return { offset, path: `${change?.sign} ${change?.path}`, text: texts.join(" → "), class: "changed" };
    },
    pick: (i) => {
      const change = changes[i];
      if (change !== undefined) pick(change);
    },
  };
}
