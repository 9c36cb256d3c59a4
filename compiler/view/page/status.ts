import { escapeText } from "../../printable.ts";
import { plural } from "./dom.ts";
import type { OpenSide } from "./side.ts";

/** What is known of the comparison of two dumps: null where there is one alone. */
export type Compared = { readonly count: number | null } | null;

/** What the page says of a dump in its last line, piece by piece. */
export function statusTexts(shown: OpenSide, compared: Compared, failed: string): readonly string[] {
  const { side, done, coverage, about, outline, problems, elsewhere } = shown;
  const texts = [`${outline.bytes.length.toLocaleString("en")} bytes`];
  if (failed !== "") texts.push(`not checked: ${escapeText(failed)}`);
  else if (coverage === null) texts.push(done === 0 ? "checking …" : `checking … ${Math.round(done * 100)} %`);
  else {
    const { described, padding, unknown, missing } = coverage;
    const numbers = { described, padding, unknown, missing };
    texts.push(...Object.entries(numbers).map(([name, count]) => `${count.toLocaleString("en")} ${name}`));
    texts.push(problems.length === 0 ? "no problem" : plural(problems.length, "problem"));
  }
  // Until then nothing is marked as changed, as if nothing was.
  if (compared !== null && failed === "") texts.push(comparedText(compared.count));
  if (elsewhere > 0) texts.push(`${plural(elsewhere, "record")} only in ${side === "a" ? "b" : "a"}`);
  if (about.missing.length > 0) texts.push(`no schema for ${about.missing.map(escapeText).join(", ")}`);
  return texts;
}

function comparedText(count: number | null): string {
  if (count === null) return "comparing …";
  return count === 0 ? "no difference" : plural(count, "difference");
}
