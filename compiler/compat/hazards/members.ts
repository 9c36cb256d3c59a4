import type { WireMember, WireState } from "../../dump/wire-type.ts";
import { mentionedMembers } from "../../schema/expression-members.ts";
import type { Default, Expr } from "../../schema/ir.ts";
import { allOf, always, type Condition, type Subject } from "../condition.ts";
import { domainOf, isNumeric, lengthsOf } from "../domain.ts";
import {
  containerOf,
  entryOf,
  isComposite,
  subjectOf,
  type Composite,
  type Hazard,
  type Node,
  type WireEntry,
} from "../graph.ts";
import { atDefault, misread, notAtDefault, refused, valueIs, type Site, type Use } from "../site.ts";
import { canFail } from "./failures.ts";
import { integerRangeOf, Translation } from "./translate.ts";
import { leftOutOf } from "./left-out.ts";
import { isSame, simplified } from "./simplify.ts";
import { isWritable } from "./types.ts";
import { integersIn, within } from "../integers.ts";

const none: readonly Hazard[] = [];

type Presence = "required" | "default" | "optional" | "computed";

function presenceOf(entry: WireMember): Presence {
  if (entry.type.kind === "optional") return "optional";
  if (entry.from !== null) return "computed";
  return entry.member.default === null ? "required" : "default";
}

/** What leaving a member out means to either side, where they do not agree. */
export function presenceChanged(use: Use): readonly Hazard[] {
  const { writer, reader, node, subject } = use;
  if (node.writer.kind !== "state" || !("member" in writer) || !("member" in reader)) return none;
  if (reader.retired) return lostAtDefault(use, writer, reader);
  const taken = presenceOf(reader);
  if (writer.type.kind === "optional") return whenLeftOut(absent(subject), taken, use.direction, taken === "optional");
  if (use.direction === "rollback" || presenceOf(writer) !== "default") return none;
  const stated = reader.member.default;
  const agrees = stated !== null && isSameDefault(writer, reader);
  return whenLeftOut(atDefault(node, writer, subject, true), taken, use.direction, agrees);
}

/** What stands at the default that a member ended with is dropped, also where its writer left out another value than that. */
function lostAtDefault(use: Use, writer: WireMember, ended: WireMember): readonly Hazard[] {
  const stated = ended.member.default;
  if (stated === null || writer.ignorable || ended.ignorable) return none;
  const atDefaultOfReader = valueIs(use.subject, containerOf(writer.type), stated, true);
  return misread(allOf([use.written, atDefaultOfReader])).map((hazard) => ({ ...hazard, lost: true }));
}

function whenLeftOut(
  when: Condition,
  taken: Presence,
  direction: Use["direction"],
  agrees: boolean,
): readonly Hazard[] {
  if (agrees) return none;
  switch (taken) {
    case "required":
      return refused(when);
    case "computed":
      // A writer for an older version has to have a value; a reader computes one.
      return direction === "rollback" ? refused(when) : misread(when, "refused", true);
    case "default":
    case "optional":
      return misread(when);
  }
}

/** Whether the writer's default means to the reader what leaving the member out means to it. */
function isSameDefault(writer: WireMember, reader: WireMember): boolean {
  const [held, taken] = [writer.member.default, reader.member.default];
  if (held === null || taken === null) return false;
  const number = (stated: typeof held): bigint | null =>
    stated.kind === "int" ? stated.value : stated.kind === "bool" ? (stated.value ? 1n : 0n) : null;
  const [a, b] = [number(held), number(taken)];
  if (a !== null && b !== null) return a === b;
  const [text, other] = [bytesOf(held), bytesOf(taken)];
  return text === null || other === null ? held.kind === taken.kind && held.kind === "empty" : text === other;
}

