import type { Embedded } from "./embedded.ts";
import { problem, type Problem } from "./problem.ts";

/** What is wrong with a schema that travels; `offset` is where its body stands. Apart from what reads one, which no page can. */
export function embeddedProblems(embedded: Embedded, offset: number | null): readonly Problem[] {
  if (embedded.ok) return [];
  const { expected, found } = embedded;
  return [problem("B8018", { expected, found }, { path: "schema", ...(offset === null ? {} : { offset }) })];
}
