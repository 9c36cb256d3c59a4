import { escapeText } from "../../printable.ts";
import { plural } from "./dom.ts";
import type { OpenSide } from "./side.ts";

/** What is known of the comparison of two dumps: null where there is one alone. */
export type Compared = { readonly count: number | null } | null;

/** What the page says of a dump in its last line, piece by piece. */
export function statusTexts(
  shown: OpenSide,
  other: OpenSide | null,
  compared: Compared,
  failed: string,
): readonly string[] {
  const { side, done, coverage, about, outline, problems, elsewhere } = shown;
  const texts = [`${outline.bytes.length.toLocaleString("en")} bytes`];
  if (failed !== "") texts.push(`not checked: ${escapeText(failed)}`);
  else if (coverage === null) texts.push(done === 0 ? "checking …" : `checking … ${Math.round(done * 100)} %`);
  else {
    const { described, padding, unknown, missing } = coverage;
    const numbers = { described, padding, unknown, missing };
    texts.push(...Object.entries(numbers).map(([name, count]) => `${count.toLocaleString("en")} ${name}`));
    const isSound = other?.coverage !== null && problems.length === 0 && (other?.problems.length ?? 0) === 0;
    texts.push(problemsText(shown, other !== null && !isSound));
  }
  if (other !== null && failed === "" && (other.coverage === null || other.problems.length > 0)) {
    texts.push(other.coverage === null ? `checking ${other.side} …` : problemsText(other, true));
  }
  // Until then nothing is marked as changed, as if nothing was.
  if (compared !== null && failed === "") {
    const isWhole = problems.length === 0 && (other?.problems.length ?? 0) === 0;
    texts.push(comparedText(compared.count, isWhole));
  }
  if (elsewhere > 0) texts.push(`${plural(elsewhere, "record")} only in ${side === "a" ? "b" : "a"}`);
  if (about.missing.length > 0) texts.push(`no schema for ${about.missing.map(escapeText).join(", ")}`);
  return texts;
}

function problemsText({ side, problems }: OpenSide, isOfTwo: boolean): string {
  const text = problems.length === 0 ? "no problem" : plural(problems.length, "problem");
  return isOfTwo ? `${text} in ${side}` : text;
}

/** `isWhole`: nothing is wrong with either dump, so that all of them was compared. */
function comparedText(count: number | null, isWhole: boolean): string {
  if (count === null) return "comparing …";
  if (count > 0) return plural(count, "difference");
  return isWhole ? "no difference" : "no difference in what can be read";
}
