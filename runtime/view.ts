import { idText } from "./id-text.ts";
import { columnOf, sizeOf, Table, type Row } from "./table.ts";
import {
  allMembers,
  compute,
  describe as made,
  isRequired,
  type Described,
  type ListDescription,
  type MemberDescription,
  type StateDescription,
  type UnionDescription,
} from "./description.ts";
import { BatonError } from "./errors.ts";
import { form, formOf, mustBeUnderstood, wordsOf } from "./form.ts";
import type { Input } from "./input.ts";
import { bodyError, misread } from "./locate.ts";
import { judgeRetired } from "./retired.ts";
import { afterLast, checkForm, formsOf, integerAt, numberAt } from "./unknown.ts";

/** Reads a part of a view. What is wrong with it is told with its place, which starts at what the view is of. */
export function viewed<Part>(input: Input, read: (input: Input) => Part): Part {
  try {
    return read(input);
  } catch (error) {
    throw placed(input, error);
  }
}

function placed(input: Input, error: unknown): unknown {
  const known = error instanceof BatonError && error.path !== undefined;
  return known || input.session === null ? error : misread(error, input, input.session.root);
}

/** The elements of a list where they lie: strings, bytes, or views of states and unions. */
export class ListView<Element> implements Iterable<Element> {
  readonly length: number;
  private readonly input: Input;
  private readonly start: number;
  private readonly end: number;
  private readonly element: Described;
  /** Where each element stands, in words; found when one is first asked for out of order. */
  private starts: Uint32Array | null = null;

  constructor(input: Input, start: number, end: number, length: number, element: Described) {
    this.input = input;
    this.start = start;
    this.end = end;
    this.length = length;
    this.element = element;
  }

  at(index: number): Element {
    if (index >>> 0 !== index || index >= this.length) throw new RangeError(`element ${index} of ${this.length}`);
    this.starts ??= viewed(this.input, () => this.findStarts());
    return this.elementAt(this.starts[index]!);
  }

  private findStarts(): Uint32Array {
    const starts = new Uint32Array(this.length);
    for (let i = 0, o = this.start; i < starts.length; i++) {
      starts[i] = o;
      o = this.input.element(o, this.end);
    }
    return starts;
  }

  *[Symbol.iterator](): Generator<Element> {
    for (let i = 0, o = this.start; i < this.length; i++) {
      yield this.elementAt(o);
      o = this.input.element(o, this.end);
    }
  }

  private elementAt(o: number): Element {
    const { input } = this;
    try {
      const size = input.words[o]!;
      // The type of the list's elements is the description's.
      return elementOf(input, this.element, o + 2, size, input.element(o, this.end)) as Element;
    } catch (error) {
      throw placed(input, error);
    }
  }
}

function elementOf(input: Input, described: Described, o: number, size: number, end: number): unknown {
  const type = made(described);
  switch (type.kind) {
    case "string":
      return input.elementText(o - 2, 0, size);
    case "bytes":
      return input.slice(o * 4, size);
    case "state":
      return viewState(input, o, end, () => type);
    case "union":
      return viewUnion(input, o, end, type);
    case "int":
    case "bool":
    case "uuid":
    case "enum":
    case "bits":
    case "cstring":
    case "list":
    case "struct":
      throw new Error(`a list of ${type.kind} is a table`);
  }
}

/** What every view of a state keeps beside its members, whose names never start with `$`. */
interface StateView {
  readonly $input: Input;
  /** Where each of the state's members stands, in words; -1 for one that is absent. */
  readonly $places: Int32Array;
  readonly $start: number;
}

type ViewClass = new (input: Input, places: Int32Array, start: number) => StateView;

/** What views of a state are made with. */
interface Plan {
  readonly View: ViewClass;
  readonly members: readonly MemberDescription[];
  /** The header word of each member as it mostly is, and in the other form that its type may have; without flag 1, which means nothing here. */
  readonly heads: Int32Array;
  readonly others: Int32Array;
}

const plans = new WeakMap<StateDescription, Plan>();

/** Members are read when they are asked for, so a view costs one pass over the headers of its own body. */
function planOf(state: StateDescription): Plan {
  const known = plans.get(state);
  if (known !== undefined) return known;
  const members = allMembers(state);
  const View: ViewClass = class implements StateView {
    readonly $input: Input;
    readonly $places: Int32Array;
    readonly $start: number;
    constructor(input: Input, places: Int32Array, start: number) {
      this.$input = input;
      this.$places = places;
      this.$start = start;
    }
  };
  for (const [index, member] of members.entries()) {
    Object.defineProperty(View.prototype, member.name, {
      enumerable: true,
      configurable: true,
      get(this: StateView): unknown {
        try {
          return readMember(this, state, member, this.$places[index]!);
        } catch (error) {
          throw placed(this.$input, error);
        }
      },
    });
  }
  const headsOf = (which: number): Int32Array =>
    Int32Array.from(members, ({ id, type }) => id | ((formsOf(made(type)).at(which) ?? 0) << 16));
  const plan = { View, members, heads: headsOf(0), others: headsOf(-1) };
  plans.set(state, plan);
  return plan;
}

