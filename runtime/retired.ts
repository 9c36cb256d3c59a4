import { compute, describe as made, type MemberDescription, type StateDescription } from "./description.ts";
import { mustBeUnderstood } from "./form.ts";
import type { Input } from "./input.ts";
import { reportDropped } from "./locate.ts";
import { sameValue, valueText } from "./values.ts";

/**
 * The one rule of the language for a member that ended before this reader's version: it is taken up at its default, or if its `from`
 * reproduces it from what was read (`scope`); dropped if that is harmless; refused otherwise.
 */
export function judgeRetired(
  input: Input,
  o: number,
  describe: () => StateDescription,
  id: number,
  value: unknown,
  scope: object,
): void {
  if (input.session?.keepUnknown === true) return;
  const member = made(describe).retired?.find((one) => one.id === id);
  if (member === undefined) throw new Error(`${made(describe).name} has no retired member @${id}`);
  if (member.default !== undefined && sameValue(member.default, value)) return;
  const again = computed(member, scope);
  if (again.done && sameValue(again.value, value)) return;
  if (member.ignorable === true || (input.words[o]! & mustBeUnderstood) === 0) {
    reportDropped(input, o * 4, id);
    return;
  }
  const expected = again.done ? again.value : member.default;
  throw input.refuse("B8211", o, { expected: valueText(expected), found: valueText(value) });
}

function computed(member: MemberDescription, scope: object): { readonly done: boolean; readonly value?: unknown } {
  if (member.from === undefined) return { done: false };
  try {
    return { done: true, value: compute(member.from, scope) };
  } catch {
    return { done: false };
  }
}
