import type { Bits, BitsField, Declaration, Member, NamedType, State, Type, TypeAlias } from "../schema/ir.ts";
import { declarationsByName, elementOf } from "../schema/lookup.ts";
import type { Change, Entry } from "./change.ts";
import { byId, diffChecks, diffRetiredPresence, diffStateMembers, diffUnion, placeOfEntry } from "./diff-members.ts";
import { diffModule, diffRecord } from "./diff-module.ts";
import { diffAlias, diffBits, diffEnum } from "./diff-scalar.ts";
import { diffStruct } from "./diff-struct.ts";
import { diffWritten } from "./diff-type.ts";
import { placeIn } from "./place.ts";
import { namesIn, Pairing, type Pair, type Sides } from "./pairs.ts";
import type { Reused } from "./history.ts";

/** A scalar declaration on the way from a member to its integer or bytes: changes in it are changes of every use. */
export interface Layer {
  readonly pair: Pair;
  /** The bits that hold it, where it is the type of a range of bits: by the old side and by the new. */
  readonly bits: { readonly old: BitsField; readonly new: BitsField } | null;
}

/** A member or alternative that both sides have. */
export interface Slot {
  readonly old: Entry;
  readonly new: Entry;
  /** The new side has it only among what ended. */
  readonly retired: boolean;
}

/** The changes between two schemas, found declaration by declaration when asked for and each only once. */
export class Difference {
  readonly pairing: Pairing;
  readonly sides: Sides;
  readonly #reused: Reused;
  readonly #changes = new Map<string, readonly Change[]>();
  readonly #slots = new Map<string, readonly Slot[]>();
  readonly #pairs = new Map<string, readonly Pair[]>();
  readonly #layersByName = new Map<string, readonly Layer[]>();
  #changedScalars: ReadonlySet<string> | null = null;
  #touched: ReadonlySet<string> | null = null;
  #differing: ReadonlySet<string> | null = null;

  constructor(sides: Sides, reused: Reused) {
    this.sides = sides;
    this.pairing = new Pairing(sides);
    this.#reused = reused;
  }

  /** Whether a pair is one declaration at two versions, and not one that stands for another. */
  isNominal(pair: Pair): boolean {
    return this.pairing.isSame(
      { kind: "named", module: pair.oldModule.name, name: pair.old.name },
      { kind: "named", module: pair.newModule.name, name: pair.new.name },
    );
  }

  /** Whether a declaration of both sides, by its name on both, or anything that its values can hold, is not the same. */
  isTouched(module: string, name: string): boolean {
    this.#touched ??= this.#findTouched();
    return this.pairing.nameNow(module, name) !== name || this.#touched.has(`${module}.${name}`);
  }

  /** Whether anything can differ in a module of the old side: most imports of a schema are the same on both sides, with all that they import. */
  mayDiffer(module: string): boolean {
    this.#differing ??= this.#findDiffering();
    return this.#differing.has(module);
  }

  #findDiffering(): ReadonlySet<string> {
    const differing = new Set<string>();
    const users = new Map<string, string[]>();
    for (const old of this.sides.old.values()) {
      const now = this.sides.new.get(old.name);
      if (now !== old || this.#reused.any(old, now)) differing.add(old.name);
      for (const imported of old.imports) {
        const known = users.get(imported);
        if (known === undefined) users.set(imported, [old.name]);
        else known.push(old.name);
      }
    }
    // A set goes on over what is added to it meanwhile.
    for (const name of differing) for (const user of users.get(name) ?? []) differing.add(user);
    return differing;
  }

  #findTouched(): ReadonlySet<string> {
    const touched = new Set<string>();
    const users = new Map<string, string[]>();
    for (const module of this.sides.old.values()) {
      if (!this.mayDiffer(module.name)) continue;
      const now = this.sides.new.get(module.name);
      const table = now === undefined ? null : declarationsByName(now);
      for (const one of module.declarations) {
        const key = `${module.name}.${one.name}`;
        const other = table?.get(one.name);
        if (other === undefined || !this.#isEqual(module.name, one, other)) touched.add(key);
        for (const { name, module: home } of namesIn(one)) {
          const known = users.get(`${home}.${name}`);
          if (known === undefined) users.set(`${home}.${name}`, [key]);
          else known.push(key);
        }
      }
    }
    // A set goes on over what is added to it meanwhile.
    for (const key of touched) for (const user of users.get(key) ?? []) touched.add(user);
    return touched;
  }

