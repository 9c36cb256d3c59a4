import { describe as made, type StateDescription, type StructDescription } from "./description.ts";
import { MemberError } from "./encode.ts";
import { BatonError, type Code } from "./errors.ts";
import { rowsOf, type GivenTable } from "./given-tables.ts";
import type { Input } from "./input.ts";
import { bodyError, RowError } from "./locate.ts";
import type { Output } from "./output.ts";
import { utf8Length } from "./text.ts";
import { checkOf, checkText, sameValue, valueText } from "./values.ts";

/** A check of a state does not hold for the body that starts at a word. */
export function checkFailed(input: Input, start: number, describe: () => StateDescription, index: number): BatonError {
  const check = made(describe).checks?.[index];
  return bodyError("B8212", input, start, describe, { expected: check?.message ?? "" });
}

/** A check of a state could not be evaluated; what is no such error passes through. */
export function unevaluated(
  error: unknown,
  input: Input,
  start: number,
  describe: () => StateDescription,
  index: number,
): unknown {
  if (!(error instanceof BatonError) || error.offset !== undefined) return error;
  const check = made(describe).checks?.[index];
  const found = error.found ?? error.message;
  return bodyError("B8213", input, start, describe, { expected: checkText(check?.message ?? ""), found });
}

/** A member that the writer did not have could not be computed. */
export function uncomputed(
  error: unknown,
  input: Input,
  start: number,
  describe: () => StateDescription,
  id: number,
): unknown {
  if (!(error instanceof BatonError)) return error;
  const member = made(describe).members.find((one) => one.id === id);
  return bodyError(error.code, input, start, describe, facts(error), member?.name ?? null, id);
}

/** What a member that is computed fails with; the member is in the path. */
function facts({ code, expected, found }: BatonError): { readonly expected?: string; readonly found?: string } {
  const what = expected ?? (code === "B8213" ? "its `from`" : undefined);
  return { ...(what === undefined ? {} : { expected: what }), ...(found === undefined ? {} : { found }) };
}

/** A check of a struct does not hold for the row at a byte. */
export function failedRow(input: Input, at: number, describe: () => StructDescription, message: string): BatonError {
  return new RowError("B8212", { offset: input.offsetOf(at), expected: message }, describe);
}

/** A check of a struct could not be evaluated for the row at a byte; what is no such error passes through. */
export function unevaluatedRow(
  error: unknown,
  input: Input,
  at: number,
  describe: () => StructDescription,
  message: string,
): unknown {
  if (!(error instanceof BatonError) || error.offset !== undefined) return error;
  const facts = { expected: checkText(message), found: error.found ?? error.message };
  return new RowError("B8213", { offset: input.offsetOf(at), ...facts }, describe);
}

/** A check does not hold for an object that is written: of the version that is written for, where that is another one. */
export function failedCheck(holder: object, message: string, version?: string): BatonError {
  return new MemberError(holder, "", "B8212", {
    expected: message,
    ...(version === undefined ? {} : { found: checkOf(version) }),
  });
}

/** What an object holds cannot be written for a version without losing it. */
export function cannotWrite(holder: object, member: string, id: number, version: string, found: unknown): BatonError {
  const text = typeof found === "string" ? found : valueText(found);
  return new MemberError(holder, member, "B8303", { ...(id === 0 ? {} : { id }), expected: version, found: text });
}

/** What is ignorable is left out for a version that lacks it, unless it is carried for another writer, for whom nothing may be lost. */
export function leaveOut(
  out: Output,
  holder: object,
  member: string,
  id: number,
  version: string,
  found: unknown,
): void {
  if (out.keepUnknown) throw cannotWrite(holder, member, id, version, found);
  out.leftOut?.push({ holder, member, id });
}

/** A value is none of its type's at an older version, whose type is told in words. */
export function cannotHold(
  holder: object,
  member: string,
  id: number,
  code: Code,
  expected: string,
  found: unknown,
): BatonError {
  const text = code === "B8206" ? String(lengthOf(found)) : valueText(found);
  return new MemberError(holder, member, code, { id, expected, found: text });
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") return utf8Length(value);
  return value instanceof Uint8Array ? value.length : 0;
}

/** Holds each element of a list against its type at an older version. */
export function holdEach<Value>(
  given: readonly Value[] | GivenTable<Value>,
  is: (value: Value) => boolean,
  holder: object,
  member: string,
  id: number,
  code: Code,
  expected: string,
): void {
  const list = rowsOf(given);
  const i = list.findIndex((one) => !is(one));
  if (i >= 0) throw cannotHold(holder, `${member}[${i}]`, id, code, expected, list[i]);
}

/** A member that only an older version has could not be computed for it. */
export function cannotCompute(error: unknown, holder: object, member: string, id: number): unknown {
  if (!(error instanceof BatonError)) return error;
  return new MemberError(holder, member, error.code, { id, ...facts(error) });
}

/** Whether a reader of this version would compute a member again from what an older version is given. */
export function reproduces(compute: () => unknown, value: unknown): boolean {
  try {
    return sameValue(compute(), value);
  } catch (error) {
    if (error instanceof BatonError) return false;
    throw error;
  }
}
