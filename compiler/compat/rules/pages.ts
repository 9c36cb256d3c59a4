import { ruleNames, rules } from "./index.ts";

/** What `baton explain` tells of a rule, and formats that carry its text. */
export interface RulePage {
  readonly title: string;
  readonly explain: string;
  /** A line of a schema before and after; null where it is not about the text of one. */
  readonly example: { readonly old: string; readonly new: string } | null;
  /** The rule of the opposite change; null where there is none. */
  readonly mirror: string | null;
}

/** Rules of the gate itself: what they judge is no change of a schema. */
const ofTheGate: Readonly<Record<string, RulePage>> = {
  PAIR_OUTSIDE: {
    title: "pair that the schema does not support",
    explain:
      "Two profiles are to work with each other, and the `reads` or `writes` of one leave out the version of the other. The generated code of the one does not open dumps of the other, or has no code to write for it. A pair outside `reads` and `writes` is nobody's concern otherwise; it is a finding here because `supported`, or the call, asks for it by name.",
    example: null,
    mirror: null,
  },
  EXCEPTION_STALE: {
    title: "exception that nothing needs",
    explain:
      "An exception in `baton.json` names a rule and a path for which nothing was found any more, or a rule that does not exist. It is removed, so that it does not silence what comes later. `severities` can make this an error, and nothing less than a warning.",
    example: null,
    mirror: null,
  },
  EXCEPTION_EXPIRED: {
    title: "exception that has expired",
    explain:
      "The last day of an exception in `baton.json` has passed. What it silenced is told again, and this beside it, so that whoever owns it decides again: mend the schema, or give the exception another day and say why.",
    example: null,
    mirror: null,
  },
  BASELINE_EXCEEDED: {
    title: "known finding that is worse than it was",
    explain:
      "The file that `--baseline` names has this finding with a verdict and the cases in which it happens, and it is worse now, from always over conditional, never and hidden to corrupting, or happens in other cases, too. It was taken on as it was, so what it is now is told, and this beside it. Mend the schema, or take it on again with `--update-baseline`.",
    example: null,
    mirror: null,
  },
  BASELINE_STALE: {
    title: "known finding that is not found any more",
    explain:
      "The file that `--baseline` names lists a finding that this run looked for and did not find. It was mended, or is about versions that nobody supports any more. Write the file again with `--update-baseline`, so that it does not silence what comes later. `severities` can make this an error.",
    example: null,
    mirror: null,
  },
};

/** Every rule that a finding can have, by its id. */
export const rulePages: ReadonlyMap<string, RulePage> = new Map([
  ...ruleNames.map((name): [string, RulePage] => {
    const { title, explain, example, mirror } = rules[name];
    return [name, { title, explain, example, mirror: typeof mirror === "string" ? mirror : null }];
  }),
  ...Object.entries(ofTheGate),
]);
