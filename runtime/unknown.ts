import {
  allMembers,
  describe as made,
  type Described,
  type MemberDescription,
  type StateDescription,
  type TypeDescription,
  type UnionDescription,
} from "./description.ts";
import { BatonError } from "./errors.ts";
import { form, formNames, formOf, mustBeUnderstood, negative } from "./form.ts";
import { idText } from "./id-text.ts";
import type { Input } from "./input.ts";
import { BodyError, reportDropped } from "./locate.ts";
import { rangeText } from "./range-text.ts";

/**
 * The slow path of reading a body: generated code compares each header with the one it predicts, and comes here where they differ.
 * `afterLast` as the expected id is the end of the body.
 */
export const afterLast = 0x1_0000;

/** See `Input.expect`. */
export function expectMember(
  input: Input,
  o: number,
  end: number,
  describe: () => StateDescription,
  id: number,
): number {
  const next = skipUnknown(input, o, end, describe, id);
  const member = memberOf(made(describe), id);
  if (member === undefined) throw new Error(`${made(describe).name} has no member @${id}`);
  if (next >= end || (input.words[next]! & 0xffff) !== id) {
    throw new BodyError("B8208", { id, offset: input.offsetOf(next * 4) }, null, describe, member.name);
  }
  const problem = formProblem(input, next, member.type);
  if (problem !== null) throw problem;
  return next;
}

/** See `Input.skip`. */
export function skipUnknown(
  input: Input,
  o: number,
  end: number,
  describe: () => StateDescription,
  id: number,
): number {
  let at = o;
  while (at < end) {
    const found = input.words[at]! & 0xffff;
    if (found >= id) return at;
    const known = allMembers(made(describe));
    const member = known.find((one) => one.id === found);
    if (member !== undefined) throw formProblem(input, at, member.type) ?? disorder(input, at);
    const before = known.findLast((one) => one.id < id)?.id ?? 0;
    if (found <= before) throw disorder(input, at);
    at = stepOver(input, at, end);
  }
  return at;
}

function memberOf(state: StateDescription, id: number): MemberDescription | undefined {
  return state.members.find((one) => one.id === id) ?? state.retired?.find((one) => one.id === id);
}

/** Refuses a header that is not one of a type's. */
export function checkForm(input: Input, o: number, type: Described): void {
  const problem = formProblem(input, o, type);
  if (problem !== null) throw problem;
}

/** See `Input.misshapen`. */
export function misshapen(input: Input, o: number, describe: () => UnionDescription): BatonError {
  const id = input.words[o]! & 0xffff;
  const alternative = made(describe).alternatives.find((one) => one.id === id);
  if (alternative === undefined) throw new Error(`${made(describe).name} has no alternative @${id}`);
  if (alternative.type !== null) {
    const problem = formProblem(input, o, alternative.type);
    if (problem === null) throw new Error(`${made(describe).name} refuses a header that its type can have`);
    return problem;
  }
  const head = input.words[o]!;
  if (formOf(head) > form.union) return input.refuse("B8103", o, { found: String(formOf(head)) });
  if (formOf(head) !== form.word) {
    return input.refuse("B8105", o, { expected: formNames[form.word], found: formNames[formOf(head)] ?? "" });
  }
  if (head >>> 24 > 1) return input.refuse("B8104", o, { found: String(head >>> 24) });
  return input.refuse("B8105", o, { expected: "0", found: String(input.words[o + 1]) });
}

/** What stands here should have come before a member that was read, or is it once more. Which one was read last is found with the path. */
function disorder(input: Input, o: number): BatonError {
  return input.refuse("B8102", o, { found: idText(input.words[o]! & 0xffff) });
}