  #isEqual(module: string, old: Declaration, now: Declaration): boolean {
    if (old.kind !== now.kind || this.pairing.nameNow(module, old.name) !== now.name) return false;
    const pair = this.pairing.pair({ module, name: old.name }, { module, name: now.name });
    return (old === now || this.pairing.isEqual(pair)) && !this.#isReused(pair);
  }

  /** Whether ids of a declaration went in a release and came back: then it is another one, though it says the same. */
  #isReused(pair: Pair): boolean {
    return this.#reused.state(pair) || this.#reused.members(pair).size > 0;
  }

  /** Aliases, enums and bits that changed, as `module.Name` of the old side. */
  get changedScalars(): ReadonlySet<string> {
    this.#changedScalars ??= new Set(
      [...this.sides.old.keys()].flatMap((module) =>
        (this.mayDiffer(module) ? this.pairsOf(module) : []).flatMap((pair) =>
          isScalar(pair.old) && this.ofPair(pair).length > 0 ? [`${module}.${pair.old.name}`] : [],
        ),
      ),
    );
    return this.#changedScalars;
  }

  /** Changes of a module that are about no declaration of both sides. */
  ofModule(name: string): readonly Change[] {
    const [old, now] = [this.sides.old.get(name), this.sides.new.get(name)];
    return diffModule(this.pairing, name, old ?? null, now ?? null);
  }

  /** Declarations of a module that both sides have. */
  pairsOf(name: string): readonly Pair[] {
    let pairs = this.#pairs.get(name);
    if (pairs === undefined) this.#pairs.set(name, (pairs = this.#findPairs(name)));
    return pairs;
  }

  #findPairs(name: string): readonly Pair[] {
    const [old, now] = [this.sides.old.get(name), this.sides.new.get(name)];
    if (old === undefined || now === undefined) return [];
    const table = declarationsByName(now);
    return old.declarations.flatMap((one) => {
      const called = this.pairing.nameNow(name, one.name);
      if (table.get(called)?.kind !== one.kind) return [];
      return [this.pairing.pair({ module: name, name: one.name }, { module: name, name: called })];
    });
  }

  /** The changes in a declaration itself, without those in what it names. */
  ofPair(pair: Pair): readonly Change[] {
    let changes = this.#changes.get(pair.key);
    if (changes === undefined) this.#changes.set(pair.key, (changes = this.#diff(pair)));
    return changes;
  }

  #diff(pair: Pair): readonly Change[] {
    const { old, new: now } = pair;
    const equal = this.pairing.isEqual(pair);
    // The layout of a struct may change without its text, and so may what a check names in another module.
    if (equal && (old === now || old.kind !== "struct") && !this.#isReused(pair)) {
      return old !== now && old.kind === "state" && now.kind === "state"
        ? diffChecks(this.pairing, pair, old, now)
        : [];
    }
    const named: Change[] = diffRecord(this.pairing, pair, this.#reused);
    const reused = this.#reused.members(pair);
    if (old.kind === "state" && now.kind === "state") {
      const members = diffStateMembers(this.pairing, pair, old, now, reused);
      const slots = now.retired.length === 0 ? [] : this.slotsOf(pair);
      const retired = slots.flatMap((slot) => (slot.retired ? this.#diffRetired(pair, slot) : []));
      return [...named, ...members, ...retired, ...diffChecks(this.pairing, pair, old, now)];
    }
    if (old.kind === "struct" && now.kind === "struct") {
      return [...named, ...diffStruct(this.pairing, pair, old, now), ...diffChecks(this.pairing, pair, old, now)];
    }
    if (old.kind === "union" && now.kind === "union")
      return [...named, ...diffUnion(this.pairing, pair, old, now, reused)];
    return [...named, ...this.#diffScalar(pair, old, now)];
  }

  #diffScalar(pair: Pair, old: Declaration, now: Declaration): readonly Change[] {
    if (old.kind === "enum" && now.kind === "enum") return diffEnum(this.pairing, pair, old, now);
    if (old.kind === "bits" && now.kind === "bits") return diffBits(this.pairing, pair, old, now);
    if (old.kind === "type" && now.kind === "type") return diffAlias(this.pairing, pair, old, now);
    if (old.kind === "const" && now.kind === "const" && old.value !== now.value) {
      return [{ kind: "CONST_CHANGED", place: placeIn(pair), old, new: now }];
    }
    return [];
  }

  /** A reader still decodes what ended, so its type must take it; and takes what stands at its default for nothing. */
  #diffRetired(pair: Pair, { old, new: now }: Slot): readonly Change[] {
    if (!("from" in old) || !("from" in now)) return [];
    const place = placeOfEntry(pair, old, now);
    return [...diffRetiredPresence(place, old, now), ...diffWritten(this.pairing, place, old, now)];
  }

  /** Members or alternatives that both sides of a pair have. */
  slotsOf(pair: Pair): readonly Slot[] {
    let slots = this.#slots.get(pair.key);
    if (slots === undefined) this.#slots.set(pair.key, (slots = slotsOf(pair)));
    return slots;
  }

  /** The scalar declarations that a slot's type goes through on both sides, outermost first. */
  layersOf(old: Type, now: Type): readonly Layer[] {
    const [a, b] = [elementOf(old), elementOf(now)];
    if (a.kind !== "named" || b.kind !== "named") return [];
    const key = `${a.module}.${a.name}>${b.module}.${b.name}`;
    let layers = this.#layersByName.get(key);
    if (layers === undefined) this.#layersByName.set(key, (layers = this.#layers(a, b, null)));
    return layers;
  }

  #layers(old: NamedType, now: NamedType, bits: Layer["bits"]): readonly Layer[] {
    if (!this.pairing.isSame(old, now)) return [];
    const pair = this.pairing.pair(old, now);
    const layer: Layer = { pair, bits };
    const [a, b] = [pair.old, pair.new];
    if (a.kind === "enum" && b.kind === "enum") return [layer];
    if (a.kind === "type" && b.kind === "type") return [layer, ...this.#below(a, b, bits)];
    if (a.kind === "bits" && b.kind === "bits") return [layer, ...this.#fields(a, b)];
    return [];
  }

  #below(old: TypeAlias, now: TypeAlias, bits: Layer["bits"]): readonly Layer[] {
    const [a, b] = [old.type, now.type];
    return a.kind === "named" && b.kind === "named" ? this.#layers(a, b, bits) : [];
  }

  #fields(old: Bits, now: Bits): readonly Layer[] {
    return old.fields.flatMap((field) => {
      const other = now.fields.find(({ low, high }) => low === field.low && high === field.high);
      if (field.type === null || other === undefined || other.type === null) return [];
      return this.#layers(field.type, other.type, { old: field, new: other });
    });
  }
}

