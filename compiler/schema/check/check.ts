import type { Problems } from "../problems.ts";
import type { Resolved } from "../resolve/resolve.ts";
import { checkComputed } from "./from.ts";
import { checkDefaultNames, checkLifetimes, settleChecks } from "./lifetimes.ts";
import { lint } from "./lint.ts";
import { checkRecursion } from "./recursion.ts";
import { checkStructs } from "./structs.ts";
import { checkValues } from "./values.ts";

/** Holds resolved modules against the rules that need the whole schema: lifetimes, layouts, keys, what is computed; then against good habits. */
export function check(resolved: Resolved, problems: Problems): void {
  checkLifetimes(resolved, problems);
  settleChecks(resolved, problems);
  checkDefaultNames(resolved, problems);
  checkValues(resolved, problems);
  checkStructs(resolved, checkRecursion(resolved, problems), problems);
  checkComputed(resolved, problems);
  lint(resolved, problems);
}
