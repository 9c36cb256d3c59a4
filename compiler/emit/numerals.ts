import type { Enum, EnumValue } from "../schema/ir.ts";
import type { WrittenNumber, WrittenNumbers } from "../schema/numbers.ts";
import { integerLiteral } from "./names.ts";

/** How a number is written where its schema does not spell it. */
interface Manner {
  /** The path of what it is said of. */
  readonly at?: string;
  /** The declaration that says it, where no more is known. */
  readonly by?: string;
  readonly hex?: boolean;
}

/** What a number begins with: nothing if it is decimal. */
type Prefix = "" | "0x" | "0o" | "0b";

const radixes: Readonly<Record<Prefix, number>> = { "": 10, "0x": 16, "0o": 8, "0b": 2 };

/** Numbers as the schema of a module has them: whoever wrote 115_200 looks for that, and not for 0x1c200. */
export class Numerals {
  private readonly written: WrittenNumbers;
  private readonly imported: () => readonly Numerals[];
  private spellings: ReadonlyMap<bigint, string | null> | null = null;
  private byDeclaration: Map<string, WrittenNumber[]> | null = null;
  private readonly prefixes = new Map<string, Prefix | null>();

  constructor(written: WrittenNumbers, imported: () => readonly Numerals[] = () => []) {
    this.written = written;
    this.imported = imported;
  }

  /** A number in documentation: as it is spelled there, else in hexadecimal if it is shown so, else as it is spelled elsewhere. */
  text(value: bigint, { at, by, hex = false }: Manner = {}): string {
    const shown = hex && value !== 0n;
    const spelled = this.spelledAt(at, value) ?? (shown ? null : this.spelled(value, by));
    return spelled ?? integerLiteral(value, { hex: shown });
  }

  /** The same as code. */
  literal(value: bigint, { big = false, ...manner }: Manner & { readonly big?: boolean } = {}): string {
    // Prettier has digits in lower case.
    return `${this.text(value, manner).toLowerCase()}${big ? "n" : ""}`;
  }

  /** A value of an enum as code. What its line does not spell is written as most others are. */
  valueLiteral({ name, values }: Enum, { name: own, value }: EnumValue, big: boolean): string {
    const at = `${name}.${own}`;
    const prefix = this.spelledAt(at, value) === null ? this.prefixOf(name, values) : null;
    if (prefix === null) return this.literal(value, { at, big });
    const digits = (value < 0n ? -value : value).toString(radixes[prefix]);
    return `${value < 0n ? "-" : ""}${prefix}${digits}${big ? "n" : ""}`;
  }

  private spelledAt(path: string | undefined, value: bigint): string | null {
    if (path === undefined) return null;
    return this.written.get(path)?.find((one) => one.value === value)?.text ?? null;
  }

  /** How the module spells a number, or what it imports; null where it is spelled in several bases, or nowhere. */
  private spelled(value: bigint, by: string | undefined): string | null {
    const own = this.ownSpellings.get(value);
    if (own === null && by !== undefined) return this.spelledBy(by, value);
    if (own !== undefined) return own;
    for (const { ownSpellings } of this.imported()) {
      const spelled = ownSpellings.get(value) ?? null;
      if (spelled !== null) return spelled;
    }
    return null;
  }

  private get ownSpellings(): ReadonlyMap<bigint, string | null> {
    this.spellings ??= spellingsIn(this.written.values());
    return this.spellings;
  }

  /** How one declaration spells a number. */
  private spelledBy(declaration: string, value: bigint): string | null {
    if (this.byDeclaration === null) {
      this.byDeclaration = new Map();
      for (const [path, numbers] of this.written) {
        const owner = /^\w*/.exec(path)?.[0] ?? "";
        const known = this.byDeclaration.get(owner);
        if (known === undefined) this.byDeclaration.set(owner, [...numbers]);
        else known.push(...numbers);
      }
    }
    const numbers = this.byDeclaration.get(declaration)?.filter((one) => one.value === value) ?? [];
    return spellingsIn([numbers]).get(value) ?? null;
  }

  /** What most of the values of an enum begin with that are spelled; null where none are. */
  private prefixOf(name: string, values: readonly EnumValue[]): Prefix | null {
    let prefix = this.prefixes.get(name);
    if (prefix === undefined) {
      const counts: Record<Prefix, number> = { "": 0, "0x": 0, "0o": 0, "0b": 0 };
      for (const one of values) {
        const spelled = this.spelledAt(`${name}.${one.name}`, one.value);
        if (spelled !== null) counts[prefixIn(spelled)]++;
      }
      prefix = null;
      for (const one of prefixesInOrder) if (counts[one] > (prefix === null ? 0 : counts[prefix])) prefix = one;
      this.prefixes.set(name, prefix);
    }
    return prefix;
  }
}

const prefixesInOrder = ["", "0x", "0o", "0b"] as const satisfies readonly Prefix[];

function prefixIn(text: string): Prefix {
  return prefixesInOrder.findLast((prefix) => text.replace("-", "").startsWith(prefix)) ?? "";
}

function spellingsIn(written: Iterable<readonly WrittenNumber[]>): ReadonlyMap<bigint, string | null> {
  const spellings = new Map<bigint, string | null>();
  for (const numbers of written) {
    for (const { value, text } of numbers) {
      const known = spellings.get(value);
      if (known === undefined) spellings.set(value, text);
      else if (known !== null && known !== text && prefixIn(known) !== prefixIn(text)) spellings.set(value, null);
    }
  }
  return spellings;
}
