import type {
  WireInteger,
  WireAlternative,
  WireField,
  WireMember,
  WireState,
  WireStruct,
  WireType,
  WireUnion,
} from "../dump/wire-type.ts";
import { namedWireType } from "../dump/wire-types.ts";
import type { NamedType, State, World } from "../schema/ir.ts";
import { namedIn, recordsById } from "../schema/lookup.ts";
import type { Change, Entry } from "./change.ts";
import { allOf, always, lengthIs, type Condition, type Subject } from "./condition.ts";
import type { Difference, Slot } from "./diff.ts";
import { lengthsIn } from "./domain.ts";
import type { Direction } from "./finding.ts";
import { without } from "./integers.ts";
import type { Pair } from "./pairs.ts";

/** What a change does to some dumps. */
export interface Hazard {
  /** `misread`: taken with another meaning. */
  readonly outcome: "refused" | "misread";
  /** Over the writer's value of the declaration that the node is about. */
  readonly when: Condition;
  /** Whether the condition may be true of values that are taken all the same: so it is for `check` and `from`. */
  readonly atMost: boolean;
  /** What holds of a misreading for which no dump can be found: another change refuses them all, or there are none. */
  readonly otherwise: "refused" | "nothing";
  /** A dump that is taken is misread, whatever the values look like: an id means something else. */
  readonly byDefinition?: boolean;
  /** What must hold too for people to see it in an example: a zero is a zero in any unit. */
  readonly telling?: Condition;
  /** The reader drops what its writer meant something by: a misreading although nothing of it is kept. */
  readonly lost?: boolean;
  /** What may be true of values that are taken is true of all that its writer can write: then none is, unless trying tells otherwise. */
  readonly proved?: boolean;
  /** Bytes are taken for something else, which some of them are and others are not: those are refused. */
  readonly garbled?: boolean;
}

export interface Effect extends Hazard {
  readonly change: Change;
}

export type Composite = WireState | WireStruct | WireUnion;
export type WireEntry = WireMember | WireField | WireAlternative;

/** One declaration of the writer as one of the reader takes it: a state, a struct, or a union. */
export interface Node {
  readonly key: string;
  /** The declarations, old and new; null where a record is read as a declaration that it never was. */
  readonly pair: Pair;
  /** A struct in a row of another struct: it has its place there, and no stride of its own. */
  readonly inline: boolean;
  readonly writer: Composite;
  readonly reader: Composite;
  readonly effects: Effect[];
  readonly edges: Edge[];
  /** The edges that lead here. */
  readonly uses: Edge[];
}

/** A member or alternative that holds values of another node. */
export interface Edge {
  readonly from: Node;
  readonly to: Node;
  readonly entry: WireEntry;
  readonly subject: Subject;
  readonly isList: boolean;
  /** When it holds at least one. */
  readonly holds: Condition;
  /** Only refusals pass: what is read is dropped, or judged as a whole. */
  readonly refusalsOnly: boolean;
}

/**
 * A state of the writer that is a record of its own, and what the reader takes such a record for. Its type and its node are made when they are
 * asked for: of a large schema, most states are as they were.
 */
export class Root {
  readonly id: number;
  readonly name: string;
  /** Whether the reader's module has a record of this id. */
  readonly isKnown: boolean;
  /** Whether another module of the reader has a record of this id: then it is refused, `ignorable` or not. */
  readonly isElsewhere: boolean;
  /** Whether the reader's record of this id is the same state. */
  readonly isSame: boolean;
  /** Whether anything that such a record can hold differs between the sides. */
  readonly isTouched: boolean;
  readonly #makeState: () => WireState;
  readonly #makeNode: () => Node | null;

  constructor(
    facts: Pick<Root, "id" | "name" | "isKnown" | "isElsewhere" | "isSame" | "isTouched">,
    makeState: () => WireState,
    makeNode: () => Node | null,
  ) {
    this.id = facts.id;
    this.name = facts.name;
    this.isKnown = facts.isKnown;
    this.isElsewhere = facts.isElsewhere;
    this.isSame = facts.isSame;
    this.isTouched = facts.isTouched;
    this.#makeState = makeState;
    this.#makeNode = makeNode;
  }

