import type { Element, IntegerElement, ListShape, Shape } from "./element.ts";
import { isSigned, isWide } from "./element.ts";
import { converted, functionOf, membership, membershipFunction, unwritable, type IsCall } from "./integers.ts";
import { aliasMistake, nameMistake, rangeMistake, type Misfit } from "./mistakes.ts";
import { demandsOf } from "./narrower.ts";
import type { Context } from "./program.ts";
import { bounds, formOfShape, headerLiteral } from "./reading.ts";

/** A state or union, or a struct: what has functions of its own. */
type Body = Extract<Element, { kind: "state" | "union" }>;
type Rows = Extract<Element, { kind: "struct" }>;

/**
 * Which functions write the declared types inside a value: those of the working version, or those of another. `from` is the type that the value
 * has in the program, `to` the one it has in the bytes.
 */
export interface Nested {
  /** The function that writes a body: `(out, value, o) => end`. */
  readonly body: (from: Body, to: Body) => string;
  /** The function that writes a list of bodies: `(out, o, head, list) => end`. */
  readonly list: (from: Body, to: Body) => string;
  readonly is: IsCall;
  /** The condition that a value is one of an alias of another module at the version of that; null where it is one anyway. */
  readonly fits: FitsCall;
  /** When a list of integers of another module has rows of another width or sign, and those. */
  readonly rows: (to: Shape) => readonly { readonly condition: string; readonly element: IntegerElement }[];
  /** The function that writes a row of a struct within a row: `(out, value, at) => void`. */
  readonly row: (from: Rows, to: Rows) => string;
  /** The function that writes a table of structs: `(out, o, head, rows) => end`. */
  readonly table: (from: Rows, to: Rows) => string;
}

/** Whether a value of a shape is one at the version that another module is written for. */
export type FitsCall = (from: Shape, to: Shape, value: string) => string | null;

/** The same type as what a value has in the program. */
export function bodyOf(element: Element): Body {
  if (element.kind !== "state" && element.kind !== "union") throw new Error(`${element.kind} is no body`);
  return element;
}

export function rowsOf(element: Element): Rows {
  if (element.kind !== "struct") throw new Error(`${element.kind} has no rows`);
  return element;
}

/** Whether a member is always a word, which is written at a constant distance from what stands before it. */
export function isOneWord({ element, list }: Shape): boolean {
  return list === null && (element.kind === "bool" || (element.kind === "integer" && !isWide(element)));
}

/** What is written: a member's value in a variable, from the shape it has in the program to the one it has in the bytes. */
export interface Written {
  readonly value: string;
  readonly from: Shape;
  readonly to: Shape;
  readonly id: number;
  readonly ignorable: boolean;
  readonly misfit: Misfit;
}

/**
 * Statements that write members one after the other. Members of one word are written at constant distances from `o`, which moves on only where
 * a length is not known.
 */
export class MemberWriter {
  private readonly c: Context;
  private readonly nested: Nested;
  /** Words written since `o` was last moved. */
  private ahead = 0;

  constructor(c: Context, nested: Nested) {
    this.c = c;
    this.nested = nested;
  }

  /** Moves `o` past what was written. */
  flush(): void {
    if (this.ahead > 0) this.c.writer.line(`o += ${this.ahead};`);
    this.ahead = 0;
  }

  private at(words: number): string {
    const offset = this.ahead + words;
    return offset === 0 ? "words[o]" : `words[o + ${offset}]`;
  }

  write(member: Written): void {
    const head = headerOf(member);
    const { to } = member;
    if (to.list !== null) return this.writeList(member, to.list, head);
    for (const line of judgeOne(this.c, member, this.nested)) this.c.writer.line(line);
    this.writeOne(member, head);
  }

  private writeOne(member: Written, head: number): void {
    const { element } = member.to;
    switch (element.kind) {
      case "integer":
        return this.writeInteger(member, element, head);
      case "bool":
        this.c.writer.line(`if (typeof ${member.value} !== "boolean") throw ${member.misfit()};`);
        return this.word(headerLiteral(head), `${member.value} ? 1 : 0`);
      case "uuid":
        return this.call(`out.blob(o, ${headerLiteral(head)}, ${member.value}, 16, 16)`);
      case "bytes":
        return this.call(`out.blob(o, ${headerLiteral(head)}, ${member.value}, ${bounds(element)})`);
      case "string":
        return this.call(`out.text(o, ${headerLiteral(head)}, ${member.value}, ${bounds(element)})`);
      case "struct":
        return this.call(
          `${this.nested.table(rowsOf(member.from.element), element)}(out, o, ${headerLiteral(head)}, [${member.value}])`,
        );
      case "state":
      case "union": {
        this.flush();
        const body = `${this.nested.body(bodyOf(member.from.element), element)}(out, ${member.value}, o + 2)`;
        return this.call(`out.close(o, ${headerLiteral(head)}, ${body})`);
      }
      case "cstring":
        throw new Error("a cstring stands in structs only");
    }
  }

  /** A header and its argument. */
  private word(head: string, argument: string): void {
    this.c.writer.line(`${this.at(0)} = ${head};`);
    this.c.writer.line(`${this.at(1)} = ${argument};`);
    this.ahead += 2;
  }

  /** What gives the word after it. */
  private call(text: string): void {
    this.flush();
    this.c.writer.line(`o = ${text};`);
  }

