import type { Computation } from "./computed.ts";

/** What stands for a member where a computation is called: a variable or a literal. */
export type Argument = string;

/** The arguments of a computation, in the order of its parameters. */
export function argumentsOf(computation: Computation, argumentOf: (id: number) => Argument): string {
  return computation.members.map((member) => argumentOf(member.id)).join(", ");
}
