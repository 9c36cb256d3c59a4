import type { State, Struct, World } from "../../schema/ir.ts";
import type { Place } from "../../schema/expression-type.ts";
import type { Scope } from "../names.ts";
import type { Narrows } from "./narrowing.ts";

/** What an expression of the language is in TypeScript. Integers are numbers where every step is exact as one, else bigints. */
export interface Code {
  readonly text: string;
  readonly kind: "number" | "bigint" | "boolean" | "other";
  /** The outermost operator, null for what needs no parentheses anywhere. */
  readonly operator: string | null;
  /** Whether TypeScript takes it for some values of its type only: a literal, or a variable that was compared with one before. */
  readonly isNarrow?: boolean;
  readonly narrows?: Narrows;
}

/** What a value is in the program, where that is not what the expression takes it for: the type of another version. */
export interface Held extends Place {
  readonly world: World;
}

export interface Holding {
  /** null for what is of another sort there, so that only what is absent or empty gets here. */
  readonly held: Held | null;
  /** Whether nothing may be there. */
  readonly absent: boolean;
}

/** Where an expression stands: whose members it names, and what they are called there. */
export interface Surroundings {
  readonly world: World;
  readonly owner: State | Struct;
  /** The variable of each of the owner's members that the expression names. */
  readonly members: ReadonlyMap<number, string>;
  readonly locals: Scope;
  /** What the variables of members hold, where that is a value of another version. */
  readonly values?: ReadonlyMap<number, Holding>;
  /** Members as another version has them, where values are those that it gives back: what it lacks inside them is at its default. */
  readonly kept?: { readonly world: World; readonly owner: State | Struct };
}

/** An operand as a bigint. */
export function asBig(code: Code): string {
  if (code.kind === "bigint") return code.text;
  if (/^-?(?:0[xob][0-9a-f_]+|[0-9_]+)$/.test(code.text)) return `${code.text}n`;
  return `BigInt(${code.text})`;
}
