import type { IntegerElement, Shape } from "./element.ts";
import { membershipCode } from "./integers.ts";

/** Why a value is none of its type's: the code, and the type in words. */
export interface Mistake {
  readonly code: "B8201" | "B8202" | "B8203" | "B8206";
  readonly expected: string;
  /** The module of a type that is named, whose version is its own. */
  readonly module?: string;
}

/** Gives the error for a value that does not fit its type: an expression. */
export interface Misfit {
  (mistake?: Mistake): string;
  /** The statement that holds each element of a list against something of its type. */
  readonly each: (is: string, mistake: Mistake) => string;
  /** Whether the error names the member; else the whole value is searched for what is wrong with it. */
  readonly isNamed: boolean;
}

/** What is wrong with an integer that is out of range. */
export function rangeMistake({ range }: IntegerElement): Mistake {
  return { code: "B8201", expected: `${range.min}..${range.max}` };
}

/** What is wrong with a value that another module's alias does not have at the version that is written for. */
export function aliasMistake({ aliases }: Shape, self: string): Mistake {
  const alias = aliases.find(({ module }) => module !== self);
  if (alias === undefined) throw new Error("no alias of another module");
  return { code: "B8201", expected: `${alias.module}.${alias.name}`, module: alias.module };
}

/** What is wrong with an integer that no value of an enum, or bits that have no name. */
export function nameMistake(element: IntegerElement): Mistake {
  const { named } = element;
  if (named === null) throw new Error("no type with names");
  return { code: membershipCode(element), expected: `${named.module}.${named.name}`, module: named.module };
}