  get state(): WireState {
    return this.#makeState();
  }

  /** null where the reader takes no record of this id. */
  get node(): Node | null {
    return this.#makeNode();
  }
}

/** Who holds what in one direction, as far as records of one module lead; without effects. */
export class Graph {
  readonly direction: Direction;
  readonly difference: Difference;
  readonly writerWorld: World;
  readonly readerWorld: World;
  readonly nodes = new Map<string, Node>();
  readonly roots: Root[] = [];
  readonly module: string;
  /** Nodes that have no edges yet. */
  readonly #waiting: Node[] = [];
  /** Nodes that get no edges, since nothing differs in what they lead to: of a large schema, most. */
  readonly #closed: Node[] = [];
  /** Whether some declaration is taken for another one: then it matters where else it is. */
  #isMixed = false;
  readonly #nodesByWriter = new Map<string, Node[]>();
  #rootsByNode: ReadonlyMap<Node, Root> | null = null;

  constructor(difference: Difference, direction: Direction, module: string) {
    this.difference = difference;
    this.direction = direction;
    this.module = module;
    const { old, new: now } = difference.sides;
    this.writerWorld = direction === "upgrade" ? old : now;
    this.readerWorld = direction === "upgrade" ? now : old;
    for (const state of recordsOf(this.writerWorld, module)) this.#addRoot(state);
  }

