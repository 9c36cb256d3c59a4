import type { Change, ChangeKind, ChangeOf } from "../change.ts";
import { attributeRules } from "./attributes.ts";
import { memberRules } from "./members.ts";
import { moduleRules } from "./modules.ts";
import { presenceRules } from "./presence.ts";
import type { Rule, Rules } from "./rule.ts";
import { scalarRules } from "./scalars.ts";
import { stateRules } from "./states.ts";
import { structRules } from "./structs.ts";
import { typeRules } from "./types.ts";
import { unionRules } from "./unions.ts";

export type { Consequence, Rule, Worst } from "./rule.ts";

/** Every rule, one for each kind of change. */
export const rules: Rules<ChangeKind> = {
  ...moduleRules,
  ...stateRules,
  ...memberRules,
  ...presenceRules,
  ...attributeRules,
  ...typeRules,
  ...scalarRules,
  ...structRules,
  ...unionRules,
};

/** The names of all rules, in the order of the table. */
// The keys of the table are its type's keys.
export const ruleNames = Object.keys(rules) as readonly ChangeKind[];

/** The rule of a change. */
export function ruleOf<K extends ChangeKind>(change: ChangeOf<K>): Rule<K> {
  // A change's kind is the name of its rule; TypeScript does not follow that through the index.
  return rules[change.kind] as unknown as Rule<K>;
}

/** What a rule says of a change, with what it says that for. */
export function describe(change: Change): { readonly title: string; readonly message: string } {
  const rule = ruleOf(change as ChangeOf<ChangeKind>);
  return { title: rule.title, message: rule.message(change as never) };
}
