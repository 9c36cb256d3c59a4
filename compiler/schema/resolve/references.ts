import type { DottedName, Name } from "../../syntax/ast.ts";
import { mayName } from "../../syntax/damage.ts";
import type { Reference, World } from "../ir.ts";
import { elementOf, shapeOf, type Shape } from "../lookup.ts";
import { describeType } from "./describe.ts";
import type { MemberDraft, StateDraft } from "./draft.ts";
import { isDamaged, isMissing } from "./draft.ts";
import { lookup, wantedState, type Site } from "./scope.ts";
import { isSoundType } from "./sound.ts";
import type { TypeContext } from "./types.ts";

/** The target of `-> State.member`; null if it is wrong, which was reported. */
export function resolveReference(
  member: MemberDraft,
  site: Site,
  world: World,
  context: TypeContext,
): Reference | null {
  const attribute = member.attributes.reference;
  if (attribute === undefined || !isReferring(world, member)) return null;
  const { target } = attribute;
  const last = target.parts.at(-1);
  if (last === undefined || target.parts.length < 2 || target.parts.some(isMissing)) return null;
  const before = target.parts.slice(0, -1);
  const stateName: DottedName = {
    parts: before,
    span: { ...target.span, end: before.at(-1)?.span.end ?? target.span.end },
  };
  const state = lookup(site, stateName, wantedState, context.modules, context.problems);
  return state?.kind === "state" ? keyOf(member, state, last, world, context) : null;
}

function isReferring(world: World, member: MemberDraft): boolean {
  return shapeOf(world, elementOf(member.ir.type)).kind in comparable;
}

function keyOf(
  member: MemberDraft,
  state: StateDraft,
  name: Name,
  world: World,
  { modules, problems }: TypeContext,
): Reference | null {
  const target = state.members.find((each) => each.ir.name === name.text);
  const text = `${state.name}.${name.text}`;
  if (target === undefined) {
    if (mayName(state.module.file.damage, name.text)) return null;
    const meant = problems.suggest(
      name.text,
      state.members.map((each) => each.ir.name),
    );
    const fix = meant === undefined ? {} : { fix: { span: name.span, text: meant } };
    problems.add(
      "B6010",
      { name: name.text, owner: `the state \`${state.name}\``, meant },
      { span: name.span, ...fix },
    );
    return null;
  }
  if (isDamaged({ ...target, module: state.module })) return null;
  const problem = keyProblem(state, target);
  if (problem !== null) {
    const notes = [{ message: "declared here", span: target.node.name.span }];
    problems.add("B6101", { name: text, ...problem }, { span: name.span, notes });
    return null;
  }
  if (!target.sound || !isSoundType(modules, target.ir.type)) return null;
  const own = comparableKind(shapeOf(world, elementOf(member.ir.type)));
  const its = comparableKind(shapeOf(world, target.ir.type));
  if (own !== its) {
    const found = describeType(elementOf(member.ir.type));
    const parameters = { name: member.ir.name, found, target: text, expected: describeType(target.ir.type) };
    const notes = [{ message: "declared here", span: target.node.name.span }];
    problems.add("B6102", parameters, { span: member.attributes.reference?.span ?? name.span, notes });
    return null;
  }
  return { module: state.module.name, state: state.name, member: name.text };
}

function keyProblem(
  state: StateDraft,
  target: MemberDraft,
): { readonly problem: string; readonly help: string | undefined } | null {
  const keys = state.members.filter((each) => each.attributes.key !== undefined);
  const isKey = target.attributes.key !== undefined;
  if (isKey && keys.length === 1) return null;
  if (isKey) return { problem: `it is one of ${keys.length} keys of \`${state.name}\``, help: undefined };
  const [only] = keys;
  if (keys.length === 1 && only !== undefined) {
    return {
      problem: `the key of \`${state.name}\` is \`${only.ir.name}\``,
      help: `refer to \`${state.name}.${only.ir.name}\``,
    };
  }
  return { problem: "it is no key", help: keys.length === 0 ? `mark it with \`key\` in \`${state.name}\`` : undefined };
}

/** Types whose values are compared with each other. */
const comparable = { int: "int", string: "string", bytes: "bytes", uuid: "uuid" } as const;

function comparableKind(shape: Shape): string {
  if (shape.kind === "cstring") return "string";
  return shape.kind;
}
