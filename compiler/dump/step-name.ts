import { idText } from "../../runtime/id-text.ts";

/** The name of a step of a path, ids as tools write them, however they are given. */
export function stepName(name: string): string {
  return /^@(?:0x[\da-fA-F]+|\d+)$/.test(name) ? idText(Number(name.slice(1))) : name;
}