function isScalar({ kind }: Declaration): boolean {
  return kind === "type" || kind === "enum" || kind === "bits";
}

function slotsOf({ old, new: now }: Pair): readonly Slot[] {
  if (old.kind === "state" && now.kind === "state") return slotsOfStates(old, now);
  if (old.kind === "struct" && now.kind === "struct") return matched<Member>(old.members, now.members);
  if (old.kind === "union" && now.kind === "union") return matched<Entry>(old.alternatives, now.alternatives);
  return [];
}

function slotsOfStates(old: State, now: State): readonly Slot[] {
  const kept = matched<Member>(old.members, now.members);
  if (now.retired.length === 0) return kept;
  const ended = byId(now.retired);
  const present = byId(now.members);
  return [
    ...kept,
    ...old.members.flatMap((member) => {
      const retired = present.has(member.id) ? undefined : ended.get(member.id);
      return retired === undefined ? [] : [{ old: member, new: retired, retired: true }];
    }),
  ];
}

function matched<T extends Entry>(old: readonly T[], now: readonly T[]): readonly Slot[] {
  const after = byId(now);
  const slots: Slot[] = [];
  for (const one of old) {
    const other = after.get(one.id);
    if (other !== undefined) slots.push({ old: one, new: other, retired: false });
  }
  return slots;
}
