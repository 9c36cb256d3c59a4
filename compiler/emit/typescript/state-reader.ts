import type { Member, State } from "../../schema/ir.ts";
import { inDependencyOrder } from "../../schema/expression-members.ts";
import { property, type Scope } from "../names.ts";
import { memberText } from "../schema-text.ts";
import { argumentsOf } from "./arguments.ts";
import type { Computations } from "./computed.ts";
import { defaultLiteral } from "./defaults.ts";
import { shapeOfMember } from "./element.ts";
import type { Context } from "./program.ts";
import { headerMatches, needsNext, readMember } from "./reading.ts";
import { typeOfMember } from "./types.ts";

/** A member with the variables that it is read into. */
interface Variable {
  readonly member: Member;
  readonly retired: boolean;
  /** Its value in the end. */
  readonly name: string;
  /** What was read, before a `from` fills in; the same as `name` for all others. */
  readonly read: string;
  /** Where a retired member's header stands, -1 if it is absent. */
  readonly place: string | null;
}

/**
 * Writes the decoder of a state: it compares each header with the one that it expects next and reads straight on. Where they differ, the runtime
 * steps over what is unknown, or refuses.
 */
export function writeStateReader(c: Context, state: State, computations: Computations): void {
  const { writer } = c;
  const named = { module: c.name, name: state.name };
  const describe = c.symbol(named, "describe");
  const locals = c.locals(["input", "start", "end", "o", "next", "words", "found"]);
  const variables = variablesOf(state, locals);
  const parameters = `input: ${c.runtime("Input")}, start: number, end: number`;
  writer.doc(["@internal"]);
  writer.block(`export function ${c.symbol(named, "read")}(${parameters}): ${c.symbol(named, "type")} {`, () => {
    if (variables.length === 0) {
      writer.line(`input.skip(start, end, ${describe}, 0x10000);`);
      writer.line("return {};");
      return;
    }
    writer.line("const { words } = input;");
    writer.line("let o = start;");
    if (variables.some(({ member }) => needsNext(shapeOfMember(c.world, member)))) writer.line("let next: number;");
    let before = 0;
    for (const variable of variables) {
      writer.comment(memberText(c, state.name, variable.member));
      writeMember(c, variable, describe, before);
      before = variable.member.id;
    }
    writer.line(`if (o < end) input.skip(o, end, ${describe}, 0x10000);`);
    writeComputed(c, state, variables, computations, describe);
    for (const variable of variables)
      if (variable.retired) writeJudgement(c, variable, variables, computations, describe);
    writeChecks(c, state, variables, computations, describe);
    const properties = variables.filter(({ retired }) => !retired);
    if (properties.length === 0) writer.line("return {};");
    else {
      const object = properties.map(({ member, name }) => property(member.name, name));
      writer.braces("return {", object, "};");
    }
  });
  writer.blank();
}

function variablesOf(state: State, locals: Scope): readonly Variable[] {
  const all = [
    ...state.members.map((member) => ({ member, retired: false })),
    ...state.retired.map((member) => ({ member, retired: true })),
  ];
  return all
    .sort((a, b) => a.member.id - b.member.id)
    .map(({ member, retired }) => {
      const name = locals.take(member.name);
      const computed = member.from !== null && !retired;
      return {
        member,
        retired,
        name,
        read: computed ? locals.take(`${member.name}_read`) : name,
        place: retired ? locals.take(`${member.name}_at`) : null,
      };
    });
}

function writeMember(c: Context, variable: Variable, describe: string, before: number): void {
  const { writer } = c;
  const { member, retired, read } = variable;
  const { id } = member;
  const shape = shapeOfMember(c.world, member);
  const required = !retired && member.default === null && !shape.optional && member.from === null;
  if (required) {
    const mismatch = `o >= end || ${headerMatches(shape, id, "!==")}`;
    writer.line(`if (${mismatch}) o = input.expect(o, end, ${describe}, ${id});`);
    for (const line of readMember(c, member, { name: read, declare: true, found: "found" })) writer.line(line);
    return;
  }
  // Between two ids that follow each other there is nothing unknown.
  if (id > before + 1) {
    writer.line(`if (o < end && (words[o]! & 0xffff) < ${id}) o = input.skip(o, end, ${describe}, ${id});`);
  }
  const literal = member.default === null ? null : defaultLiteral(c, member);
  const type = typeOfMember(c, member, "value");
  writer.line(literal === null ? `let ${read}: ${type} | undefined;` : `let ${read}: ${type} = ${literal};`);
  if (variable.place !== null) writer.line(`let ${variable.place} = -1;`);
  writer.block(`if (o < end && ${headerMatches(shape, id, "===")}) {`, () => {
    if (variable.place !== null) writer.line(`${variable.place} = o;`);
    for (const line of readMember(c, member, { name: read, declare: false, found: "found" })) writer.line(line);
  });
}

function nameIn(variables: readonly Variable[]): (id: number) => string {
  return (id) => {
    const found = variables.find(({ member }) => member.id === id);
    if (found === undefined) throw new Error(`no variable for @${id}`);
    return found.name;
  };
}

/** Members that the writer did not have, each after those that its `from` names. */
function writeComputed(
  c: Context,
  state: State,
  variables: readonly Variable[],
  computations: Computations,
  describe: string,
): void {
  const ordered = inDependencyOrder(state.members.filter((member) => member.from !== null));
  for (const member of ordered) {
    const variable = variables.find((one) => one.member === member);
    if (variable === undefined) continue;
    const { name, read } = variable;
    const computation = computations.from(member);
    const call = `${computation.name}(${argumentsOf(computation, nameIn(variables))})`;
    const { writer } = c;
    writer.line(`let ${name}: ${typeOfMember(c, member, "value")};`);
    writer.line(`if (${read} !== undefined) ${name} = ${read};`);
    writer.block(
      "else {",
      () => {
        const failure = `throw ${c.runtime("uncomputed")}(error, input, start, ${describe}, ${member.id});`;
        writer.attempt([`${name} = ${call};`], failure);
      },
      "}",
    );
  }
}

function writeJudgement(
  c: Context,
  { member, name, place }: Variable,
  variables: readonly Variable[],
  computations: Computations,
  describe: string,
): void {
  const nameOf = nameIn(variables);
  const scope =
    member.from === null ? [] : computations.from(member).members.map((one) => property(one.name, nameOf(one.id)));
  const object = scope.length === 0 ? "{}" : `{ ${scope.join(", ")} }`;
  const call = `${c.runtime("judgeRetired")}(input, ${place}, ${describe}, ${member.id}, ${name}, ${object})`;
  c.writer.line(`if (${place} >= 0) ${call};`);
}

function writeChecks(
  c: Context,
  state: State,
  variables: readonly Variable[],
  computations: Computations,
  describe: string,
): void {
  for (const [index, check] of state.checks.entries()) {
    const computation = computations.check(check, index);
    const call = `${computation.name}(${argumentsOf(computation, nameIn(variables))})`;
    const { writer } = c;
    const failed = `throw ${c.runtime("checkFailed")}(input, start, ${describe}, ${index});`;
    if (!computation.mayFail) {
      writer.line(`if (!${call}) ${failed}`);
      continue;
    }
    const failure = `throw ${c.runtime("unevaluated")}(error, input, start, ${describe}, ${index});`;
    writer.attempt([`if (!${call}) ${failed}`], failure);
  }
}