/** The bytes of a text or of bytes in hexadecimal; null for any other default. */
function bytesOf(stated: Default): string | null {
  if (stated.kind === "bytes") return stated.hex;
  if (stated.kind !== "string") return null;
  return Array.from(new TextEncoder().encode(stated.value), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function absent(subject: Subject): Condition {
  return { kind: "absent", of: { ...subject, exists: always } };
}

function stateOf(type: Composite): WireState {
  if (type.kind !== "state") throw new Error(`${type.text} is no state`);
  return type;
}

/** A member of a state that the writer does not have (or no longer, or not yet): the reader goes without it. */
export function readerOnly(site: Site, id: number): readonly Hazard[] {
  const [writer, reader] = [stateOf(site.node.writer), stateOf(site.node.reader)];
  const member = reader.members.find((one) => one.id === id);
  if (member === undefined) return none;
  const known = site.direction === "rollback" ? writer.retired.find((one) => one.id === id) : undefined;
  const from = (known ?? member).from;
  if (from !== null) {
    // Of the type that it ended with: the older version may have had another.
    if (known !== undefined && !isWritable(known.type, member.type)) return refused(always);
    return [...withoutLeftOut(site, from), ...computed(site, member, from, known !== undefined)];
  }
  if (member.type.kind === "optional" || member.member.default !== null) return none;
  return refused(always);
}

/** Refused where an expression of the reader looks for what its writer left out: it is absent, or another value than the writer's. */
function withoutLeftOut(site: Site, from: Expr): readonly Hazard[] {
  return leftOutOf(site, from).flatMap(({ when, fails }) => refused(when, !fails));
}

/** A value that is computed may have none, or none of its type. */
function computed(site: Site, member: WireMember, from: Expr, writersOwn: boolean): readonly Hazard[] {
  const translation = new Translation(site.node, site.direction);
  // A writer looks the names of an older version's expression up among its own.
  const isStrange = site.direction === "rollback" && !writersOwn && namesAreOthers(site.node, from);
  const expression = writersOwn ? translation.own(from) : isStrange ? null : translation.expression(from);
  if (expression === null) return refused(always, true);
  const fails = canFail(expression, [site.node.writer]);
  const { type } = member;
  const lengths = lengthsOf(type);
  // A writer holds what it computed against the bounds, a reader does not.
  if (lengths !== null && site.direction === "rollback") return refused(always, true);
  if (!isNumeric(type) || type.kind === "bool") return fails ? refused({ kind: "fails", expression }, true) : none;
  const range = integerRangeOf(expression, site.node.writer);
  const domain = domainOf(type);
  if (!fails && range !== null && within(integersIn(range.min, range.max), domain)) return none;
  if (type.kind === "bits" && !type.open) return refused(always, true);
  return refused({ kind: "outside", expression, among: domain }, true);
}

function namesAreOthers(node: Node, from: Expr): boolean {
  return mentionedMembers(from).some((id) => {
    const [mine, theirs] = [entryOf(node.writer, id), entryOf(node.reader, id)];
    // What ended without a default is absent, whatever the older version has there.
    const ended = mine !== null && "retired" in mine && mine.retired ? mine : null;
    const isAbsent = ended !== null && ended.from === null && ended.member.default === null;
    return isAbsent || (mine !== null && theirs !== null && mine.name !== theirs.name);
  });
}

/** When a member is in the bytes of a native dump. */
function written(node: Node, entry: WireMember): Condition {
  const subject = subjectOf(node, entry);
  return allOf([subject.exists, notAtDefault(node, entry, subject)]);
}

/** A member of a state that the reader does not have, or only as one that ended. */
export function writerOnly(site: Site, id: number): readonly Hazard[] {
  const [writer, reader] = [stateOf(site.node.writer), stateOf(site.node.reader)];
  const member = writer.members.find((one) => one.id === id);
  if (member === undefined) return none;
  const ended = site.direction === "upgrade" ? reader.retired.find((one) => one.id === id) : undefined;
  if (member.ignorable || ended?.ignorable === true) return none;
  if (ended !== undefined) return retired(site, member, ended);
  const when = written(site.node, member);
  if (site.direction === "upgrade" || member.from === null) return refused(when);
  return differs(site, member, member.from, when, true);
}

/** What ended is taken if it stands at its default, or if its `from` computes the same. */
function retired(site: Site, member: WireMember, ended: WireMember): readonly Hazard[] {
  const { id } = member;
  const when = written(site.node, member);
  if (ended.from !== null) {
    // What is judged is there itself.
    const others = leftOutOf(site, ended.from).filter((other) => other.id !== id);
    const unseen = others.flatMap((other) => refused(allOf([when, other.when]), true));
    return [...unseen, ...differs(site, member, ended.from, when, false)];
  }
  const stated = ended.member.default;
  if (stated === null) return refused(when);
  return refused(allOf([when, valueIs(subjectOf(site.node, member), containerOf(member.type), stated, false)]));
}

/** Refused where an expression does not give back what the member is. `lost`: the expression is over what an older version keeps. */
function differs(site: Site, member: WireMember, from: Expr, when: Condition, lost: boolean): readonly Hazard[] {
  const translation = new Translation(site.node, site.direction);
  const expression = lost ? translation.reread(from) : translation.expression(from);
  if (expression === null || isComposite(containerOf(member.type)) || member.type.kind === "optional")
    return refused(when, true);
  const value: Expr = { kind: "path", depth: 0, steps: [{ kind: "member", id: member.id, name: member.name }] };
  const right = simplified(expression, (part) => !canFail(part, [site.node.writer]));
  if (isSame(value, right)) return none;
  const differ: Condition = { kind: "expression", expression: { kind: "binary", operator: "!=", left: value, right } };
  return refused(allOf([when, differ]), true);
}

/** A name that stands for another member: what the reader finds under it is something else. */
export function nameMoved(site: Site, name: string): readonly Hazard[] {
  const { node } = site;
  const [writer, reader] = [membersOf(node.writer), membersOf(node.reader)];
  const mine = writer.find((one) => one.name === name);
  const theirs = reader.find((one) => one.name === name);
  if (mine === undefined || theirs === undefined || mine.id === theirs.id) return none;
  const source = writer.find((one) => one.id === theirs.id);
  return misread(namesDiffer(node, mine, theirs, source), "nothing", true);
}

function namesDiffer(node: Node, mine: WireEntry, theirs: WireEntry, source: WireEntry | undefined): Condition {
  if (node.writer.kind === "struct" || mine.type === null || source?.type === null) return always;
  const type = containerOf(mine.type);
  const isPlain = isNumeric(type) || type.kind === "string" || type.kind === "bytes" || type.kind === "uuid";
  if (!isPlain || mine.type.kind === "optional") return always;
  if (source === undefined) {
    // What ended before the writer's version is computed for the reader.
    if (node.writer.kind === "state" && node.writer.byId.has(theirs.id)) return always;
    const stated = "member" in theirs ? theirs.member.default : null;
    return stated === null ? always : valueIs(subjectOf(node, mine), type, stated, false);
  }
  if (source.type.kind === "optional" || containerOf(source.type).kind !== type.kind) return always;
  const path = ({ id, name }: WireEntry): Expr => ({ kind: "path", depth: 0, steps: [{ kind: "member", id, name }] });
  const [left, right] = mine.id < source.id ? [path(mine), path(source)] : [path(source), path(mine)];
  return { kind: "expression", expression: { kind: "binary", operator: "!=", left, right } };
}

function membersOf(type: Composite): readonly WireEntry[] {
  return type.kind === "union" ? type.alternatives : type.members;
}
