import type { Member } from "../../schema/ir.ts";
import { inherited, ofBuiltIns, stringLiteral } from "../names.ts";
import { defaultLiteral } from "./defaults.ts";
import type { Context } from "./program.ts";

/** Takes the members that are mentioned out of `value`, with their defaults. */
export function writeVariables(
  c: Context,
  members: readonly Member[],
  variables: ReadonlyMap<number, string>,
  mentioned: ReadonlySet<string>,
): void {
  const parts: string[] = [];
  const own: string[] = [];
  for (const member of members) {
    const local = variables.get(member.id);
    if (local === undefined || !mentioned.has(local)) continue;
    const literal = member.default === null ? null : defaultLiteral(c, member);
    if (inherited.has(member.name)) {
      const read = `${c.runtime("own")}(value, ${stringLiteral(member.name)})`;
      own.push(`const ${local} = ${read}${literal === null ? "" : ` ?? ${literal}`};`);
      continue;
    }
    const name = local === member.name ? local : `${member.name}: ${local}`;
    parts.push(literal === null ? name : `${name} = ${literal}`);
  }
  if (parts.length > 0) c.writer.braces("const {", parts, "} = value;");
  for (const line of own) c.writer.line(line);
  if (isAnything(members)) c.writer.line(`${c.runtime("checkHolder")}(value);`);
}

/**
 * Whether values that hold no members at all, or only those of a string or an array, could be taken for one with these members: then it takes a
 * look at the value itself.
 */
export function isAnything(members: readonly Member[]): boolean {
  return members.every(
    ({ name, type, default: value }) => value !== null || type.kind === "optional" || ofBuiltIns.has(name),
  );
}