  private writeInteger(member: Written, element: IntegerElement, head: number): void {
    const from = member.from.element;
    const value = from.kind === "integer" ? converted(from, element, member.value) : member.value;
    const { writer } = this.c;
    const outside = unwritable(this.c, element, value);
    if (outside !== null) writer.line(`if (${outside}) throw ${member.misfit(rangeMistake(element))};`);
    const is = membership(this.c, element, value, this.nested.is);
    if (is !== null) writer.line(`if (!${is}) throw ${member.misfit(nameMistake(element))};`);
    if (isWide(element)) {
      const method = isSigned(element)
        ? element.big
          ? "signed"
          : "signedNumber"
        : element.big
          ? "unsigned"
          : "natural";
      return this.call(`out.${method}(o, ${headerLiteral(head)}, ${value})`);
    }
    const header = headerLiteral(head);
    if (!isSigned(element)) return this.word(header, value);
    this.word(`${value} < 0 ? ${headerLiteral(head | 0x200_0000)} : ${header}`, value);
  }

  private writeList(member: Written, list: ListShape, head: number): void {
    const { element } = member.to;
    const { value, misfit } = member;
    const { writer } = this.c;
    const isList = this.c.runtime(element.kind === "struct" ? "isRows" : "isList");
    writer.line(`if (!${isList}(${value}, ${bounds(list)})) throw ${misfit()};`);
    for (const line of judgeEach(this.c, member, this.nested)) writer.line(line);
    const start = `out, o, ${headerLiteral(head)}, `;
    switch (element.kind) {
      case "integer":
        return this.writeIntegers(member, element, start);
      case "bool":
        return this.call(`${this.c.runtime("writeBooleans")}(${start}${value})`);
      case "uuid":
        return this.call(`${this.c.runtime("writeSlices")}(${start}${value}, 16)`);
      case "bytes":
        if (list.row !== null) return this.call(`${this.c.runtime("writeSlices")}(${start}${value}, ${list.row})`);
        return this.call(`${this.c.runtime("writeBytes")}(${start}${value}, ${bounds(element)})`);
      case "string":
        return this.call(`${this.c.runtime("writeTexts")}(${start}${value}, ${bounds(element)})`);
      case "struct":
        return this.call(`${this.nested.table(rowsOf(member.from.element), element)}(${start}${value})`);
      case "state":
      case "union":
        return this.call(`${this.nested.list(bodyOf(member.from.element), element)}(${start}${value})`);
      case "cstring":
        throw new Error("a cstring stands in structs only");
    }
  }

  private writeIntegers(member: Written, element: IntegerElement, start: string): void {
    const { element: from } = member.from;
    const { writer } = this.c;
    const is = membershipFunction(this.c, from, element, this.nested.is);
    if (is !== null) writer.line(member.misfit.each(is, nameMistake(element)));
    const rows = ({ width, range, signed, big }: IntegerElement): string => {
      const differs = from.kind === "integer" && from.big !== big;
      const value = differs ? `${member.value}.map(${big ? "BigInt" : "Number"})` : member.value;
      const limits = `${this.c.numerals.literal(range.min, { big })}, ${this.c.numerals.literal(range.max, { big })}`;
      if (big) return `${this.c.runtime("writeBigInts")}(${start}${value}, ${signed}, ${limits})`;
      return `${this.c.runtime("writeNumbers")}(${start}${value}, ${width}, ${limits})`;
    };
    const others = this.nested.rows(member.to);
    if (others.length === 0) return this.call(rows(element));
    this.flush();
    for (const [i, { condition, element: other }] of others.entries()) {
      writer.line(`${i === 0 ? "" : "} else "}if (${condition}) {`);
      writer.line(`  o = ${rows(other)};`);
    }
    writer.line("} else {");
    writer.line(`  o = ${rows(element)};`);
    writer.line("}");
  }
}

/** What judges a value before it is written: what only the version that is written for asks of it. */
type Judged = Pick<Written, "value" | "from" | "to" | "misfit">;

/** Statements that refuse a value which the types of the version that is written for do not have. */
export function judgeOne(
  c: Context,
  { value, from, to, misfit }: Judged,
  { fits }: Pick<Nested, "fits">,
): readonly string[] {
  const lines: string[] = [];
  const demands = misfit.isNamed ? demandsOf(c, from.element, to.element, value) : null;
  // Numbers are judged with what else may be wrong with them.
  const isNumber = to.element.kind === "integer" && !to.element.big;
  if (demands !== null && demands.conditions.length > 0 && !isNumber) {
    lines.push(`if (${negated(demands.conditions)}) throw ${misfit(demands.mistake)};`);
  }
  const own = fits(from, to, value);
  if (own !== null) lines.push(`if (!${own}) throw ${misfit(aliasMistake(to, c.name))};`);
  return lines;
}

/** The same for each element of a list. */
export function judgeEach(c: Context, { from, to, misfit }: Judged, { fits }: Pick<Nested, "fits">): readonly string[] {
  const lines: string[] = [];
  const demands = misfit.isNamed ? demandsOf(c, from.element, to.element, "one") : null;
  if (demands !== null && demands.conditions.length > 0) {
    lines.push(misfit.each(`(one) => ${demands.conditions.join(" && ")}`, demands.mistake));
  }
  const own = functionOf(fits(from, to, "one"));
  if (own !== null) lines.push(misfit.each(own, aliasMistake(to, c.name)));
  return lines;
}

/** That one of several comparisons does not hold. */
function negated(conditions: readonly string[]): string {
  return conditions.map((one) => one.replace(/ (<|>)= /, (_, sign) => (sign === "<" ? " > " : " < "))).join(" || ");
}

function headerOf({ id, ignorable, to }: Written): number {
  return id | (formOfShape(to) << 16) | (ignorable ? 0 : 0x100_0000);
}