/** A view of a state's body: its headers are checked, its values when they are read by `decode`. */
export function viewState(input: Input, start: number, end: number, describe: () => StateDescription): object {
  const state = made(describe);
  const { View, members, heads, others } = planOf(state);
  const { words } = input;
  const places = new Int32Array(members.length);
  let o = start;
  for (let index = 0; index < places.length; index++) {
    const head = o < end ? words[o]! & ~mustBeUnderstood : 0;
    if (head !== heads[index] && head !== others[index]) {
      o = findMember(input, o, end, describe, members[index]!);
      if (o >= end || (words[o]! & 0xffff) !== members[index]!.id) {
        places[index] = -1;
        continue;
      }
    }
    places[index] = o;
    o = endOf(input, o, end);
  }
  if (o < end) input.skip(o, end, describe, afterLast);
  const view = new View(input, places, start);
  for (const member of state.retired ?? []) {
    const place = places[members.indexOf(member)]!;
    if (place >= 0) judgeRetired(input, place, describe, member.id, readMember(view, state, member, place), view);
  }
  return view;
}

/** Steps over what is unknown; gives where the member stands, its header checked, or where it would. */
function findMember(
  input: Input,
  o: number,
  end: number,
  describe: () => StateDescription,
  member: MemberDescription,
): number {
  const next = input.skip(o, end, describe, member.id);
  if (next < end && (input.words[next]! & 0xffff) === member.id) checkForm(input, next, member.type);
  // Which is refused.
  else if (isRequired(member) && !isRetired(made(describe), member)) input.expect(next, end, describe, member.id);
  return next;
}

function isRetired(state: StateDescription, member: MemberDescription): boolean {
  return state.retired?.includes(member) === true;
}

/** The end of a member, its header checked as far as its form demands. */
function endOf(input: Input, o: number, end: number): number {
  switch (formOf(input.words[o]!)) {
    case form.word:
      return o + 2;
    case form.long:
      input.signed(o, end);
      return o + 4;
    case form.table:
      return input.table(o, end);
    case form.list:
      return input.list(o, end);
    case form.blob:
      return input.blob(o, end);
    default:
      return input.body(o, end);
  }
}

function readMember(view: StateView, state: StateDescription, member: MemberDescription, o: number): unknown {
  if (o >= 0) return valueAt(view.$input, member.type, o);
  // What has ended is not made up again.
  if (member.from !== undefined && !isRetired(state, member)) {
    try {
      return compute(member.from, view);
    } catch (error) {
      if (!(error instanceof BatonError) || error.offset !== undefined) throw error;
      const { code, expected = "its `from`", found = error.message } = error;
      throw bodyError(code, view.$input, view.$start, () => state, { expected, found }, member.name, member.id);
    }
  }
  if (member.optional === true) return undefined;
  const type = made(member.type);
  if (type.kind !== "list") return member.default;
  if (!type.table) return new ListView(view.$input, 0, 0, 0, type.element);
  return tableOf(emptyInput(view.$input), 0, type);
}

/** An input that starts with the header and count of a table without rows. */
function emptyInput(input: Input): Input {
  // The class of this input, without importing it in a circle.
  const Same = input.constructor as new (buffer: ArrayBuffer, base: number, length: number, session: null) => Input;
  return new Same(new ArrayBuffer(16), 0, 16, null);
}

function valueAt(input: Input, described: Described, o: number): unknown {
  const type = made(described);
  const size = input.words[o + 1]!;
  const next = o + wordsOf(input.words, o);
  switch (type.kind) {
    case "int":
      return typeof type.min === "bigint" ? integerAt(input, o) : numberAt(input, o);
    case "enum":
    case "bits":
      return type.base.width === 64 ? integerAt(input, o) : numberAt(input, o);
    case "bool":
      return size !== 0;
    case "uuid":
    case "string":
    case "bytes":
      return type.kind === "string" ? input.text(o, 0, size) : input.data(o, 0, size);
    case "struct":
      input.checkCount(o, 1, 1);
      return new Table(input, o, () => type).at(0);
    case "list":
      if (type.table) return tableOf(input, o, type);
      return new ListView(input, o + 4, next, input.words[o + 2]!, type.element);
    case "state":
      return viewState(input, o + 2, next, () => type);
    case "union":
      return viewUnion(input, o + 2, next, type);
    case "cstring":
      throw new Error("a cstring stands in structs only");
  }
}

function tableOf(input: Input, o: number, type: ListDescription): unknown {
  const element = made(type.element);
  if (element.kind === "struct") return new Table<Row>(input, o, () => element);
  const stride = sizeOf(type.element);
  const found = input.words[o + 3]!;
  if (input.words[o + 2] !== 0 && found !== stride * 0x1_0001) {
    throw input.refuse("B8110", o, {
      expected: `stride ${stride}, required ${stride}`,
      found: `stride ${found & 0xffff}, required ${found >>> 16}`,
    });
  }
  return columnOf({ input, start: (o + 4) * 4, stride, length: input.words[o + 2]! }, type.element);
}

/** A view of a union's body: the alternative's name, and the view of what it holds. */
export function viewUnion(input: Input, start: number, end: number, union: UnionDescription): object {
  if (start >= end) throw input.refuse("B8111", start, { found: "none" });
  const id = input.words[start]! & 0xffff;
  const alternative = union.alternatives.find((one) => one.id === id);
  if (alternative === undefined) throw input.refuse("B8210", start, { found: idText(id) });
  const { name, type } = alternative;
  if (type !== null) checkForm(input, start, type);
  else if ((input.words[start]! & 0xfeff_ffff) !== id || input.words[start + 1] !== 0) {
    throw input.misshapen(start, () => union);
  }
  if (endOf(input, start, end) !== end) throw input.crowded(start);
  return { kind: name, value: type === null ? null : valueAt(input, type, start) };
}
