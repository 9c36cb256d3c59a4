import type { Check, Version } from "../../schema/ir.ts";
import { formatVersion } from "../../schema/version.ts";
import { stringLiteral } from "../names.ts";
import { takesTheSame, type Shape } from "./element.ts";
import type { Context } from "./program.ts";
import type { Misfit, Mistake } from "./mistakes.ts";

/**
 * The version of this module that something is written for, in words: an expression. Versions that are written alike share functions, so that only
 * `out` knows which of them was asked for.
 */
export function versionLiteral(c: Context, version: Version): string {
  const text = stringLiteral(formatVersion(version));
  return isAlone(c, version) ? text : `out.versionOf(${stringLiteral(c.name)}, ${text})`;
}

/** Whether no other version can share the functions for one. */
function isAlone(c: Context, version: Version): boolean {
  const { writes, version: working } = c.module.module;
  const older = writes.filter((one) => one !== working);
  return version === working ? older.length === 0 : older.length <= 1;
}

/**
 * The errors for one member's value. At the working version they say nothing, since the whole value is then searched for what is wrong with it; a
 * value that only another version refuses has its place and its type in the error.
 */
export function misfitOf(
  c: Context,
  member: { readonly name: string; readonly id: number },
  value: string,
  version: Version | null,
): Misfit {
  if (version === null) {
    const unfit = (): string => `${c.runtime("unfit")}(${value})`;
    const each = (is: string): string => `if (!${value}.every(${is})) throw ${unfit()};`;
    return Object.assign(unfit, { each, isNamed: false });
  }
  const text = versionLiteral(c, version);
  const place = `value, ${stringLiteral(member.name)}, ${member.id}`;
  const typed = ({ code, expected, module = c.name }: Mistake): string =>
    module === c.name && isAlone(c, version)
      ? `"${code}", ${stringLiteral(`${expected} of version ${formatVersion(version)}`)}`
      : `"${code}", out.typeAt(${stringLiteral(module)}, ${stringLiteral(expected)})`;
  const misfit = (mistake?: Mistake): string =>
    mistake === undefined
      ? `${c.runtime("cannotWrite")}(${place}, ${text}, ${value})`
      : `${c.runtime("cannotHold")}(${place}, ${typed(mistake)}, ${value})`;
  const each = (is: string, mistake: Mistake): string =>
    `${c.runtime("holdEach")}(${value}, ${is}, ${place}, ${typed(mistake)});`;
  return Object.assign(misfit, { each, isNamed: true });
}

/** The error for a value that another version cannot have at all; `found` is an expression. */
export function cannotWrite(
  c: Context,
  member: { readonly name: string; readonly id: number },
  version: Version | null,
  found: string,
): string {
  const place = `value, ${stringLiteral(member.name)}, ${member.id}, ${versionLiteral(c, version ?? 0)}`;
  return `${c.runtime("cannotWrite")}(${place}, ${found})`;
}

/** The error for a value that a check does not hold for, of another version if that is written for. */
export function failedCheck(c: Context, check: Check, version: Version | null): string {
  const whose = version === null ? "" : `, ${versionLiteral(c, version)}`;
  return `${c.runtime("failedCheck")}(value, ${stringLiteral(check.message)}${whose})`;
}

/** The statement that leaves out what is ignorable for a version that lacks it. */
export function leaveOut(
  c: Context,
  member: { readonly name: string; readonly id: number },
  version: Version,
  value: string,
): string {
  const place = `out, value, ${stringLiteral(member.name)}, ${member.id}, ${versionLiteral(c, version)}`;
  return `${c.runtime("leaveOut")}(${place}, ${value});`;
}

/** Whether a value that is refused for another version may be fine at the working one: else searching the value finds what is wrong. */
export function versionToName(c: Context, from: Shape | null, to: Shape, version: Version | null): Version | null {
  if (version === null || from === null) return version;
  const { element } = to;
  // Which values a type of another module has is chosen when the value is written.
  const named = element.kind === "integer" && element.named !== null ? [element.named] : [];
  const chosen = [...to.aliases, ...named].some(({ module }) => module !== c.name);
  return takesTheSame(from, to) && !chosen ? null : version;
}
