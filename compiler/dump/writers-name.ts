import { jsonText } from "../printable.ts";
import { idText } from "../../runtime/id-text.ts";
import { toJson } from "./json-write.ts";
import { problem, type Problem } from "./problem.ts";
import { isList, isObject, memberOf, type Value } from "./value.ts";
import type { WireState, WireType } from "./wire-type.ts";

/** A record that a reader does not know all of: its own view of it, if it has one, and its writer's. */
export interface UnknownIn {
  readonly reader: WireState | null;
  readonly writer: WireState | null;
  /** The record as its writer meant it; null where that cannot be read. */
  readonly value: () => Value | null;
}

/** Says by its name what the reader knows by its id alone, if the schema that the dump was written with is known. */
export function namedPath<T extends { readonly path: string }>(one: T, record: UnknownIn): T {
  const found = foundAt(one.path, record);
  return found === null ? one : { ...one, path: found.path };
}

/** The same of what stops a reader, with its value. */
export function namedProblem(one: Problem, record: UnknownIn): Problem {
  const found = foundAt(one.path, record);
  if (found === null) return one;
  const { path, entry, steps } = found;
  const whole = one.code === "B8209" || one.code === "B8210" ? record.value() : null;
  const value = whole === null || entry.type === null ? undefined : valueAt(whole, [...steps, entry.name]);
  if (value === undefined || value === null || entry.type === null) return { ...one, path };
  const { declaration } = one;
  const facts = { found: `${idText(entry.id)} = ${cut(jsonText(toJson(entry.type, value)))}` };
  return problem(one.code, declaration === undefined ? facts : { ...facts, declaration }, { ...one, path });
}

interface Entry {
  readonly id: number;
  readonly name: string;
  readonly type: WireType | null;
}

interface FoundAt {
  readonly path: string;
  /** The writer's member or alternative. */
  readonly entry: Entry;
  /** The way to what holds it, by the writer's names; numbers are indices. */
  readonly steps: readonly (string | number)[];
}

function foundAt(path: string, { reader, writer }: UnknownIn): FoundAt | null {
  const id = /^(.*)\.@(\d+)$/.exec(path);
  const head = /^[^#]*#\d+/.exec(path)?.[0];
  if (id === null || head === undefined || reader === null || writer === null) return null;
  const steps = (id[1] ?? "").slice(head.length).match(/[A-Za-z_]\w*|\[\d+\]/g) ?? [];
  const found = entryIn(reader, writer, steps, Number(id[2]));
  return found === null ? null : { ...found, path: `${id[1]}.${found.entry.name}` };
}

/** Follows a path by the reader's names and the ids behind them, and gives what the writer has of an id where it ends. */
function entryIn(
  reader: WireType,
  writer: WireType,
  steps: readonly string[],
  id: number,
): Omit<FoundAt, "path"> | null {
  let known: WireType = reader;
  let written: WireType = writer;
  const way: (string | number)[] = [];
  for (const step of steps) {
    if (step.startsWith("[")) {
      way.push(Number(step.slice(1, -1)));
      continue;
    }
    const at = entriesOf(known).find(({ name }) => name === step);
    const same = entriesOf(written).find((one) => one.id === at?.id);
    if (at?.type == null || same?.type == null) return null;
    way.push(same.name);
    known = at.type;
    written = same.type;
  }
  const entry = entriesOf(written).find((one) => one.id === id);
  return entry === undefined ? null : { entry, steps: way };
}

function entriesOf(type: WireType): readonly Entry[] {
  switch (type.kind) {
    case "optional":
    case "list":
      return entriesOf(type.element);
    case "state":
      return [...type.members, ...type.retired];
    case "struct":
      return type.members;
    case "union":
      return type.alternatives;
    case "int":
    case "enum":
    case "bits":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
      return [];
  }
}

function valueAt(whole: Value, steps: readonly (string | number)[]): Value {
  return steps.reduce<Value>((value, step) => {
    if (typeof step === "number") return isList(value) ? value[step] : undefined;
    if (!isObject(value)) return undefined;
    const isUnion = typeof memberOf(value, "kind") === "string" && "value" in value;
    return isUnion && memberOf(value, "kind") === step ? memberOf(value, "value") : memberOf(value, step);
  }, whole);
}

/** Longer values are cut; `decode --path` shows them whole. */
const widest = 80;

function cut(text: string): string {
  return text.length <= widest ? text : `${text.slice(0, widest)}… (${text.length} characters)`;
}