  /** The record that a node stands for, where both sides know it as the same state; undefined for any other node. */
  rootOf(node: Node): Root | undefined {
    this.#rootsByNode ??= new Map(
      this.roots.flatMap((root): [Node, Root][] => {
        const own = root.isSame && root.isTouched ? root.node : null;
        return own === null ? [] : [[own, root]];
      }),
    );
    return this.#rootsByNode.get(node);
  }

  /** A pair by what its writer and its reader call it. */
  #pair(writer: { module: string; name: string }, reader: { module: string; name: string }): Pair {
    const [old, now] = this.direction === "upgrade" ? [writer, reader] : [reader, writer];
    return this.difference.pairing.pair(old, now);
  }

  #addRoot(state: State & { readonly id: number }): void {
    const { module } = this;
    const named = { module, name: state.name };
    const known = this.#holderIn(module, state.id);
    const isElsewhere = known === null && this.#isHeldElsewhere(state.id);
    const makeState = (): WireState => {
      const type = namedWireType(this.writerWorld, named);
      if (type.kind !== "state") throw new Error(`${module}.${state.name} is no state`);
      return type;
    };
    const makeNode = (): Node | null => (known === null ? null : this.#reach(this.#pair(named, known)));
    const facts = {
      ...{ id: state.id, name: state.name, isKnown: known !== null, isElsewhere },
      isSame: known !== null && this.#isNominal(named, known),
      isTouched: known === null || known.name !== state.name || this.difference.isTouched(module, state.name),
    };
    this.roots.push(new Root(facts, makeState, makeNode));
  }

  #holderIn(module: string, id: number): { readonly module: string; readonly name: string } | null {
    const view = this.readerWorld.get(module);
    const holder = view === undefined ? undefined : recordsById(view).get(id);
    return holder === undefined ? null : { module, name: holder.name };
  }

  /** Whether a reader has the id in another module. A writer for an older version takes none for its own. */
  #isHeldElsewhere(id: number): boolean {
    if (this.direction === "rollback") return false;
    return [...this.readerWorld.keys()].some((module) => this.#holderIn(module, id) !== null);
  }

  #isNominal(writer: Omit<NamedType, "kind">, reader: Omit<NamedType, "kind">): boolean {
    const [old, now] = this.direction === "upgrade" ? [writer, reader] : [reader, writer];
    return this.difference.pairing.isSame({ kind: "named", ...old }, { kind: "named", ...now });
  }

  /** A record that the reader knows, by its name. */
  reader(name: string): WireState | null {
    const state = recordsOf(this.readerWorld, this.module).find((one) => one.name === name);
    const type = state === undefined ? null : namedWireType(this.readerWorld, { module: this.module, name });
    return type?.kind === "state" ? type : null;
  }

  #node(pair: Pair, inline: boolean): Node {
    const key = inline ? `${pair.key} inline` : pair.key;
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    const upgrade = this.direction === "upgrade";
    const [old, now] = [pair.oldModule.name, pair.newModule.name];
    const writer = { module: upgrade ? old : now, name: upgrade ? pair.old.name : pair.new.name };
    const reader = { module: upgrade ? now : old, name: upgrade ? pair.new.name : pair.old.name };
    const node: Node = {
      ...{ key, pair, inline, effects: [], edges: [], uses: [] },
      writer: composite(namedWireType(this.writerWorld, writer)),
      reader: composite(namedWireType(this.readerWorld, reader)),
    };
    this.nodes.set(key, node);
    this.#waiting.push(node);
    if (!this.#isMixed && !this.difference.isNominal(pair)) {
      this.#isMixed = true;
      this.#waiting.push(...this.#closed.splice(0));
    }
    const { module, name } = node.writer;
    const alike = this.#nodesByWriter.get(`${module}.${name}`);
    if (alike === undefined) this.#nodesByWriter.set(`${module}.${name}`, [node]);
    else alike.push(node);
    return node;
  }

  /** The nodes of a declaration of the writer: several where the reader takes it for different things. */
  nodesOf({ module, name }: Pick<Composite, "module" | "name">): readonly Node[] {
    return this.#nodesByWriter.get(`${module}.${name}`) ?? [];
  }

  /** The node of a pair with all that it leads to. Without recursion, as a chain of declarations can be as long as a schema. */
  #reach(pair: Pair): Node {
    const first = this.#node(pair, false);
    for (let node = this.#waiting.pop(); node !== undefined; node = this.#waiting.pop()) {
      const { pair: one } = node;
      if (!this.#isMixed && !this.difference.isTouched(one.oldModule.name, one.old.name)) this.#closed.push(node);
      else for (const slot of this.difference.slotsOf(one)) this.#addEdge(node, slot);
    }
    return first;
  }

  #addEdge(node: Node, slot: Slot): void {
    // Only a reader meets what ended, and only the new side has it as that.
    if (slot.retired && this.direction === "rollback") return;
    if (!leadsOn(slot.old) || !leadsOn(slot.new)) return;
    const [entry, known] = [entryOf(node.writer, slot.old.id), entryOf(node.reader, slot.old.id)];
    if (entry === null || known === null || entry.type === null || known.type === null) return;
    const [from, to] = [containerOf(entry.type), containerOf(known.type)];
    if ((from.kind === "list") !== (to.kind === "list")) return;
    const [held, taken] = [elementOf(from), elementOf(to)];
    if (!isComposite(held) || held.kind !== taken.kind || !isComposite(taken)) return;
    const inline = node.writer.kind === "struct";
    if (inline && this.direction === "upgrade" && !isSamePlace(node, entry, known)) return;
    const pair = this.#pair(held, taken);
    const target = this.#node(pair, inline);
    const subject = subjectOf(node, entry);
    const edge: Edge = {
      ...{ from: node, to: target, entry, subject, isList: from.kind === "list" },
      holds: holdsSome(subject, from),
      refusalsOnly: slot.retired,
    };
    node.edges.push(edge);
    target.uses.push(edge);
  }
}

/** Whether the type of a member or alternative names a declaration, of which alone there are nodes: most do not. */
function leadsOn({ type }: Entry): boolean {
  return type !== null && namedIn(type) !== null;
}