/** Why a header is not one that the type of its member can have; null if it is. */
function formProblem(input: Input, o: number, described: Described): BatonError | null {
  const head = input.words[o]!;
  const type = made(described);
  const expected = formsOf(type);
  const found = formOf(head);
  if (found > form.union) return input.refuse("B8103", o, { found: String(found) });
  const flags = head >>> 24;
  if (flags > 3 || (flags > 1 && found > form.long)) return input.refuse("B8104", o, { found: String(flags) });
  if (type.kind === "bool" && found === form.word) {
    return flags > 1 ? input.refuse("B8204", o, { found: String(input.words[o + 1]! | 0) }) : null;
  }
  if (!expected.includes(found)) {
    if (!isIntegral(type) || found > form.long) {
      const names = expected.map((one) => formNames[one]).join(" or ");
      return input.refuse("B8105", o, { expected: names, found: formNames[found] ?? String(found) });
    }
  } else if ((head & negative) === 0 || isSigned(type)) {
    return null;
  }
  if (found === form.long && o + 4 > input.end) {
    return input.refuse("B8101", o, { expected: "8", found: String(Math.max(0, input.end - o - 2) * 4) });
  }
  return input.refuse("B8201", o, { expected: rangeText(type), found: String(integerAt(input, o)) });
}

/** The forms that a type has on the wire. */
export function formsOf(type: TypeDescription): readonly number[] {
  switch (type.kind) {
    case "int":
      return type.min < -0x8000_0000 || type.max > 0xffff_ffff ? [form.word, form.long] : [form.word];
    case "enum":
    case "bits":
      return type.base.width === 64 ? [form.word, form.long] : [form.word];
    case "bool":
      return [form.word];
    case "uuid":
    case "string":
    case "bytes":
    case "cstring":
      return [form.blob];
    case "list":
      return [type.table ? form.table : form.list];
    case "struct":
      return [form.table];
    case "state":
      return [form.state];
    case "union":
      return [form.union];
  }
}

function isIntegral(type: TypeDescription): boolean {
  return type.kind === "int" || type.kind === "enum" || type.kind === "bits";
}

function isSigned(type: TypeDescription): boolean {
  return type.kind === "int" ? type.min < 0 : (type.kind === "enum" || type.kind === "bits") && type.base.signed;
}

/** The integer of a word or long, whatever member it is. */
export function integerAt(input: Input, o: number): bigint {
  const head = input.words[o]!;
  const value = formOf(head) === form.long ? input.longs[(o >> 1) + 1]! : BigInt(input.words[o + 1]!);
  if ((head & negative) === 0) return value;
  return BigInt.asIntN(formOf(head) === form.long ? 64 : 32, value);
}

/** The same where it is known to fit a number exactly. */
export function numberAt(input: Input, o: number): number {
  const { words } = input;
  const head = words[o]!;
  if (formOf(head) !== form.long) return (head & negative) === 0 ? words[o + 1]! : words[o + 1]! | 0;
  const high = (head & negative) === 0 ? words[o + 3]! : words[o + 3]! | 0;
  return high * 0x1_0000_0000 + words[o + 2]!;
}

/** Steps over a member that this reader does not know, or refuses it. */
function stepOver(input: Input, o: number, end: number): number {
  const next = endOfUnknown(input, o, end);
  const head = input.words[o]!;
  const id = head & 0xffff;
  if (next < end && (input.words[next]! & 0xffff) <= id) {
    throw disorder(input, next);
  }
  if (input.session?.keepUnknown === true) return next;
  if ((head & mustBeUnderstood) !== 0) {
    const held = formOf(head) <= form.long ? `= ${integerAt(input, o)}` : `of ${input.words[o + 1]} bytes`;
    throw new BatonError("B8209", { id, offset: input.offsetOf(o * 4), found: `${idText(id)} ${held}` });
  }
  reportDropped(input, o * 4, id);
  return next;
}

/** See `Input.endOfUnknown`. */
export function endOfUnknown(input: Input, o: number, end: number): number {
  const head = input.words[o]!;
  const flags = head >>> 24;
  const found = formOf(head);
  if (found > form.union) throw input.refuse("B8103", o, { found: String(found) });
  if (flags > 3 || (flags > 1 && found > form.long)) throw input.refuse("B8104", o, { found: String(flags) });
  switch (found) {
    case form.word:
      input.integer(o);
      return o + 2;
    case form.long:
      input.signed(o, end);
      return o + 4;
    case form.table:
      return input.table(o, end);
    case form.list:
      return input.list(o, end);
    case form.state:
    case form.union:
      return input.body(o, end);
    default:
      return input.blob(o, end);
  }
}
