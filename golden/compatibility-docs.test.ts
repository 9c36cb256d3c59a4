import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ruleNames, rules } from "../compiler/compat/rules/index.ts";
import { rulePages } from "../compiler/compat/rules/pages.ts";
import { readGolden } from "./cases.ts";
import { histories } from "./histories.ts";

const path = join(import.meta.dirname, "..", "docs", "compatibility.md");

/** A table as Prettier lays it out. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, i) => Math.max(3, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (cells[i] ?? "").padEnd(width)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...rows.slice(1).map(line)].join("\n");
}

/** The worst that each change can do, in each direction. */
function ruleTable(): string {
  const ofChanges = ruleNames.map((name) => {
    const { title, upgrade, rollback } = rules[name];
    return [`\`${name}\``, title, upgrade.worst, rollback.worst];
  });
  const ofTheGate = [...rulePages].flatMap(([name, { title }]) =>
    ruleNames.some((known) => known === name) ? [] : [[`\`${name}\``, title, "", ""]],
  );
  return table([["rule", "what changed", "upgrade", "rollback"], ...ofChanges, ...ofTheGate]);
}

interface Cell {
  readonly direction: string;
  readonly verdict: string;
  readonly corrupting: boolean;
}

/** The worst verdict of a case in one direction. */
function verdictOf(name: string, direction: string): string {
  const { matrix }: { matrix: readonly Cell[] } = JSON.parse(readGolden("compat", `history-${name}`, "expected.json"));
  const words = matrix
    .filter((cell) => cell.direction === direction)
    .map(({ verdict, corrupting }) => (corrupting ? "corrupting" : verdict));
  return ["corrupting", "never", "conditional"].find((word) => words.includes(word)) ?? "always";
}

function historyTable(): string {
  const rows = histories.map(({ change, layout, broke, cases, note }) => {
    const verdicts = ["upgrade", "rollback"].map((direction) =>
      cases.map((name) => verdictOf(name, direction)).join(", "),
    );
    return [change, layout ? "moved" : "same", broke ? "yes" : "no", ...verdicts, note];
  });
  return table([["what was done", "layout", "broke", "upgrade", "rollback", ""], ...rows]);
}

/** Replaces what stands between a pair of marks. */
function withTable(text: string, mark: string, generated: string): string {
  const [start, end] = [`<!-- ${mark} -->\n`, `\n<!-- end of ${mark} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  expect([from > 0, to > from], `docs/compatibility.md has the marks of ${mark}`).toEqual([true, true]);
  return `${text.slice(0, from + start.length)}\n${generated}\n${text.slice(to)}`;
}

// `npm run golden` writes the tables anew.
test("the tables of docs/compatibility.md are those of the rules and of the golden cases", () => {
  const text = readFileSync(path, "utf8");
  const expected = withTable(withTable(text, "rules", ruleTable()), "histories", historyTable());
  if (process.env["BATON_GOLDEN"] === "update" && text !== expected) writeFileSync(path, expected);
  expect(text).toBe(expected);
});

test("what broke is never called harmless, and what did not is", () => {
  for (const { broke, cases, beyondCodecs = false } of histories) {
    for (const name of cases) {
      const verdicts = ["upgrade", "rollback"].map((direction) => verdictOf(name, direction));
      const isHarmless = verdicts[0] === "always" && (verdicts[1] === "always" || !broke);
      expect([name, isHarmless]).toEqual([name, !broke || beyondCodecs]);
    }
  }
});

test("every case of a history is in the table", () => {
  const listed = histories.flatMap(({ cases }) => cases.map((name) => `history-${name}`));
  const folder = join(import.meta.dirname, "compat");
  expect([...listed].sort()).toEqual(
    readdirSync(folder)
      .filter((name) => name.startsWith("history-"))
      .sort(),
  );
});