/** Where the value of a member or alternative is, from the value of its declaration. */
export function subjectOf(node: Node, entry: WireEntry): Subject {
  const { id, name } = entry;
  const type = entry.type === null ? null : containerOf(entry.type);
  if (node.writer.kind === "union") {
    const of: Subject = { steps: [], type: node.writer, exists: always };
    return { steps: [{ kind: "alternative", id, name }], type, exists: { kind: "is", of, id, name } };
  }
  const steps = [{ kind: "member", id, name } as const];
  const bare: Subject = { steps, type, exists: always };
  return entry.type?.kind === "optional" ? { steps, type, exists: { kind: "present", of: bare } } : bare;
}

/** When a container holds at least one value: it is there and, if it is a list, it is not empty. */
export function holdsSome(subject: Subject, container: WireType): Condition {
  if (container.kind !== "list") return subject.exists;
  const lengths = lengthsIn(container);
  return allOf([lengthIs(subject, without(lengths, [{ min: 0n, max: 0n }]), lengths)]);
}

/** A type without its `?`. */
export function containerOf(type: WireType): Exclude<WireType, { kind: "optional" }> {
  return type.kind === "optional" ? containerOf(type.element) : type;
}

/** A type without `?` and list. */
export function elementOf(type: WireType): Exclude<WireType, { kind: "optional" | "list" }> {
  return type.kind === "optional" || type.kind === "list" ? elementOf(type.element) : type;
}

export function isComposite(type: WireType): type is Composite {
  return type.kind === "state" || type.kind === "struct" || type.kind === "union";
}

function composite(type: WireType): Composite {
  if (isComposite(type)) return type;
  throw new Error(`${type.text} has no members`);
}

/** A member or alternative by its id, also one that a reader knows to have ended. */
export function entryOf(type: Composite, id: number): WireEntry | null {
  if (type.kind !== "struct") return type.byId.get(id) ?? null;
  return type.members.find((member) => member.id === id) ?? null;
}

/** Whether a reader of a row finds a member where its writer put it, and there the same value as far as its own type holds it. */
export function isSamePlace(node: Pick<Node, "writer" | "reader" | "inline">, a: WireEntry, b: WireEntry): boolean {
  if (!("offset" in a) || !("offset" in b) || a.offset !== b.offset) return false;
  return a.size === b.size || isSameNumber(node, a, b);
}

/**
 * Whether a number of another width at the same offset is the same number: little-endian, with zeros beside it. A wider reader takes in padding
 * of the writer; a narrower one leaves bytes that are padding to it, and must be zero.
 */
function isSameNumber(
  { writer, reader, inline }: Pick<Node, "writer" | "reader" | "inline">,
  a: WireField,
  b: WireField,
): boolean {
  if (writer.kind !== "struct" || reader.kind !== "struct") return false;
  const [held, taken] = [a.type, b.type];
  if (!isInteger(held) || !isInteger(taken) || held.min < 0n) return false;
  const [narrow, wide] = a.size < b.size ? [a, b] : [b, a];
  const [start, end] = [narrow.offset + narrow.size, wide.offset + wide.size];
  const other = a.size < b.size ? writer : reader;
  if (other.members.some((field) => field.offset < end && start < field.offset + field.size)) return false;
  if (a.size > b.size) {
    const most = 1n << BigInt(taken.width - (taken.signed ? 1 : 0));
    return end <= reader.end && (!taken.signed || held.max < most);
  }
  // A row must not end inside of it, by its stride or by what of it must be understood.
  const understood = writer.members.filter((field) => field.required && !field.ignorable);
  return end <= writer.stride && (inline || understood.some((field) => field.offset + field.size >= end));
}

function isInteger(type: WireType): type is WireInteger {
  return type.kind === "int" || type.kind === "enum" || type.kind === "bits";
}

function recordsOf(world: World, module: string): readonly (State & { readonly id: number })[] {
  const declarations = world.get(module)?.declarations ?? [];
  return declarations.filter((one): one is State & { readonly id: number } => one.kind === "state" && one.id !== null);
}
